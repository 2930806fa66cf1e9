import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

/**
 * Acts of one person that count one another wait for one another, to the end of the transaction. In the order of the
 * locks: of two transactions with several persons in common, none can wait for the other in a circle. It is sent when it
 * is called, so that what is sent next comes after it.
 */
export function lockApplicants(sql: Sql, pool: PoolId, persons: readonly string[]): Promise<unknown> {
  return sql`
    select pg_advisory_xact_lock(id)
    from (
      select distinct hashtextextended('open requests ' || ${pool} || ' ' || person, 0) as id
      from unnest(${persons as string[]}::text[]) as p (person)
      order by id
    ) ordered`.execute();
}
