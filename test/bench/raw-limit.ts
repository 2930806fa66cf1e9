import type { Sql } from "../../src/postgres/connection.js";
import { median } from "./figure.js";
import { BENCH_POOL } from "./load-world.js";

type Row = Readonly<Record<string, string | null>>;

/** Rows of one table, column by column, as PostgreSQL writes them. */
interface Rows {
  readonly table: string;
  readonly columns: Readonly<Record<string, readonly (string | null)[]>>;
}

interface BatchRows {
  readonly decisions: number;
  readonly rows: readonly Rows[];
}

/** Type of each column by table: what an array of texts is read as. */
type Types = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Added to ids and periods so that copied rows meet none that are there. */
const APART = 1_000_000_000;
/** Batches whose rows are written anew, over and over. */
const SAMPLE_BATCHES = 8;

/**
 * What the machine itself could do: every row the writer's last batches wrote, written again by plain inserts into the same
 * tables with the same indexes, in batches of the same size, on one connection, with nothing to decide, to read or to guard.
 * A row that a batch updated counts as one row written, since that is what PostgreSQL makes of it.
 *
 * The writer answers commands in batches of their own, so what a decision costs on average is written with each: as many
 * pages of movements and commands as there were for a decision in all the time that was measured, numbers `after` … `upTo`.
 *
 * @returns decisions per second, by batch.
 */
export async function rawLimit(sql: Sql, { after, upTo }: { readonly after: number; readonly upTo: number }, perBatch: number, seconds: number): Promise<{ readonly perSecond: number; readonly batches: number; readonly rowsPerDecision: number }> {
  const types = await typesOf(sql, ["decisions", "allocations", "movement_pages", "balances", "commands"]);
  const [all] = await sql<{ decisions: number; pages: number; commands: number }[]>`
    select
      (select count(*) from pool.decisions where pool_id = ${BENCH_POOL} and seq > ${after} and seq <= ${upTo})::int as decisions,
      (select count(*) from pool.movement_pages where pool_id = ${BENCH_POOL} and seq > ${after} and seq <= ${upTo})::int as pages,
      (select count(*) from pool.commands where pool_id = ${BENCH_POOL} and seq > ${after} and seq <= ${upTo})::int as commands`;
  const share = (rows: number) => Math.round((perBatch * rows) / Math.max(1, all!.decisions));
  const beside = { pages: share(all!.pages), commands: share(all!.commands) };
  const samples: BatchRows[] = [];
  for (let last = upTo; samples.length < SAMPLE_BATCHES; ) {
    const sample = await sampleBatch(sql, types, last, perBatch, beside);
    // One batch is taken in any case: on a busy machine what was measured may have been durable before it was told.
    if (!sample || (samples.length > 0 && sample.from <= after)) break;
    samples.push(sample.batch);
    last = sample.from;
  }
  if (samples.length === 0) return { perSecond: Number.NaN, batches: 0, rowsPerDecision: 0 };
  const rates: number[] = [];
  const began = performance.now();
  for (let round = 1; performance.now() - began < seconds * 1_000; round += 1) {
    const { rows, decisions } = samples[round % samples.length]!;
    const shifted = rows.map((one, at) => ({ table: one.table, columns: shift(one, round * rows.length + at) }));
    const start = performance.now();
    await sql.begin(async (t) => await Promise.all(shifted.map((one) => insert(t as unknown as Sql, types, one))));
    rates.push(decisions / ((performance.now() - start) / 1_000));
  }
  const rows = samples.reduce((sum, batch) => sum + batch.rows.reduce((of, { columns }) => of + (Object.values(columns)[0]?.length ?? 0), 0), 0);
  const decisions = samples.reduce((sum, one) => sum + one.decisions, 0);
  return { perSecond: median(rates), batches: rates.length, rowsPerDecision: rows / decisions };
}

async function typesOf(sql: Sql, tables: readonly string[]): Promise<Types> {
  const rows = await sql<{ table: string; name: string; type: string }[]>`
    select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'pool'::regnamespace and c.relname = any(${tables as string[]})
      and a.attnum > 0 and not a.attisdropped and a.attidentity = '' and a.attgenerated = '' and a.attname <> 'pool_id'`;
  return new Map(tables.map((table) => [table, new Map(rows.filter((row) => row.table === table).map(({ name, type }) => [name, type]))]));
}

