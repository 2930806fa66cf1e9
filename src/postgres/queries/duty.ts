import type { Duties, LeadExceptionRow } from "../../app/ports/duty.js";
import type { Level } from "../../domain/catalogue/item.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

interface ItemRow {
  readonly item_code: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly line: string;
  readonly level: Level;
  readonly unit_id: string | null;
  readonly functions: readonly { readonly class: string; readonly scope: "competent" | "pool" }[];
}

interface LeadRow {
  readonly code: string;
  readonly unit_id: string;
  readonly level: Level;
  readonly class_id: string;
  readonly jurisdiction: readonly string[];
  readonly valid_from: string | null;
  readonly valid_to: string | null;
}

interface ExceptionRow {
  readonly exception_id: number;
  readonly class_id: string;
  readonly unit_id: string;
  readonly valid_from: string;
  readonly valid_to: string;
  readonly basis: string;
  readonly declared_by: string;
  readonly declared_at: Date;
  readonly withdrawn_at: Date | null;
}

const exceptionOf = (row: ExceptionRow): LeadExceptionRow => ({
  id: Number(row.exception_id),
  classId: trusted(row.class_id),
  unitId: trusted(row.unit_id),
  validFrom: row.valid_from,
  validTo: row.valid_to,
  basis: row.basis,
  declaredBy: row.declared_by,
  declaredAt: row.declared_at.getTime(),
  withdrawnAt: row.withdrawn_at?.getTime() ?? null,
});

/** Exceptions on one page: a pool with more has no leads any more. */
const EXCEPTIONS_MAX = 500;

export const duties = (sql: Sql, pool: PoolId): Duties => ({
  async items() {
    const rows = await sql<ItemRow[]>`
      select i.item_code, i.name_zh, i.name_en, i.line, i.level, i.unit_id,
        coalesce((
          select jsonb_agg(distinct jsonb_build_object('class', c ->> 'class', 'scope', c ->> 'scope'))
          from jsonb_path_query(i.guide, '$.recipe.steps[*].claims[*]') c
          where c ->> 'class' like 'function.%'), '[]') as functions
      from pool.items i
      where i.pool_id = ${pool} and i.state = 'published'
      order by i.item_code`;
    return rows.map((row) => ({
      item: trusted(row.item_code),
      names: { zh: row.name_zh, en: row.name_en },
      line: row.line,
      level: row.level,
      unit: row.unit_id === null ? null : trusted(row.unit_id),
      functions: row.functions.map((one) => ({ class: trusted(one.class), own: one.scope === "competent" })),
    }));
  },
  async leads(day, classes) {
    const rows = await sql<LeadRow[]>`
      select r.code, r.unit_id, u.level, r.class_id, r.jurisdiction, r.valid_from::text, r.valid_to::text
      from pool.resources r
        join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id and c.kind = 'function'
        join pool.units u on u.pool_id = r.pool_id and u.unit_id = r.unit_id and u.state = 'active'
      where r.pool_id = ${pool} and r.state = 'published' and (r.valid_to is null or r.valid_to >= ${day})
        ${classes === undefined ? sql`` : sql`and r.class_id = any(${[...classes]}::text[])`}
      order by r.code`;
    return rows.map((row) => ({
      code: row.code,
      unitId: trusted(row.unit_id),
      level: row.level,
      classId: trusted(row.class_id),
      jurisdiction: row.jurisdiction,
      validFrom: row.valid_from,
      validTo: row.valid_to,
    }));
  },
  async exceptions({ ended }) {
    const rows = await sql<ExceptionRow[]>`
      select exception_id, class_id, unit_id, valid_from::text, valid_to::text, basis, declared_by, declared_at, withdrawn_at
      from pool.lead_exceptions
      where pool_id = ${pool} ${ended ? sql`` : sql`and withdrawn_at is null`}
      order by exception_id desc
      limit ${EXCEPTIONS_MAX}`;
    return rows.map(exceptionOf);
  },
  async insertException({ classId, unitId, validFrom, validTo, basis, declaredBy, declaredAt }) {
    const [row] = await sql<{ exception_id: number }[]>`
      insert into pool.lead_exceptions (pool_id, class_id, unit_id, valid_from, valid_to, basis, declared_by, declared_at)
      values (${pool}, ${classId}, ${unitId}, ${validFrom}, ${validTo}, ${basis}, ${declaredBy}, ${new Date(declaredAt)})
      returning exception_id`;
    return Number(row?.exception_id ?? 0);
  },
  async withdrawException(id, by, at) {
    const gone = await sql`
      update pool.lead_exceptions set withdrawn_by = ${by}, withdrawn_at = ${new Date(at)}
      where pool_id = ${pool} and exception_id = ${id} and withdrawn_at is null`;
    return gone.count > 0;
  },
});
