import type { LivingLoan, WriterBatch } from "../../app/ports/writer.js";
import { trusted, type LoanId, type PoolId, type ResourceId } from "../../domain/id.js";
import type { PeriodKind } from "../../domain/pool/period.js";
import type { Sql } from "../connection.js";
import { WRITER_ACTOR } from "./commit-batch.js";

interface Row {
  readonly loan_id: number;
  readonly lender_resource_id: number;
  readonly resource_id: number;
  readonly kind: PeriodKind;
  readonly amount: number;
  readonly partial: boolean;
  readonly from_day: string;
  readonly to_day: string;
  readonly back_from: string | null;
  readonly state: LivingLoan["state"];
  readonly periods: number[] | null;
  readonly lent_in: number[];
  readonly lent: string[];
  readonly parts: LivingLoan["parts"];
}

/** Loans that the writer's own ticks end, or those named; with what of them is lent. */
export async function readLoans(sql: Sql, pool: PoolId, ids: readonly LoanId[] | "living"): Promise<readonly LivingLoan[]> {
  const rows = await sql<Row[]>`
    select l.loan_id, l.lender_resource_id, l.resource_id, c.period as kind, l.amount, l.partial, l.from_day::text, l.to_day::text, l.back_from::text, l.state, l.periods,
           array(select b.period from pool.balances b where b.pool_id = l.pool_id and b.resource_id = l.resource_id and b.borrowed > 0 order by b.period) as lent_in,
           array(select b.borrowed::text from pool.balances b where b.pool_id = l.pool_id and b.resource_id = l.resource_id and b.borrowed > 0 order by b.period) as lent,
           (select coalesce(jsonb_agg(jsonb_build_object('no', q.part_no, 'from', q.from_day, 'amount', q.amount) order by q.part_no), '[]') from pool.loan_parts q where q.pool_id = l.pool_id and q.loan_id = l.loan_id) as parts
    from pool.loans l
      join pool.classes c on c.pool_id = l.pool_id and c.class_id = l.class_id
    where l.pool_id = ${pool} and ${ids === "living" ? sql`l.state in ('active', 'ending')` : sql`l.loan_id = any(${ids.map(Number)}::int8[])`}
    order by l.loan_id`;
  return rows.map((row) => ({
    id: trusted<LoanId>(row.loan_id),
    lender: trusted<ResourceId>(row.lender_resource_id),
    borrower: trusted<ResourceId>(row.resource_id),
    kind: row.kind,
    amount: row.amount,
    partial: row.partial,
    from: row.from_day,
    to: row.to_day,
    backFrom: row.back_from,
    parts: row.parts,
    state: row.state,
    periods: row.periods ?? [],
    lent: new Map(row.lent_in.map((period, at) => [period, Number(row.lent[at])])),
  }));
}

/**
 * What the writer says to loans: booked, refused, over. The borrower's dated resource goes with its loan.
 * @returns how many were found in the state they are left from.
 */
export async function settleLoans(sql: Sql, pool: PoolId, { loans, decidedAt, policyVersion }: Pick<WriterBatch, "loans" | "decidedAt" | "policyVersion">): Promise<number> {
  const at = new Date(decidedAt);
  let found = 0;
  for (const move of loans) {
    const after = async (): Promise<object | undefined> => {
      switch (move.kind) {
        case "lent": {
          const periods = move.amounts.map(({ period }) => period);
          const rows = await sql`
            update pool.loans set state = 'active', periods = ${periods}::int[]
            where pool_id = ${pool} and loan_id = ${move.loan} and state = 'applied' returning 1`;
          return rows.length === 1 ? { state: "active", periods: periods.length } : undefined;
        }
        case "refused": {
          const rows = await sql`
            update pool.loans set state = 'refused', short_periods = ${[...move.periods]}::int[], ended_at = ${at}
            where pool_id = ${pool} and loan_id = ${move.loan} and state = 'applied' returning 1`;
          return rows.length === 1 ? { state: "refused", short: move.periods.length } : undefined;
        }
        case "returned":
          return { returned: move.amounts.reduce((sum, { amount }) => sum + amount, 0) };
        case "ended": {
          const rows = await sql`
            update pool.loans set state = 'ended', ended_as = coalesce(ended_as, 'term'), ended_at = ${at}
            where pool_id = ${pool} and loan_id = ${move.loan} and state in ('active', 'ending') returning 1`;
          return rows.length === 1 ? { state: "ended" } : undefined;
        }
      }
    };
    const record = await after();
    if (!record) continue;
    found += 1;
    if (move.kind === "refused" || move.kind === "ended") {
      await sql`
        update pool.resources set state = 'retired', generation = generation + 1, declared_at = clock_timestamp()
        where pool_id = ${pool} and resource_id = ${move.borrower}`;
    }
    await sql`
      insert into pool.audit_records (pool_id, occurred_at, actor_id, act, object_kind, object_id, after, policy_version)
      values (${pool}, ${at}, ${WRITER_ACTOR}, ${`loan.${move.kind}`}, 'loan', ${String(move.loan)}, ${sql.json(record as never)}, ${policyVersion})`;
  }
  return found;
}

/** The movements of loans: free of one resource becomes free of the other, one page for each direction. */
export async function insertLoanMovements(sql: Sql, pool: PoolId, { loans, closingSeq, decidedAt }: Pick<WriterBatch, "loans" | "closingSeq" | "decidedAt">): Promise<void> {
  for (const kind of ["lend", "return"] as const) {
    const moved = loans.flatMap((move) => {
      if (move.kind !== (kind === "lend" ? "lent" : "returned")) return [];
      const [debit, credit] = kind === "lend" ? [move.lender, move.borrower] : [move.borrower, move.lender];
      return move.amounts.map((one) => ({ ...one, loan: move.loan, debit, credit }));
    });
    if (moved.length === 0) continue;
    const list = (pick: (one: (typeof moved)[number]) => number): string => `{${moved.map(pick).join(",")}}`;
    await sql`
      insert into pool.movement_pages (pool_id, seq, kind, debit, credit, occurred_at, claims, attempts, resources, periods, amounts, loans, counterparts)
      values (${pool}, ${closingSeq}, ${kind}, 'free', 'free', ${new Date(decidedAt)}, '{}', '{}', ${list(({ debit }) => debit)}::int8[], ${list(({ period }) => period)}::int[],
        ${list(({ amount }) => amount)}::int8[], ${list(({ loan }) => loan)}::int8[], ${list(({ credit }) => credit)}::int8[])`;
  }
}