/** Every column as text, whatever it is. */
const asText = (sql: Sql, types: Types, table: string) => sql.unsafe([...types.get(table)!.keys()].map((name) => `${name}::text`).join(", "));

async function sampleBatch(sql: Sql, types: Types, upTo: number, perBatch: number, beside: { readonly pages: number; readonly commands: number }): Promise<{ batch: BatchRows; from: number } | undefined> {
  const decisions = await sql<Row[]>`
    select ${asText(sql, types, "decisions")} from pool.decisions where pool_id = ${BENCH_POOL} and seq <= ${upTo} order by seq desc limit ${perBatch}`;
  if (decisions.length < perBatch) return undefined;
  const from = Number(decisions.at(-1)!["seq"]);
  const steps = decisions.map((row) => Number(row["step_id"]));
  const allocations = await sql<Row[]>`
    select ${asText(sql, types, "allocations")} from pool.allocations where pool_id = ${BENCH_POOL} and step_id = any(${steps}::int8[])`;
  const commands = await sql<Row[]>`
    select ${asText(sql, types, "commands")} from pool.commands where pool_id = ${BENCH_POOL} and seq <= ${upTo} order by seq desc limit ${beside.commands}`;
  const pages = await sql<Row[]>`
    select ${asText(sql, types, "movement_pages")} from pool.movement_pages where pool_id = ${BENCH_POOL} and seq <= ${upTo} order by seq desc limit ${beside.pages}`;
  const touched = new Map(allocations.map((row) => [`${row["resource_id"]}/${row["period"]}`, row]));
  const balances = [...touched.values()].map((row): Row => ({ resource_id: row["resource_id"]!, period: row["period"]!, capacity: row["capacity"]!, borrowed: "0", lent: "0", held: row["amount"]!, settled: "0" }));
  return {
    from: from - 1,
    batch: {
      decisions: decisions.length,
      rows: [
        columnsOf("decisions", decisions),
        columnsOf("allocations", allocations),
        // In a steady state as many holds end as are given: each is a second version of its row, and touches its period again.
        columnsOf("allocations", allocations),
        columnsOf("movement_pages", pages),
        columnsOf("balances", balances),
        columnsOf("balances", balances),
        columnsOf("commands", commands),
      ],
    },
  };
}

const columnsOf = (table: string, rows: readonly Row[]): Rows => ({
  table,
  columns: Object.fromEntries(Object.keys(rows[0] ?? {}).map((column) => [column, rows.map((row) => row[column] ?? null)])),
});

/** The same rows under keys nobody has. */
function shift({ table, columns }: Rows, insertion: number): Rows["columns"] {
  const by = (apart: number) => (value: string | null) => (value === null ? null : String(Number(value) + apart));
  const far = by(APART * (1_000 + insertion));
  return Object.fromEntries(
    Object.entries(columns).map(([column, values]) => {
      if (["step_id", "claim_id", "seq"].includes(column)) return [column, values.map(far)];
      if (column === "period" && table === "balances") return [column, values.map(by(insertion * 10_000))];
      if (column === "state") return [column, values.map(() => "held")];
      if (column === "settled_amount") return [column, values.map(() => "0")];
      if (column === "closed_seq") return [column, values.map(() => null)];
      return [column, values];
    }),
  );
}

async function insert(sql: Sql, types: Types, { table, columns }: Rows): Promise<void> {
  const names = Object.keys(columns);
  if (names.length === 0) return;
  const cast = (name: string): string => `${name}::${types.get(table)!.get(name)}`;
  const arrays = names.map((_, at) => `$${at + 2}::text[]`).join(", ");
  await sql.unsafe(`insert into pool.${table} (pool_id, ${names.join(", ")}) select $1, ${names.map(cast).join(", ")} from unnest(${arrays}) as r (${names.join(", ")})`, [BENCH_POOL, ...names.map((name) => columns[name] as never)]);
}
