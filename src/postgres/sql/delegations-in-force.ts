import type { DeclaredDelegation } from "../../domain/org/delegation.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

interface Row {
  delegation_id: number;
  from_unit_id: string;
  to_unit_id: string;
  class_id: string;
  onward: boolean;
  valid_from: Date;
  valid_to: Date | null;
}

/** Delegations that are or will be in force: not withdrawn, and not over by the writer's time, which a set clock may be ahead of. */
export async function readDelegations(sql: Sql, pool: PoolId): Promise<DeclaredDelegation[]> {
  const rows = await sql<Row[]>`
    select delegation_id, from_unit_id, to_unit_id, class_id, onward, valid_from, valid_to
    from pool.delegations
    where pool_id = ${pool} and withdrawn_at is null
      and (valid_to is null or valid_to > coalesce((select worked_up_to from pool.writers where pool_id = ${pool}), '-infinity'))
    order by delegation_id`;
  return rows.map((row) => ({
    id: row.delegation_id,
    from: trusted(row.from_unit_id),
    to: trusted(row.to_unit_id),
    classId: trusted(row.class_id),
    onward: row.onward,
    validFrom: row.valid_from.getTime(),
    validTo: row.valid_to && row.valid_to.getTime(),
  }));
}
