import { pageOf } from "../../app/ports/page.js";
import type { LoanBalance, LoanPart, LoanRow, Loans } from "../../app/ports/loan.js";
import { trusted, type LoanId, type PersonId, type PoolId, type ResourceId } from "../../domain/id.js";
import { parseLocalDate } from "../../domain/instant.js";
import type { PartBack } from "../../domain/rebalance/loan.js";
import { SLOTS_A_DAY } from "../../domain/pool/period.js";
import type { UsagePeriod } from "../../domain/pool/usage.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

/** How `to_char` writes the period a day lies in. */
const PERIOD_FORMATS: Readonly<Record<UsagePeriod, string>> = { day: "YYYY-MM-DD", month: "YYYY-MM", year: "YYYY" };

interface Row {
  readonly loan_id: string;
  readonly class_id: string;
  readonly lender_unit_id: string;
  readonly lender_resource_id: string;
  readonly lender_code: string;
  readonly borrower_unit_id: string;
  readonly resource_id: string;
  readonly resource_code: string;
  readonly amount: string;
  readonly partial: boolean;
  readonly from_day: string;
  readonly to_day: string;
  readonly legal_basis: string | null;
  readonly plan_id: number | null;
  readonly task_force_id: string | null;
  readonly renews_loan_id: string | null;
  readonly state: LoanRow["state"];
  readonly min: string;
  readonly carried: number | null;
  readonly short_periods: number[] | null;
  readonly back_from: string | null;
  readonly ended_as: LoanRow["endedAs"];
  readonly grounds: string | null;
  readonly applied_by: string;
  readonly applied_at: Date;
  readonly brought_back_by: string | null;
  readonly brought_back_at: Date | null;
  readonly ended_at: Date | null;
  readonly lent: string;
  readonly used: string;
  readonly parts: readonly (Omit<LoanPart, "at"> & { readonly at: string })[];
}

const loanOf = (row: Row): LoanRow => ({
  id: trusted(Number(row.loan_id)),
  classId: trusted(row.class_id),
  lender: trusted(row.lender_unit_id),
  lenderResource: trusted(Number(row.lender_resource_id)),
  lenderCode: row.lender_code,
  borrower: trusted(row.borrower_unit_id),
  resource: trusted(Number(row.resource_id)),
  resourceCode: row.resource_code,
  amount: Number(row.amount),
  partial: row.partial,
  from: row.from_day,
  to: row.to_day,
  legalBasis: row.legal_basis,
  plan: row.plan_id,
  taskForce: row.task_force_id,
  renews: row.renews_loan_id === null ? null : trusted<LoanId>(Number(row.renews_loan_id)),
  state: row.state,
  leastClaim: Number(row.min),
  periods: row.carried,
  shortPeriods: row.short_periods,
  backFrom: row.back_from,
  endedAs: row.ended_as,
  grounds: row.grounds,
  appliedBy: row.applied_by,
  appliedAt: row.applied_at.getTime(),
  broughtBackBy: row.brought_back_by === null ? null : trusted<PersonId>(row.brought_back_by),
  broughtBackAt: row.brought_back_at?.getTime() ?? null,
  endedAt: row.ended_at?.getTime() ?? null,
  lent: Number(row.lent),
  used: Number(row.used),
  parts: row.parts.map((part) => ({ ...part, at: Date.parse(part.at) })),
});

