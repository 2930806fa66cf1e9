import { migrate } from "../postgres/migrate.js";
import { compose, type Composition } from "./compose.js";
import type { Config } from "./config.js";
import { borrowDatabase } from "./database.js";
import { createLog } from "./log.js";

/** Runs a local command on the database of a running `serve`, or on one started for it alone. */
export async function onDatabase<T>(config: Config, work: (url: string) => Promise<T>): Promise<T> {
  const log = createLog(config);
  const database = await borrowDatabase(config, (line) => log.debug({ part: "postgres" }, line));
  try {
    await migrate(database.url);
    return await work(database.url);
  } finally {
    await database.stop();
  }
}

/** The same, with everything put together behind its ports. */
export async function onComposition<T>(config: Config, work: (made: Composition) => Promise<T>): Promise<T> {
  return await onDatabase(config, async (url) => {
    const made = compose(url, config, createLog(config));
    try {
      return await work(made);
    } finally {
      await made.close();
    }
  });
}
