import { serve as listen, type ServerType } from "@hono/node-server";
import { createServer } from "node:net";
import type { Logger } from "pino";
import { runDisparityWatch } from "../app/disparity/watch-disparities.js";
import { keepOffering } from "../app/drain/offer-alternatives.js";
import { watchAlerts } from "../app/alerts/watch.js";
import { runAutomaticSteps } from "../app/work/run-automatic.js";
import { createApp } from "../web/app.js";
import { createOperations } from "../web/operations.js";
import { newActs } from "../app/policy/new-acts.js";
import { followRelease } from "../app/policy/follow-release.js";
import { migrate } from "../postgres/migrate.js";
import { baseUrlOf, compose, type Composition } from "./compose.js";
import { ConfigError, type Config } from "./config.js";
import { openDatabase } from "./database.js";
import { loadFirstPool } from "./first-pool.js";
import { createLog } from "./log.js";
import { surviveLostSockets } from "./lost-socket.js";
import { startSchedulers } from "./scheduler.js";
import { version } from "./version.js";
import { announce } from "./welcome.js";

/** Milliseconds requests under way have to end at a stop; then their sockets are closed. */
const DRAIN_MS_MAX = 10_000;

/** Starts what the role says, and runs until SIGINT or SIGTERM. The answer is the exit code. */
export async function serve(config: Config): Promise<number> {
  const log = createLog(config);
  surviveLostSockets();
  // Listened for from the first moment: a Ctrl-C during the start stops as cleanly as one later.
  const stop = stopSignal(log);
  /** What was started, in order; stopped in the opposite one. */
  const started: (() => Promise<unknown>)[] = [];
  try {
    if (config.role !== "scheduler") await probeAddress(config);
    const database = await openDatabase(config, (line) => log.debug({ part: "postgres" }, line));
    started.push(() => database.stop());
    await migrate(database.url);
    const composition = compose(database.url, config, log);
    started.push(() => composition.close());

    const first = config.role === "scheduler" ? undefined : await loadFirstPool(composition.deps, config);
    for (const { id, sandbox } of await composition.deps.pools.list()) {
      const version = sandbox ? null : await followRelease(composition.deps, id);
      if (version !== null) log.info({ pool: id, version }, "the release's new rules are in force");
      const { acts } = sandbox ? { acts: [] } : await newActs(composition.deps, composition.deps.store.read(id));
      if (acts.length > 0) log.warn({ pool: id, acts }, "no rule of the pool speaks of these acts, so nobody may do them: govpool policy diff");
    }
    if (config.role !== "web") {
      const schedulers = startSchedulers({ databaseUrl: database.url, leaseTtlMs: config.leaseTtlMs, log });
      started.push(() => schedulers.stop());
      const automatic = runAutomaticSteps(composition.deps, { onFault: (err, pool) => log.error({ part: "automatic-steps", pool, err }, "an automatic step failed") });
      started.push(() => automatic.stop());
      const disparities = runDisparityWatch(composition.deps, { onFault: (err, pool) => log.error({ part: "disparity-watch", pool, err }, "watching for disparities failed") });
      started.push(() => disparities.stop());
      const alerts = watchAlerts(composition.deps, { onFault: (err, pool) => log.error({ part: "alerts", pool, err }, "a look at the thresholds failed") });
      started.push(() => alerts.stop());
      const alternatives = keepOffering(composition.deps, { machineMs: () => performance.now(), onFault: (err, pool) => log.error({ part: "alternatives", pool, err }, "holding times for those who were moved failed") });
      started.push(() => alternatives.stop());
    }
    if (config.role !== "scheduler") {
      const server = await openServer(composition, config, log);
      started.push(() => closeServer(server));
      announce(config, baseUrlOf(config), await composition.deps.pools.list(), first);
    } else {
      log.info("scheduling");
    }
    await stop.requested;
    return 0;
  } finally {
    for (const end of started.reverse()) await end().catch((err: unknown) => log.error({ err }, "stopping"));
    stop.done();
  }
}

function openServer({ deps, health, formSecret }: Composition, config: Config, log: Logger): Promise<ServerType> {
  const operations = createOperations();
  const app = createApp(deps, {
    version,
    health,
    operations,
    crossSite: { secret: formSecret, publicUrl: config.publicUrl },
    logFault: (err, requestId, route) => log.error({ err, requestId, route }, "fault"),
  });
  return new Promise((resolve, reject) => {
    const server = listen({ fetch: app.fetch, hostname: config.host, port: config.port, serverOptions: { headersTimeout: 10_000, requestTimeout: 120_000, maxHeaderSize: 16_384 } }, () => resolve(server));
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, config)));
  });
}

/** A taken port is said at once, not after the database was made. */
async function probeAddress(config: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => reject(listenError(error, config)));
    probe.listen(config.port, config.host, () => probe.close(() => resolve()));
  });
}

function listenError(error: NodeJS.ErrnoException, { host, port }: Config): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new ConfigError(`port ${port} on ${host} is taken; stop the other program, or choose another port: PORT=8081 npm start`);
    case "EACCES":
      return new ConfigError(`port ${port} needs rights this user does not have; choose one above 1023: PORT=8080 npm start`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new ConfigError(`HOST=${host} is no address of this machine`);
    default:
      return error;
  }
}

async function closeServer(server: ServerType): Promise<void> {
  await new Promise<void>((resolve) => {
    const late = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), DRAIN_MS_MAX);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}

/** The first signal asks for a clean stop; a second one does not wait for it. */
function stopSignal(log: Logger): { readonly requested: Promise<void>; done(): void } {
  let ask: () => void = () => {};
  const requested = new Promise<void>((resolve) => (ask = resolve));
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(130);
    asked = true;
    log.info({ signal }, "stopping");
    ask();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return { requested, done: () => void process.off("SIGINT", onSignal).off("SIGTERM", onSignal) };
}
