import type { PoolId } from "../domain/id.js";
import type { ClaimAsk } from "../scheduler/contract.js";
import type { Sql } from "./connection.js";

/** What steps ask, read once: the steps that ask the same share one array, and the engine knows them by it. */
export class AskBook {
  readonly #asks = new Map<string, readonly ClaimAsk[]>();
  /** By the sixteen bytes of the id, as binary rows have it. */
  readonly #byBytes = new Map<string, readonly ClaimAsk[]>();

  constructor(private readonly pool: PoolId) {}

  async readAll(sql: Sql): Promise<void> {
    this.#asks.clear();
    this.#byBytes.clear();
    await this.#read(sql, sql``);
  }

  /** Those of the rows that were not met before. */
  async readFor(sql: Sql, rows: readonly { readonly ask_id: string | null }[]): Promise<void> {
    const missing = new Set<string>();
    for (const { ask_id } of rows) if (ask_id !== null && !this.#asks.has(ask_id)) missing.add(ask_id);
    if (missing.size > 0) await this.#read(sql, sql`and ask_id = any(${[...missing]}::uuid[])`);
  }

  async #read(sql: Sql, which: ReturnType<Sql>): Promise<void> {
    const rows = await sql<{ ask_id: string; claims: readonly ClaimAsk[] }[]>`
      select ask_id, claims from pool.asks where pool_id = ${this.pool} ${which}`;
    for (const { ask_id, claims } of rows) {
      this.#asks.set(ask_id, claims);
      this.#byBytes.set(Buffer.from(ask_id.replaceAll("-", ""), "hex").toString("latin1"), claims);
    }
  }

  of(id: string): readonly ClaimAsk[] {
    return this.#found(this.#asks.get(id));
  }

  ofBytes(id: string): readonly ClaimAsk[] {
    return this.#found(this.#byBytes.get(id));
  }

  #found(claims: readonly ClaimAsk[] | undefined): readonly ClaimAsk[] {
    if (!claims) throw new Error(`pool ${this.pool}: a step asks what no row of asks says`);
    return claims;
  }
}
