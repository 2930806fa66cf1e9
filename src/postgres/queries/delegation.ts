import type { DelegationRow, Delegations } from "../../app/ports/delegation.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { readDelegations } from "../sql/delegations-in-force.js";

interface Row {
  readonly delegation_id: number;
  readonly from_unit_id: string;
  readonly to_unit_id: string;
  readonly class_id: string;
  readonly basis: string;
  readonly document: string;
  readonly onward: boolean;
  readonly onward_basis: string | null;
  readonly valid_from: Date;
  readonly valid_to: Date | null;
  readonly declared_by: string;
  readonly declared_at: Date;
  readonly withdrawn_at: Date | null;
}

const delegationOf = (row: Row): DelegationRow => ({
  id: row.delegation_id,
  from: trusted(row.from_unit_id),
  to: trusted(row.to_unit_id),
  classId: trusted(row.class_id),
  basis: row.basis,
  document: row.document,
  onward: row.onward,
  onwardBasis: row.onward_basis,
  validFrom: row.valid_from.getTime(),
  validTo: row.valid_to?.getTime() ?? null,
  declaredBy: trusted(row.declared_by),
  declaredAt: row.declared_at.getTime(),
  withdrawnAt: row.withdrawn_at?.getTime() ?? null,
});

export const delegations = (sql: Sql, pool: PoolId): Delegations => ({
  async get(id) {
    const [row] = await sql<Row[]>`select * from pool.delegations where pool_id = ${pool} and delegation_id = ${id}`;
    return row ? delegationOf(row) : null;
  },
  async list({ unit, ended }) {
    const rows = await sql<Row[]>`
      select * from pool.delegations
      where pool_id = ${pool}
        ${unit === undefined ? sql`` : sql`and (from_unit_id = ${unit} or to_unit_id = ${unit})`}
        ${ended === true ? sql`` : sql`
          and withdrawn_at is null
          and (valid_to is null or valid_to > (select coalesce(clock_at, clock_timestamp()) from pool.pools where pool_id = ${pool}))`}
      order by delegation_id desc
      limit 500`;
    return rows.map(delegationOf);
  },
  living: () => readDelegations(sql, pool),
  async insert(one) {
    const [row] = await sql<{ delegation_id: number }[]>`
      insert into pool.delegations (pool_id, from_unit_id, to_unit_id, class_id, basis, document, onward, onward_basis, valid_from, valid_to, declared_by, declared_at)
      values (
        ${pool}, ${one.from}, ${one.to}, ${one.classId}, ${one.basis}, ${one.document}, ${one.onward}, ${one.onwardBasis},
        ${new Date(one.validFrom)}, ${one.validTo === null ? null : new Date(one.validTo)}, ${one.declaredBy}, ${new Date(one.declaredAt)})
      returning delegation_id`;
    return row?.delegation_id ?? 0;
  },
  async withdraw(id, by, at, reason) {
    await sql`
      update pool.delegations set withdrawn_by = ${by}, withdrawn_at = ${new Date(at)}, withdrawn_reason = ${reason}
      where pool_id = ${pool} and delegation_id = ${id} and withdrawn_at is null`;
  },
});