export function loans(sql: Sql, pool: PoolId): Loans {
  const columns = sql`
    l.loan_id, l.class_id, l.lender_unit_id, l.lender_resource_id, x.code as lender_code, l.borrower_unit_id, l.resource_id, r.code as resource_code, r.min,
    l.amount, l.partial, l.from_day::text, l.to_day::text, l.legal_basis, l.plan_id, l.task_force_id, l.renews_loan_id, l.state, cardinality(l.periods) as carried, l.short_periods,
    l.back_from::text, l.ended_as, l.grounds, l.applied_by, l.applied_at, l.brought_back_by, l.brought_back_at, l.ended_at, b.lent, b.used,
    (select coalesce(jsonb_agg(jsonb_build_object('no', q.part_no, 'from', q.from_day, 'amount', q.amount, 'as', q.brought_back_as, 'grounds', q.grounds, 'by', q.brought_back_by, 'at', q.brought_back_at) order by q.part_no), '[]')
     from pool.loan_parts q where q.pool_id = l.pool_id and q.loan_id = l.loan_id) as parts`;
  // The books of a dated resource are read by its key.
  const from = sql`
    pool.loans l
      join pool.resources x on x.pool_id = l.pool_id and x.resource_id = l.lender_resource_id
      join pool.resources r on r.pool_id = l.pool_id and r.resource_id = l.resource_id
      cross join lateral (
        select coalesce(sum(b.borrowed), 0) as lent, coalesce(sum(b.held + b.settled), 0) as used
        from pool.balances b
        where b.pool_id = l.pool_id and b.resource_id = l.resource_id
      ) b`;
  return {
    async insert(all, appliedBy, at) {
      const made: { id: LoanId; resource: ResourceId }[] = [];
      for (const { terms, lender, plan, taskForce, renews } of all) {
        const [row] = await sql<{ loan_id: string; resource_id: string }[]>`
          with named as (
            select nextval(pg_get_serial_sequence('pool.loans', 'loan_id')) as loan_id
          ),
          dated as (
            insert into pool.resources (pool_id, code, unit_id, class_id, total, derived, min, max, step, traits, jurisdiction, valid_from, valid_to, automated, state, source, lender_resource_id, serving_unit_id)
            select x.pool_id, 'loan-' || n.loan_id || '-of-' || x.resource_id, u.unit_id, x.class_id, 0, false, x.min, x.max, x.step, x.traits,
                   -- Where the borrower acts: its division, and wherever else its own of the class reach.
                   array(
                     select place from (
                       select u.division_code as place
                       union
                       select unnest(o.jurisdiction)
                       from pool.resources o
                       where o.pool_id = x.pool_id and o.unit_id = u.unit_id and o.class_id = x.class_id and o.state = 'published' and o.lender_resource_id is null
                     ) places order by place),
                   ${terms.from}::date, ${terms.to}::date, x.automated, 'published', 'loan', x.resource_id, case when c.lend = 'work' or c.kind = 'staff' then x.unit_id end
            from named n
              join pool.resources x on x.pool_id = ${pool} and x.resource_id = ${terms.lenderResource}
              join pool.classes c on c.pool_id = x.pool_id and c.class_id = x.class_id
              join pool.units u on u.pool_id = x.pool_id and u.unit_id = ${terms.borrower}
            returning resource_id
          )
          insert into pool.loans (pool_id, loan_id, class_id, lender_unit_id, lender_resource_id, borrower_unit_id, resource_id, amount, partial, from_day, to_day, legal_basis,
            plan_id, task_force_id, renews_loan_id, state, applied_by, applied_at)
          select ${pool}, n.loan_id, ${terms.classId}, ${lender}, ${terms.lenderResource}, ${terms.borrower}, d.resource_id, ${terms.amount}, ${terms.partial ?? false}, ${terms.from}, ${terms.to}, ${terms.legalBasis},
            ${plan}, ${taskForce}, ${renews}, 'applied', ${appliedBy}, ${new Date(at)}
          from named n, dated d
          returning loan_id, resource_id`;
        if (!row) throw new Error(`resource ${terms.lenderResource} or unit ${terms.borrower} went away`);
        made.push({ id: trusted<LoanId>(Number(row.loan_id)), resource: trusted<ResourceId>(Number(row.resource_id)) });
      }
      return made;
    },
    async get(id) {
      const [row] = await sql<Row[]>`select ${columns} from ${from} where l.pool_id = ${pool} and l.loan_id = ${id}`;
      return row ? loanOf(row) : null;
    },
    async lock(id) {
      const [row] = await sql<Row[]>`select ${columns} from ${from} where l.pool_id = ${pool} and l.loan_id = ${id} for update of l`;
      return row ? loanOf(row) : null;
    },
    async list({ units, state, class: classId }, { limit, after }) {
      const [last] = after === undefined ? [] : (readCursor(after, ["number"]) ?? []);
      const rows = await sql<Row[]>`
        select ${columns} from ${from}
        where l.pool_id = ${pool}
          ${units === undefined ? sql`` : sql`and (l.lender_unit_id = any(${[...units]}::text[]) or l.borrower_unit_id = any(${[...units]}::text[]))`}
          ${state === undefined ? sql`` : sql`and l.state = ${state}`}
          ${classId === undefined ? sql`` : sql`and l.class_id = ${classId}`}
          ${last === undefined ? sql`` : sql`and l.loan_id < ${Number(last)}`}
        order by l.loan_id desc limit ${limit + 1}`;
      return pageOf(rows.map(loanOf), limit, ({ id }) => cursorOf(id));
    },
    async ofPlan(plan) {
      const rows = await sql<Row[]>`select ${columns} from ${from} where l.pool_id = ${pool} and l.plan_id = ${plan} order by l.loan_id`;
      return rows.map(loanOf);
    },
    async ofTaskForce(id) {
      const rows = await sql<Row[]>`select ${columns} from ${from} where l.pool_id = ${pool} and l.task_force_id = ${id} order by l.loan_id`;
      return rows.map(loanOf);
    },
    async standing() {
      const rows = await sql<(Pick<Row, "loan_id" | "class_id" | "lender_unit_id" | "lender_resource_id" | "borrower_unit_id" | "amount" | "from_day" | "to_day" | "back_from"> & { readonly parts: readonly PartBack[] })[]>`
        select loan_id, class_id, lender_unit_id, lender_resource_id, borrower_unit_id, amount, from_day::text, to_day::text, back_from::text,
               (select coalesce(jsonb_agg(jsonb_build_object('no', q.part_no, 'from', q.from_day, 'amount', q.amount) order by q.part_no), '[]') from pool.loan_parts q where q.pool_id = l.pool_id and q.loan_id = l.loan_id) as parts
        from pool.loans l where pool_id = ${pool} and state in ('applied', 'active', 'ending') order by loan_id`;
      return rows.map((row) => ({
        id: trusted<LoanId>(Number(row.loan_id)),
        classId: trusted(row.class_id),
        lender: trusted(row.lender_unit_id),
        lenderResource: trusted<ResourceId>(Number(row.lender_resource_id)),
        borrower: trusted(row.borrower_unit_id),
        amount: Number(row.amount),
        from: row.from_day,
        to: row.to_day,
        backFrom: row.back_from,
        parts: row.parts,
      }));
    },
    async ofResource(resource) {
      const [row] = await sql<{ loan_id: string }[]>`select loan_id from pool.loans where pool_id = ${pool} and resource_id = ${resource}`;
      return row ? trusted<LoanId>(Number(row.loan_id)) : null;
    },
    async heldFrom(id, day) {
      const first = parseLocalDate(day) ?? 0;
      const [row] = await sql<{ waiting: number; begun: number }[]>`
        select (count(*) filter (where s.state in ('blocked', 'ready')))::int as waiting, (count(*) filter (where s.state not in ('blocked', 'ready')))::int as begun
        from pool.loans l
          join pool.classes c on c.pool_id = l.pool_id and c.class_id = l.class_id
          join pool.allocations a on a.pool_id = l.pool_id and a.resource_id = l.resource_id and a.state = 'held'
            and a.period >= case c.period when 'slot' then ${first * SLOTS_A_DAY} else ${first} end
          join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id
        where l.pool_id = ${pool} and l.loan_id = ${id}`;
      return row ?? { waiting: 0, begun: 0 };
    },
    async bringBack(id, { from: day, as, grounds, by, at }) {
      await sql`
        update pool.loans
        set state = 'ending', back_from = ${day}, ended_as = ${as}, grounds = ${grounds}, brought_back_by = ${by}, brought_back_at = ${new Date(at)}
        where pool_id = ${pool} and loan_id = ${id}`;
    },
    async bringPartBack(id, { no, from: day, amount, as, grounds, by, at }) {
      await sql`
        insert into pool.loan_parts (pool_id, loan_id, part_no, from_day, amount, brought_back_as, grounds, brought_back_by, brought_back_at)
        values (${pool}, ${id}, ${no}, ${day}, ${amount}, ${as}, ${grounds}, ${by}, ${new Date(at)})`;
    },
    async freeFrom(id, day) {
      const first = parseLocalDate(day) ?? 0;
      const [row] = await sql<{ free: string | null }[]>`
        select min(b.borrowed - b.settled - coalesce((
          select sum(a.amount) from pool.allocations a join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id
          where a.pool_id = b.pool_id and a.resource_id = b.resource_id and a.period = b.period and a.state = 'held' and s.state not in ('blocked', 'ready')), 0)) as free
        from pool.loans l
          join pool.classes c on c.pool_id = l.pool_id and c.class_id = l.class_id
          join pool.balances b on b.pool_id = l.pool_id and b.resource_id = l.resource_id and b.borrowed > 0
            and b.period >= case c.period when 'slot' then ${first * SLOTS_A_DAY}::int else ${first}::int end
        where l.pool_id = ${pool} and l.loan_id = ${id}`;
      return Number(row?.free ?? 0);
    },
    async balances({ units, class: classId, from, to, period }) {
      const rows = await sql<{ unit_id: string; class_id: string; period: string | null; lent: string; borrowed: string }[]>`
        with sums as (
          select l.lender_unit_id, l.borrower_unit_id, l.class_id, ${period === undefined ? sql`null` : sql`to_char(date '1970-01-01' + d.day, ${PERIOD_FORMATS[period]})`} as period, sum(b.borrowed) as amount
          from pool.loans l
            join pool.classes c on c.pool_id = l.pool_id and c.class_id = l.class_id
            join pool.balances b on b.pool_id = l.pool_id and b.resource_id = l.resource_id and b.borrowed > 0
            cross join lateral (select case c.period when 'slot' then b.period / ${SLOTS_A_DAY}::int else b.period end as day) d
          where l.pool_id = ${pool} ${units === undefined ? sql`` : sql`and (l.lender_unit_id = any(${[...units]}::text[]) or l.borrower_unit_id = any(${[...units]}::text[]))`}
            ${classId === undefined ? sql`` : sql`and l.class_id = ${classId}`}
            ${from === undefined ? sql`` : sql`and d.day >= ${from}`} ${to === undefined ? sql`` : sql`and d.day <= ${to}`}
          group by 1, 2, 3, 4
        )
        select unit_id, class_id, period, sum(lent) as lent, sum(borrowed) as borrowed
        from (
          select lender_unit_id as unit_id, class_id, period, amount as lent, 0 as borrowed from sums
          union all
          select borrower_unit_id, class_id, period, 0, amount from sums
        ) sides
        ${units === undefined ? sql`` : sql`where unit_id = any(${[...units]}::text[])`}
        group by unit_id, class_id, period
        order by unit_id, class_id, period`;
      return rows.map((row): LoanBalance => ({ unitId: trusted(row.unit_id), classId: trusted(row.class_id), period: row.period, lent: Number(row.lent), borrowed: Number(row.borrowed) }));
    },
  };
}
