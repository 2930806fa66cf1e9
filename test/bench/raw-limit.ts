import type { Sql } from "../../src/postgres/connection.js";
import { median } from "./figure.js";
import { BENCH_POOL } from "./load-world.js";

interface Columns {
  readonly [column: string]: readonly (string | number | null)[];
}

/** Rows of one batch, as they lie in the tables after it, and how many decisions they are. */
interface BatchRows {
  readonly decisions: number;
  readonly tables: readonly { readonly table: string; readonly columns: Columns }[];
}

const TYPES: Readonly<Record<string, string>> = {
  step_id: "int8", attempt: "int4", seq: "int8", outcome: "text", decided_at: "text", policy_version: "int4", starts_at: "text", order_key: "int8", passed_step_id: "int8", passed_ground: "text", grounds: "text", told: "text",
  claim_id: "int8", resource_id: "int8", period: "int4", amount: "int8", capacity: "int8", state: "text", settled_amount: "int8", closed_seq: "int8",
  kind: "text", debit: "text", credit: "text", occurred_at: "text", borrowed: "int8", lent: "int8", held: "int8", settled: "int8", command: "text", actor_id: "text",
};
const CASTS: Readonly<Record<string, string>> = { decided_at: "::timestamptz", starts_at: "::timestamptz", occurred_at: "::timestamptz", grounds: "::int[]", told: "::jsonb", command: "::jsonb" };

/** Added to ids and periods so that copied rows meet none that are there. */
const APART = 1_000_000_000;
/** Batches whose rows are written anew, over and over. */
const SAMPLE_BATCHES = 8;

/**
 * What the machine itself could do: every row the writer's last batches wrote, written again by plain inserts into the same
 * tables with the same indexes, in batches of the same size, on one connection, with nothing to decide, to read or to guard.
 * A row that a batch updated counts as one row written, since that is what PostgreSQL makes of it.
 *
 * @returns decisions per second, by batch.
 */
export async function rawLimit(sql: Sql, perBatch: number, seconds: number): Promise<{ readonly perSecond: number; readonly batches: number; readonly rowsPerDecision: number }> {
  const samples: BatchRows[] = [];
  const [last] = await sql<{ seq: number }[]>`select last_seq as seq from pool.writers where pool_id = ${BENCH_POOL}`;
  for (let at = 0, upTo = last!.seq; at < SAMPLE_BATCHES; at += 1) {
    const sample = await rowsOf(sql, upTo, perBatch);
    if (sample.rows.decisions === 0) break;
    samples.push(sample.rows);
    upTo = sample.from;
  }
  if (samples.length === 0) return { perSecond: Number.NaN, batches: 0, rowsPerDecision: 0 };
  const rates: number[] = [];
  const began = performance.now();
  for (let round = 1; performance.now() - began < seconds * 1_000; round += 1) {
    const { tables, decisions } = samples[round % samples.length]!;
    const shifted = tables.map(({ table, columns }) => ({ table, columns: shift(table, columns, round) }));
    const start = performance.now();
    await sql.begin(async (t) => {
      const own = t as unknown as Sql;
      // No trigger nor reference is paid for.
      await own`set local session_replication_role = replica`;
      await Promise.all(shifted.map(({ table, columns }) => insert(own, table, columns)));
    });
    rates.push(decisions / ((performance.now() - start) / 1_000));
  }
  const rows = samples.reduce((sum, { tables }) => sum + tables.reduce((of, { columns }) => of + (Object.values(columns)[0]?.length ?? 0), 0), 0);
  const decisions = samples.reduce((sum, one) => sum + one.decisions, 0);
  return { perSecond: median(rates), batches: rates.length, rowsPerDecision: rows / decisions };
}

