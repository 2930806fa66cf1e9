import { join } from "node:path";
import type { Logger } from "pino";
import type { AppDeps } from "../app/deps.js";
import { createImportRunner } from "../app/import/runner.js";
import { StatusAttempts } from "../app/request/status-attempts.js";
import type { Health } from "../app/ports/health.js";
import { createAuthorizer } from "../casbin/authorizer.js";
import { PolicyBook } from "../casbin/policy-book.js";
import { readPolicyFiles } from "../casbin/policy-files.js";
import { createWorkbench } from "../casbin/workbench.js";
import { loadMasterKey, UnfitMasterKey } from "../crypto/master-key.js";
import { createVault, deriveKey } from "../crypto/vault.js";
import { createIdentity } from "../identity/identity.js";
import { scenarios } from "../manifest/read-scenario.js";
import { manifestReader } from "../manifest/reader.js";
import { connect } from "../postgres/connection.js";
import { health } from "../postgres/health.js";
import { poolClock, poolDirectory } from "../postgres/pool-directory.js";
import { people } from "../postgres/queries/person.js";
import { policySource } from "../postgres/queries/policy.js";
import { requestIds } from "../postgres/queries/serial.js";
import { signInAttempts } from "../postgres/queries/sign-in-attempt.js";
import { accounts, sessions, users, verifications } from "../postgres/schema/identity.js";
import { sweepIdentity } from "../postgres/sweep-identity.js";
import { createStore } from "../postgres/store.js";
import { createTables } from "../tabular/tables.js";
import { createWebhookSender } from "../webhook/sender.js";
import { ConfigError, type Config } from "./config.js";
import { createQueueReader } from "./queue-reader.js";
import { createOptimiser } from "../optimiser/create-optimiser.js";
import { createPlanSearches } from "./plan-searches.js";
import { createWhatIfRunner } from "./what-if-runner.js";

/** Connections of one web process: what PostgreSQL works off at once on a few cores, and some more. */
const CONNECTIONS_MAX = 16;

const ASIDE_CONNECTIONS_MAX = 4;

/** How often what nobody can use any more is removed. */
const SWEEP_MS = 3_600_000;

export interface Composition {
  readonly deps: AppDeps;
  readonly health: Health;
  /** Signs the tokens that forms carry. */
  readonly formSecret: string;
  close(): Promise<void>;
}

/** Puts the adapters behind the ports: the one place where all of them meet. */
export function compose(databaseUrl: string, config: Config, log: Logger): Composition {
  const connection = connect(databaseUrl, { max: CONNECTIONS_MAX });
  const masterKey = readMasterKey(config);
  const vault = createVault(masterKey);
  const store = createStore(connection);

  const files = readPolicyFiles();
  if (!files.ok) throw new Error(`policies/ cannot be read: ${JSON.stringify(files.problems)}`);
  // Rules and clock are asked inside transactions: on the same connections, a full house would wait for itself.
  const aside = connect(databaseUrl, { max: ASIDE_CONNECTIONS_MAX, applicationName: "govpool policy" });
  const source = policySource(aside);
  const book = new PolicyBook(source, files.value);

  const authorizer = createAuthorizer(book, source);
  const clock = poolClock(aside);
  const tables = createTables();
  const whatIfRunner = createWhatIfRunner({ databaseUrl, store, onFault: (error) => log.error({ part: "what-ifs", err: error }, "a what-if failed") });
  const planSearches = createPlanSearches({ store, onFault: (error) => log.error({ part: "plan-searches", err: error }, "looking for a plan failed") });
  const importRunner = createImportRunner({ store, authorizer, tables, onFault: (error) => log.error({ part: "imports", err: error }, "an import failed") });

  const deps: AppDeps = {
    store,
    idempotency: store.idempotency,
    authorizer,
    policyWorkbench: createWorkbench(files.value),
    clock,
    pools: poolDirectory(connection),
    requestIds: requestIds(connection),
    statusAttempts: new StatusAttempts(() => performance.now()),
    queueReader: createQueueReader(connection),
    manifests: manifestReader,
    tables,
    importRunner,
    scenarios,
    whatIfRunner,
    optimiser: createOptimiser(),
    planSearches,
    webhookSender: createWebhookSender({ allowedHosts: config.webhookHosts }),
    vault,
    identity: createIdentity({
      db: connection.db,
      tables: { users, sessions, accounts, verifications },
      people: people(connection.sql),
      vault,
      attempts: signInAttempts(connection),
      secret: deriveKey(masterKey, "session cookies").toString("base64url"),
      baseUrl: baseUrlOf(config),
      demo: config.demo,
      oidc: config.oidc,
      log: (level, message) => log[level]({ part: "identity" }, message),
    }),
  };
  const sweeping = setInterval(() => void sweepIdentity(aside).catch((err: unknown) => log.warn({ part: "identity", err }, "sweeping")), SWEEP_MS).unref();
  return {
    deps,
    health: health(connection),
    formSecret: deriveKey(masterKey, "form tokens").toString("base64url"),
    close: async () => {
      clearInterval(sweeping);
      await Promise.all([importRunner.stop(), whatIfRunner.stop(), planSearches.stop()]);
      await Promise.all([connection.end(), aside.end()]);
    },
  };
}

export const baseUrlOf = (config: Pick<Config, "publicUrl" | "host" | "port">): string =>
  config.publicUrl?.replace(/\/+$/, "") ?? `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${config.port}`;

function readMasterKey(config: Config): Buffer {
  try {
    return loadMasterKey({ given: config.masterKey, file: join(config.home, "master.key"), create: true });
  } catch (error) {
    throw error instanceof UnfitMasterKey ? new ConfigError(error.message) : error;
  }
}
