import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { importRemote, registerRemoteCommands } from "../../src/cli/commands.js";
import type { Io } from "../../src/cli/io.js";
import { freePort } from "../../src/main/embedded-postgres.js";
import { registerPolicyActs } from "../../src/cli/policy.js";
import { registerImport, registerSimulate } from "../../src/main/local-commands.js";
import { sampleDatabase } from "../support/database.js";
import { govpool } from "../support/process.js";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Hall {
  readonly url: string;
  readonly folder: string;
  readonly databaseUrl: string;
  /** One command line as a person of the demo types it, in English unless `--lang` says otherwise. */
  as(person: string | undefined, ...argv: readonly string[]): Promise<Ran>;
  json<T>(person: string, ...argv: readonly string[]): Promise<T>;
  close(): Promise<void>;
}

/** A server process with the sample prefecture, and the real command line in this process. */
export async function hall(): Promise<Hall> {
  const folder = mkdtempSync(join(tmpdir(), "govpool-cli-"));
  chmodSync(folder, 0o755);
  const home = join(folder, "home");
  const [database, port] = await Promise.all([sampleDatabase(home), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  const server = govpool(["serve"], { DATABASE_URL: database.url, GOVPOOL_HOME: home, PORT: String(port), LOG_LEVEL: "warn" });
  await server.until(/Ctrl-C stops it/);
  const signedIn = new Set<string>();

  const as: Hall["as"] = async (person, ...argv) => {
    const env = { GOVPOOL_SERVER: url, XDG_CONFIG_HOME: join(folder, person ?? "nobody"), LANG: "en_US.UTF-8" };
    if (person !== undefined && !signedIn.has(person)) {
      signedIn.add(person);
      const login = await run(env, ["login", "--as", person]);
      if (login.code !== 0) throw new Error(login.err);
    }
    return await run(env, argv);
  };
  return {
    url,
    folder,
    databaseUrl: database.url,
    as,
    async json(person, ...argv) {
      const ran = await as(person, ...argv, "-o", "json");
      if (ran.code !== 0) throw new Error(ran.err);
      return JSON.parse(ran.out) as never;
    },
    async close() {
      server.kill("SIGTERM");
      await server.ended;
      await database.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The remote commands as `main/` registers them; what they print is caught. */
export async function run(env: Io["env"], argv: readonly string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  let code = 0;
  const done = (answer: number): void => void (code = answer);
  const io: Io = { env, out: (line) => void out.push(line), err: (line) => void err.push(line), progress: () => {} };
  const program = new Command().exitOverride();
  registerRemoteCommands(program, done, io);
  registerPolicyActs(program.command("policy"), done, io);
  registerSimulate(program, done, io);
  registerImport(program, done, importRemote(done, io));
  await program.parseAsync([...argv], { from: "user" });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
