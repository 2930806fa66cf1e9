import { cliText } from "../text/cli.js";
import { say } from "../text/text.js";
import type { GovpoolClient } from "../client/client.js";
import { answerOf, CallRefused, freshKey } from "./call.js";
import { clientOf, openSession, type Session } from "./session.js";
import type { CommonFlags, Io } from "./io.js";
import type { Row } from "./nouns.js";

/** A server, who we are there, and the pool the command is about. */
export class Remote {
  private constructor(
    readonly session: Session,
    readonly client: GovpoolClient,
    readonly pool: string,
  ) {}

  static async open(io: Io, flags: CommonFlags): Promise<Remote> {
    const session = openSession(io.env, flags);
    const client = clientOf(session);
    return new Remote(session, client, session.pool ?? (await onlyPool(session)));
  }

  /** Reads below the pool; the path is checked against the API by the server alone, since the user may have named it. */
  async get(path: string, query: Readonly<Record<string, string | number>> = {}): Promise<Row> {
    return (await answerOf(this.session, this.client.GET(`/api/v1/pools/{pool}${path}` as never, { params: { path: { pool: this.pool }, query } } as never) as never)) as Row;
  }

  /** The same as a table, in full. */
  async csv(path: string, query: Readonly<Record<string, string | number>>): Promise<string> {
    const options = { params: { path: { pool: this.pool }, query }, headers: { accept: "text/csv" }, parseAs: "text" };
    return (await answerOf(this.session, this.client.GET(`/api/v1/pools/{pool}${path}` as never, options as never) as never)) as string;
  }

  async write(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Row> {
    const options = { params: { path: { pool: this.pool } }, ...(body === undefined ? {} : { body }), headers: { "idempotency-key": freshKey(), ...headers } };
    return (await answerOf(this.session, this.client.request(method.toLowerCase() as never, `/api/v1/pools/{pool}${path}` as never, options as never) as never)) as Row;
  }

  say(key: keyof typeof cliText, facts?: Record<string, string | number>): string {
    return say(this.session.language, cliText[key], facts);
  }
}

/** A server with one pool needs no `--pool`. */
async function onlyPool(session: Session): Promise<string> {
  const answer = await answerOf(
    session,
    fetch(`${session.server}/api/v1/pools`, { headers: { accept: "application/json", "accept-language": session.language } }).then(async (response) =>
      response.ok ? { data: (await response.json()) as { rows: readonly { pool: string; sandbox: boolean }[] }, response } : { error: await response.json().catch(() => undefined), response },
    ),
  );
  const pools = answer.rows.filter(({ sandbox }) => !sandbox).map(({ pool }) => pool);
  if (pools.length === 1 && pools[0] !== undefined) return pools[0];
  throw new CallRefused([say(session.language, cliText["error.no_pool"], { pools: pools.join(", ") })], "pool");
}
