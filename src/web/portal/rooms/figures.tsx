import { figuresTable } from "../../../app/figures/figures-table.js";
import { listFigureRows, readFigures, type FiguresQuestion } from "../../../app/figures/read-figures.js";
import { readPlaces } from "../../../app/org/read-places.js";
import { parseClassId, parseDivisionCode, parseUnitId } from "../../../domain/id.js";
import { localDateOf } from "../../../domain/instant.js";
import { FIGURE_ROWS, FIGURES_BY, type Figure } from "../../../domain/pool/figures.js";
import { problem, type Problem } from "../../../domain/problem.js";
import type { Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { FigureRowsPage, FiguresPage } from "../pages/figures/page.js";
import { PAGE_ROWS, queryString } from "./common.js";
import { fileAnswer } from "./file-answer.js";

const HERE = { access: "overview.read", room: "centre", here: "figures" } as const;
const PATH = "/centre/figures";

const optional = (text: string): string | undefined => (text === "" ? undefined : text);
const named = <T,>(text: string, parse: (text: string) => Result<T>): T | undefined => {
  const parsed = parse(text);
  return parsed.ok ? parsed.value : undefined;
};

const questionOf = ({ query }: PageCall): FiguresQuestion => ({
  by: FIGURES_BY.find((one) => one === query("by")) ?? "class",
  from: optional(query("from")),
  to: optional(query("to")),
  class: named(query("class"), parseClassId),
  unit: named(query("unit"), parseUnitId),
  division: named(query("division"), parseDivisionCode),
});

async function figures(call: PageCall): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const question = questionOf(call);
  let read = await readFigures(deps, actor, pool, question);
  let problems: readonly Problem[] = [];
  if (!read.ok && read.problems.every(({ field }) => field === "from" || field === "to")) {
    problems = read.problems;
    read = await readFigures(deps, actor, pool, { ...question, from: undefined, to: undefined });
  }
  if (!read.ok) return refuse(read.problems);
  const places = await readPlaces(deps, actor, pool);
  if (!places.ok) return refuse(places.problems);
  const reading = deps.store.read(pool);
  const [classes, units] = [await reading.classes.all(), await reading.units.all()];
  const { by, class: cls = "", unit = "", division = "" } = question;
  const range = { from: localDateOf(read.value.from), to: localDateOf(read.value.to) };
  const href = (path: string, parameters: Readonly<Record<string, string | undefined>>): string => inPool(frame, `${path}?${queryString(parameters)}`);
  const behind = (figure: Figure, key?: string): string => {
    const scope = { class: cls, unit, division, ...(key === undefined || by === "pool" ? {} : { [by]: key }) };
    switch (figure) {
      // The numerator, row by row: the statement of the same days.
      case "utilisation":
        return scope.division === "" ? href("/centre/statement", { ...range, by: "day", class: scope.class, supplier: scope.unit }) : href("/centre/resources", { class: scope.class, division: scope.division });
      case "queue":
        return href("/centre/queue", { class: scope.class, division: scope.division });
      case "wait-p50":
      case "wait-p90":
        return href(`${PATH}/waits`, { ...range, ...scope, by });
      case "deadline-rate":
        return href(`${PATH}/closed`, { ...range, ...scope, by });
      case "breaches":
        return href(`${PATH}/breaches`, { ...range, ...scope, by });
    }
  };
  const same = { ...range, by, class: cls, unit, division };
  return page(
    <FiguresPage
      frame={frame}
      view={{
        ...read.value,
        by,
        scope: { class: cls, unit, division },
        classes,
        units,
        counties: places.value.counties,
        exports: { csv: href(`${PATH}.csv`, same), xlsx: href(`${PATH}.xlsx`, same) },
        behind,
        problems,
      }}
    />,
    problems.length > 0 ? 422 : undefined,
  );
}

async function rows(call: PageCall): Promise<PageAnswer> {
  const { deps, actor, pool, frame, param, query } = call;
  const which = FIGURE_ROWS.find((one) => one === param("rows"));
  if (which === undefined) return refuse([problem("object.not_found", { kind: "figure" })]);
  const { by, ...question } = questionOf(call);
  const found = await listFigureRows(deps, actor, pool, which, question, { limit: PAGE_ROWS, after: optional(query("after")) });
  if (!found.ok) return refuse(found.problems);
  const places = await readPlaces(deps, actor, pool);
  if (!places.ok) return refuse(places.problems);
  const reading = deps.store.read(pool);
  const [classes, unit] = [await reading.classes.all(), question.unit === undefined ? undefined : await reading.units.get(question.unit)];
  const { name } = frame.voice;
  const over = [classes.find(({ id }) => id === question.class)?.names, unit?.names, places.value.counties.find(({ code }) => code === question.division)?.names].flatMap((names) => (names ? [name(names)] : []));
  const same = { from: question.from, to: question.to, class: question.class, unit: question.unit, division: question.division };
  const next = found.value.page.next;
  return page(
    <FigureRowsPage
      frame={frame}
      view={{
        which,
        from: found.value.from,
        to: found.value.to,
        found: found.value,
        over: over.length === 0 ? undefined : over.join(" · "),
        back: inPool(frame, `${PATH}?${queryString({ from: question.from, to: question.to, by })}`),
        next: next === null ? undefined : inPool(frame, `${PATH}/${which}?${queryString({ ...same, after: next })}`),
      }}
    />,
  );
}

const file = (format: "csv" | "xlsx"): PageRoute => ({
  method: "get",
  path: `${PATH}.${format}`,
  ...HERE,
  async handle(call) {
    const read = await readFigures(call.deps, call.actor, call.pool, questionOf(call));
    return read.ok ? await fileAnswer(call, `figures-${localDateOf(read.value.from)}-${localDateOf(read.value.to)}`, format, figuresTable(read.value)) : refuse(read.problems);
  },
});

export const figurePages: readonly PageRoute[] = [
  { method: "get", path: PATH, ...HERE, handle: figures },
  file("csv"),
  file("xlsx"),
  { method: "get", path: `${PATH}/:rows`, ...HERE, handle: rows },
];