async function rowsOf(sql: Sql, upTo: number, perBatch: number): Promise<{ rows: BatchRows; from: number }> {
  const decisions = await sql<Record<string, string | number | null>[]>`
    select step_id, attempt, seq, outcome, decided_at::text, policy_version, starts_at::text, order_key, passed_step_id, passed_ground, grounds::text, told::text
    from pool.decisions where pool_id = ${BENCH_POOL} and seq <= ${upTo} order by seq desc limit ${perBatch}`;
  const from = Number(decisions.at(-1)?.["seq"] ?? 0);
  const between = sql`between ${from} and ${upTo}`;
  const allocations = await sql`select claim_id, attempt, resource_id, period, step_id, amount, capacity, seq, state, settled_amount, closed_seq from pool.allocations where pool_id = ${BENCH_POOL} and step_id = any(${decisions.map((row) => Number(row["step_id"]))}::int8[])`;
  const commands = await sql`select command::text, occurred_at::text, actor_id, seq from pool.commands where pool_id = ${BENCH_POOL} and seq ${between}`;
  // As many holds end as are given in a steady state: an update of the allocation, and one or two movements.
  const closed = allocations;
  const movements = closed.flatMap((row) => {
    const used = Math.floor(Number(row["amount"]) / 10);
    const of = (kind: string, credit: string, amount: number) => ({ claim_id: row["claim_id"], attempt: row["attempt"], resource_id: row["resource_id"], period: row["period"], kind, debit: "held", credit, amount, seq: row["seq"], occurred_at: decisions[0]!["decided_at"] });
    return [...(used > 0 ? [of("settle", "settled", used)] : []), of("release", "free", Number(row["amount"]) - used)];
  });
  const touched = new Map(allocations.flatMap((row) => [[`${row["resource_id"]}/${row["period"]}`, row]]));
  const balances = [...touched.values()].map((row) => ({ resource_id: row["resource_id"], period: row["period"], capacity: row["capacity"], borrowed: 0, lent: 0, held: row["amount"], settled: 0 }));
  return {
    from: from - 1,
    rows: {
      decisions: decisions.length,
      tables: [
        { table: "decisions", columns: columnsOf(decisions) },
        { table: "allocations", columns: columnsOf(allocations) },
        { table: "allocations", columns: columnsOf(closed) },
        { table: "movements", columns: columnsOf(movements) },
        { table: "balances", columns: columnsOf(balances) },
        { table: "balances", columns: columnsOf(balances) },
        { table: "commands", columns: columnsOf(commands) },
      ],
    },
  };
}

const columnsOf = (rows: readonly Record<string, unknown>[]): Columns =>
  Object.fromEntries(Object.keys(rows[0] ?? {}).map((column) => [column, rows.map((row) => row[column] as string | number | null)]));

let insertions = 0;

function shift(table: string, columns: Columns, round: number): Columns {
  insertions += 1;
  const by = (apart: number) => (value: string | number | null) => (value === null ? null : Number(value) + apart);
  const far = APART * 1_000 + insertions * APART;
  return Object.fromEntries(
    Object.entries(columns).map(([column, values]) => {
      if (["step_id", "claim_id", "seq"].includes(column)) return [column, values.map(by(far))];
      if (column === "attempt" && table !== "decisions") return [column, values.map(by(round))];
      if (column === "period" && table === "balances") return [column, values.map(by(insertions * 10_000))];
      if (column === "state") return [column, values.map(() => "held")];
      if (column === "settled_amount") return [column, values.map(() => 0)];
      if (column === "closed_seq") return [column, values.map(() => null)];
      return [column, values];
    }),
  );
}

async function insert(sql: Sql, table: string, columns: Columns): Promise<void> {
  const names = Object.keys(columns);
  if (names.length === 0) return;
  const list = names.map((name) => `${name}${CASTS[name] ?? ""}`).join(", ");
  const arrays = names.map((name, at) => `$${at + 2}::${TYPES[name]}[]`).join(", ");
  await sql.unsafe(`insert into pool.${table} (pool_id, ${names.join(", ")}) select $1, ${list} from unnest(${arrays}) as r (${names.join(", ")})`, [BENCH_POOL, ...names.map((name) => columns[name] as never)]);
}
