import { readPlaces } from "../../../app/org/read-places.js";
import type { PressureQuestion } from "../../../app/rebalance/pressure-question.js";
import { pressureTable } from "../../../app/rebalance/pressure-table.js";
import { readPressure, readPressurePicture, type PressureRow } from "../../../app/rebalance/read-pressure.js";
import type { Bucket } from "../../../app/rebalance/read-pressure-trend.js";
import type { DayRange } from "../../../app/ports/pressure.js";
import { parseClassId, parseDivisionCode, parseUnitId } from "../../../domain/id.js";
import { localDateOf } from "../../../domain/instant.js";
import type { Problem } from "../../../domain/problem.js";
import type { Result } from "../../../domain/result.js";
import { PRESSURE_FIGURES } from "../../../text/pressure.js";
import { inPool } from "../frame.js";
import { page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { PRESSURE_ROWS, PressurePage } from "../pages/pressure/page.js";
import { queryString } from "./common.js";
import { fileAnswer } from "./file-answer.js";
import { unitsHeld } from "../../../domain/policy/subject.js";

/** Who runs the pool looks from the centre, a unit's head from the desk: the same page of what each may see. */
const PATHS = { centre: "/centre/pressure", desk: "/desk/pressure" } as const;
type Side = keyof typeof PATHS;

/** Of a longer range, a line is drawn by weeks. */
const DAYS_DRAWN_MAX = 62;

const optional = (text: string): string | undefined => (text === "" ? undefined : text);
/** Addresses come from links of ours: what is no name of anything narrows nothing. */
const named = <T,>(text: string, parse: (text: string) => Result<T>): T | undefined => {
  const parsed = parse(text);
  return parsed.ok ? parsed.value : undefined;
};

const questionOf = ({ query }: PageCall): PressureQuestion => ({
  from: optional(query("from")),
  to: optional(query("to")),
  class: named(query("class"), parseClassId),
  unit: named(query("unit"), parseUnitId),
  division: named(query("division"), parseDivisionCode),
});

const rowsBy = ({ query }: PageCall, side: Side) => PRESSURE_ROWS.find((one) => one === query("by")) ?? (side === "desk" ? "unit" : "division");

async function shown(call: PageCall, side: Side): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query } = call;
  const by = rowsBy(call, side);
  let question = questionOf(call);
  const bucketOf = ({ from, to }: DayRange): Bucket => (to - from > DAYS_DRAWN_MAX ? "week" : "day");
  let read = await readPressurePicture(deps, actor, pool, question, by, bucketOf);
  let problems: readonly Problem[] = [];
  if (!read.ok && read.problems.every(({ field }) => field === "from" || field === "to")) {
    problems = read.problems;
    question = { ...question, from: undefined, to: undefined };
    read = await readPressurePicture(deps, actor, pool, question, by, bucketOf);
  }
  if (!read.ok) return refuse(read.problems);
  const tree = await readPlaces(deps, actor, pool);
  if (!tree.ok) return refuse(tree.problems);
  const { from, to, trend } = read.value;
  const reading = deps.store.read(pool);
  const [classes, units] = [(await reading.classes.all()).filter(({ period }) => period === "day" || period === "slot"), await reading.units.all()];
  const show = PRESSURE_FIGURES.find((one) => one === query("show")) ?? "pressure";
  const range = { from: localDateOf(from), to: localDateOf(to) };
  const same = { ...range, by, show, class: question.class, unit: question.unit, division: question.division };
  const href = (path: string, parameters: Readonly<Record<string, string | undefined>>): string => inPool(frame, `${path}?${queryString(parameters)}`);
  const counties = new Set(tree.value.counties.map(({ code }) => code as string));
  const held = side === "desk" && actor.kind === "person" ? new Set<string>(unitsHeld(actor)) : undefined;
  return page(
    <PressurePage
      frame={frame}
      view={{
        ...read.value,
        query: { by, show, class: question.class ?? "", unit: question.unit ?? "", division: question.division ?? "" },
        classes,
        units: units.filter(({ id }) => held === undefined || held.has(id)),
        counties: tree.value.counties,
        prefecture: tree.value.prefecture.code,
        trend: trend && { ...trend, names: classes.find(({ id }) => id === trend.classId)?.names ?? { zh: trend.classId, en: trend.classId }, chosen: question.class !== undefined },
        exports: { csv: href(`${PATHS[side]}.csv`, same), xlsx: href(`${PATHS[side]}.xlsx`, same) },
        action: inPool(frame, PATHS[side]),
        narrowed: (more) => href(PATHS[side], { ...same, ...more }),
        behind: (row: PressureRow, late) => {
          const division = row.division?.code ?? question.division;
          // The queue tells counties apart, and not what is the prefecture's own.
          if (division !== undefined && !counties.has(division)) return undefined;
          const unit = row.unit?.id ?? question.unit ?? (held?.size === 1 ? [...held][0] : undefined);
          if (held !== undefined && unit === undefined) return undefined;
          return href("/centre/queue", { class: row.classId, unit, division, due: late ? "passed" : undefined });
        },
        problems,
      }}
    />,
    problems.length > 0 ? 422 : undefined,
  );
}

const file = (side: Side, format: "csv" | "xlsx"): PageRoute => ({
  method: "get",
  path: `${PATHS[side]}.${format}`,
  access: "pressure.read",
  room: side,
  here: "pressure",
  async handle(call) {
    const read = await readPressure(call.deps, call.actor, call.pool, questionOf(call), rowsBy(call, side));
    return read.ok ? await fileAnswer(call, `pressure-${localDateOf(read.value.from)}-${localDateOf(read.value.to)}`, format, pressureTable(read.value)) : refuse(read.problems);
  },
});

const pagesOf = (side: Side): readonly PageRoute[] => [
  { method: "get", path: PATHS[side], access: "pressure.read", room: side, here: "pressure", handle: (call) => shown(call, side) },
  file(side, "csv"),
  file(side, "xlsx"),
];

export const pressurePages: readonly PageRoute[] = [...pagesOf("centre"), ...pagesOf("desk")];
