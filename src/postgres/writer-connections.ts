import postgres from "postgres";
import { DatabaseAway } from "../app/ports/writer.js";
import type { Sql } from "./connection.js";

/** Milliseconds a statement of the writer may take on the server. */
const STATEMENT_MS_MAX = 30_000;
/** Milliseconds after which an answer that has not come counts as lost: the network may swallow it without a word. */
export const ANSWER_MS_MAX = STATEMENT_MS_MAX + 5_000;
const CONNECT_SECONDS_MAX = 5;
/** Seconds nobody needs a connection before it is given back. */
export const IDLE_SECONDS_MAX = 20;

/**
 * A batch looks every row up by its key, and so do the steps and commands of a turn. Kept plans would be those for tables that were small a second ago, and the
 * planner's counts are as old: each batch is planned for the rows it has, and never by reading a table whole.
 */
export const BY_KEY = { plan_cache_mode: "force_custom_plan", enable_seqscan: "off", enable_bitmapscan: "off", enable_mergejoin: "off", random_page_cost: "1" } as const;

/**
 * For what reads tables whole on such a connection: until the transaction ends the planner chooses again. Not `default`,
 * which is what the connection began with.
 */
export const READ_WHOLE = "set local enable_seqscan = on; set local enable_bitmapscan = on; set local enable_mergejoin = on";

export interface WriterConnectionOptions {
  readonly max: number;
  readonly idleInTransactionMsMax?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** Of a connection that listens: a notice came, or the session is over. Such a connection is never idle. */
  readonly notified?: (channel: string, payload: string) => void;
  readonly closed?: () => void;
}

/**
 * One of the writer's connections. They do not come from the pool that serves pages: a busy portal must not cost the
 * lease, and a long batch must not hold up its renewal.
 */
export class WriterConnection {
  #sql: Sql;

  constructor(
    private readonly databaseUrl: string,
    private readonly options: WriterConnectionOptions,
  ) {
    this.#sql = this.#open();
  }

  get sql(): Sql {
    return this.#sql;
  }

  /** Leaves the old connection to its fate; whatever still waits on it is not waited for. */
  replace(): void {
    void this.#sql.end({ timeout: 0 }).catch(() => {});
    this.#sql = this.#open();
  }

  /** Runs `work`; a connection that is lost, or does not answer in time, becomes `DatabaseAway`. */
  async reach<T>(work: (sql: Sql) => Promise<T>, msMax = ANSWER_MS_MAX): Promise<T> {
    try {
      const answer = await within(msMax, work(this.#sql));
      if (answer !== LATE) return answer;
    } catch (error) {
      throw awayOr(error);
    }
    this.replace();
    throw new DatabaseAway(`the database did not answer in ${msMax} ms`);
  }

  async end(): Promise<void> {
    await this.#sql.end({ timeout: 1 });
  }

  #open(): Sql {
    const { max, idleInTransactionMsMax, settings, notified, closed } = this.options;
    return postgres(this.databaseUrl, {
      max,
      connect_timeout: CONNECT_SECONDS_MAX,
      // Writers of pools where nothing happens keep what renews the lease and what listens, and give the rest back.
      ...(notified ? { onnotify: notified } : { idle_timeout: IDLE_SECONDS_MAX }),
      ...(closed && { onclose: closed }),
      // The loop has its own patience; a driver that waits longer between attempts would hide a database that is back.
      backoff: () => 0.1,
      onnotice: () => {},
      // Amounts and ids are safe integers everywhere in the code.
      types: { int8: { to: 20, from: [20], parse: Number, serialize: String } },
      connection: {
        application_name: "govpool-writer",
        statement_timeout: STATEMENT_MS_MAX,
        TimeZone: "UTC",
        ...settings,
        ...(idleInTransactionMsMax === undefined ? {} : { idle_in_transaction_session_timeout: idleInTransactionMsMax }),
      },
    }) as unknown as Sql;
  }
}

/** The database cannot be reached, is starting or stopping, or ended our session: not a bug, and it may pass. */
const AWAY = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "57014", // query_canceled: it took too long, or an operator ended it
  "25006", // read_only_sql_transaction: this server is not the primary any more
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "25P03", // idle_in_transaction_session_timeout
  "53300", // too_many_connections
]);

export function isAway(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" && (AWAY.has(code) || code.startsWith("08"));
}

/** `DatabaseAway` for a lost connection, anything else as it is. */
export const awayOr = (error: unknown): unknown =>
  isAway(error) ? new DatabaseAway("the database cannot be reached", { cause: error }) : error;

export const LATE = Symbol("late");

/** A promise's value, or `LATE`. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
