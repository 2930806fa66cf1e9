import { basename } from "node:path";
import { CsvError } from "csv-parse";
import { scaled, type Arrival } from "../../domain/demand/arrivals.js";
import { createMapping } from "../../domain/demand/mapping.js";
import { quantile } from "../../domain/demand/working-time.js";
import { DAY_MS, dayNumberOf, localDateOf, parseLocalDate, startOfDay, weekdayOf } from "../../domain/instant.js";
import { replayText } from "../../text/replay.js";
import { say, type Facts } from "../../text/text.js";
import { CallRefused } from "../call.js";
import type { CommonFlags, Io } from "../io.js";
import { Remote } from "../remote.js";
import { demandOf } from "./demand.js";
import { play, WriterBehind, type Played } from "./play.js";
import { resultLines } from "./result.js";
import { Sandbox, type ItemShown } from "./sandbox.js";
import { NotATrace, readTrace, type Trace } from "./trace.js";

export interface ReplayFlags extends CommonFlags {
  readonly speed: string;
  readonly limit?: string;
  readonly load: string;
  readonly seed: string;
  readonly start?: string;
  readonly follow: string;
  readonly demand?: string;
  readonly silo?: boolean;
  readonly output: string;
}

/** A year's demand was declared over the working days of a year; they come five a week. */
const WORKING_DAYS_A_YEAR = 250;
const WORKED_SHARE = 5 / 7;

/** Feeds a trace of requests through the public API of a sandbox, plays its officers, and tells what became of it. */
export async function replay(io: Io, file: string, flags: ReplayFlags): Promise<number> {
  const remote = await Remote.open(io, flags);
  const { session } = remote;
  const t = (key: keyof typeof replayText, facts?: Facts): string => say(session.language, replayText[key], facts);
  const tell = (line: string): void => (flags.output === "json" ? io.err(line) : io.out(line));
  const trace = await read(file, Number(flags.limit ?? Number.MAX_SAFE_INTEGER), t);
  const seed = Number(flags.seed);

  const source = Sandbox.of(session, remote.pool);
  const items = new Map((await source.all<ItemShown>("/items")).map((item) => [item.item, item]));
  const places = (await source.all<{ readonly division: string; readonly level: string }>("/divisions")).filter(({ level }) => level === "township").map(({ division }) => division);
  const demand = demandOf(items, places, flags.demand);
  const load = Number(flags.load);
  // The pool's demand is declared at the load its capacity was made for.
  const perDay = (demand.rows.reduce((sum, { perYear }) => sum + perYear, 0) / WORKING_DAYS_A_YEAR) * WORKED_SHARE * (load / DECLARED_LOAD);
  const mapping = createMapping(trace.rows, demand.rows, seed);
  const { all: arrivals, layers, fullWeeks } = scaled(trace.rows, perDay);
  const kinds = new Set(trace.rows.map(({ agency, type }) => `${agency} ${type}`)).size;
  tell(t("trace.label", { file: basename(file), rows: trace.rows.length, keys: kinds }));
  if (trace.skipped > 0) tell(t("trace.skipped", { count: trace.skipped }));
  if (demand.from !== "table") tell(t(demand.from === "guessed" ? "demand.guessed" : "demand.none"));
  tell(t("trace.scaled", { load, perDay: Math.round(perDay), layers: layers.toFixed(1) }));
  tell(t("same", { seed }));

  const start = startOf(flags.start);
  const run = async (silo: boolean): Promise<Played> => {
    const sandbox = await Sandbox.make(session, remote.pool, { at: start, silo });
    tell(t("sandbox.made", { pool: sandbox.pool, at: localDateOf(dayNumberOf(start)) }));
    const played = await play(sandbox, {
      arrivals,
      start,
      items,
      asked: ({ row }: Arrival) => mapping(row),
      seed,
      fullWeeks,
      speed: flags.speed === "max" ? Infinity : Number(flags.speed),
      followDays: Number(flags.follow),
      onProgress: ({ now, submitted, worked, open }) =>
        io.progress(t("progress", { day: localDateOf(dayNumberOf(now)), time: new Date(now + 8 * 3_600_000).toISOString().slice(11, 16), submitted, total: arrivals.length, worked, open })),
    }).catch((error: unknown) => {
      if (error instanceof WriterBehind) throw new CallRefused([t("stopped.behind")], "writer");
      throw error;
    });
    io.progress("");
    for (const [code, count] of played.refused) io.err(t("refused.submissions", { count, code }));
    return played;
  };
  const pooled = await run(false);
  const alone = flags.silo ? await run(true) : undefined;
  if (flags.output === "json") io.out(JSON.stringify({ pool: shown(pooled), ...(alone ? { silo: shown(alone) } : {}) }, null, 2));
  else for (const line of resultLines(session.language, pooled, alone)) io.out(line);
  return 0;
}

/** At what load the sample's and the importer's demand meet capacity, in percent. */
const DECLARED_LOAD = 85;

async function read(file: string, limit: number, t: (key: keyof typeof replayText, facts?: Facts) => string): Promise<Trace> {
  try {
    const trace = await readTrace(file, limit);
    if (trace.rows.length === 0) throw new CallRefused([t("trace.empty", { file })], "trace");
    return trace;
  } catch (error) {
    if (error instanceof CallRefused) throw error;
    // What is no table at all is no trace either.
    if (error instanceof NotATrace || error instanceof CsvError) throw new CallRefused([t("trace.columns", { file })], "trace");
    throw new CallRefused([t("trace.unreadable", { file, reason: (error as NodeJS.ErrnoException).code ?? (error as Error).message })], "trace");
  }
}

/** The Monday asked for, or the first one of March: a stretch without long holidays. */
function startOf(date: string | undefined): number {
  const day = parseLocalDate(date ?? `${new Date().getUTCFullYear()}-03-01`) ?? dayNumberOf(Date.now());
  return startOfDay(day + ((7 - weekdayOf(day)) % 7), 8 * (DAY_MS / 24));
}

const shown = ({ refused, reasons, waits, ...rest }: Played): Record<string, unknown> => ({ ...rest, refused: Object.fromEntries(refused), reasons: Object.fromEntries(reasons), waits: { count: waits.length, p50: quantile(waits, 0.5), p90: quantile(waits, 0.9), p99: quantile(waits, 0.99) } });
