import { CallRefused } from "../cli/call.js";
import type { Io } from "../cli/io.js";
import { renderTable } from "../cli/table.js";
import { readScenarioFile } from "../cli/what-if/scenario-file.js";
import { rehearse, type Pair, type Rehearsal } from "../app/rebalance/rehearse-plan.js";
import type { Names } from "../domain/catalogue/item.js";
import { dayNumberOf } from "../domain/instant.js";
import type { Problem } from "../domain/problem.js";
import { RUN_FIGURES, type RunFigure } from "../domain/what-if/result-rows.js";
import type { GroupChange } from "../domain/what-if/result.js";
import { scenarios } from "../manifest/read-scenario.js";
import { createOptimiser } from "../optimiser/create-optimiser.js";
import { PLAN_GOALS } from "../text/plan-search.js";
import { problemTitle, problemTodo } from "../text/problems.js";
import { rehearsalText } from "../text/rehearsal.js";
import { say, type Facts, type Language } from "../text/text.js";
import { runFigureWords } from "../text/what-if.js";
import { copyOfFolder } from "./simulate-folder.js";

export interface RehearseOptions {
  readonly folder: string;
  readonly goal: string;
  readonly lead: string;
  readonly came: string;
  readonly output: string;
}

const BUDGET_MS = 25_000;
const SHOWN: readonly RunFigure[] = ["carried", "arrived", "served", "open", "unservable", "breaches", "meanWait", "p50Wait", "p90Wait"];

/** `govpool plan rehearse SCENARIO --folder FOLDER`: a plan with its prediction and what comes, side by side. */
export async function rehearseCommand(io: Io, file: string, { folder, goal: named, lead, came: cameText, output }: RehearseOptions, language: Language): Promise<number> {
  const refuse = (problems: readonly Problem[]): number => {
    for (const one of problems) io.err(`${one.field === undefined ? "" : `${one.field}: `}${problemTitle(language, one)}\n  ${problemTodo(language, one)}`);
    return 1;
  };
  const scenario = scenarios.readRecord(await readScenarioFile(file, language));
  if (!scenario.ok) return refuse(scenario.problems);
  const goal = Object.hasOwn(PLAN_GOALS, named) ? PLAN_GOALS[named as keyof typeof PLAN_GOALS] : undefined;
  const [leadDays, cameSeed] = [Number(lead), Number(cameText)];
  if (!goal || !Number.isInteger(leadDays) || leadDays < 1 || leadDays >= scenario.value.days || !Number.isSafeInteger(cameSeed) || cameSeed < 0) throw new CallRefused([say(language, rehearsalText.usage)], "usage");
  const read = await copyOfFolder(folder, scenario.value, dayNumberOf(Date.now()));
  if (!read.ok) return refuse(read.problems);
  const { copy, demand, rules } = read.value;
  const made = await rehearse(copy, demand, { scenario: scenario.value, leadDays, goal, cameSeed }, {
    rules,
    optimiser: createOptimiser(),
    budgetMs: BUDGET_MS,
    say: (phase, round) => io.progress(say(language, rehearsalText[phase], { round })),
  });
  io.progress("");
  if (!made.ok) return refuse(made.problems);
  if (output === "json") io.out(JSON.stringify(made.value, null, 2));
  else io.out(table(language, made.value, { name: scenario.value.name, pool: copy.poolId, unitNames: copy.unitNames, seed: scenario.value.seed, came: cameSeed }));
  return 0;
}

function table(language: Language, { from, to, madeOn, backlog, outcome, moves, predicted, came }: Rehearsal, { name, pool, unitNames, seed, came: cameSeed }: { readonly name: string; readonly pool: string; readonly unitNames: ReadonlyMap<string, Names>; readonly seed: number; readonly came: number }): string {
  const t = (key: keyof typeof rehearsalText, facts?: Facts): string => say(language, rehearsalText[key], facts);
  const head = [t("heading", { name, pool, from, to, on: madeOn }), t("backlog", backlog), "", t("loans.title", { found: outcome.moves.length, kept: moves.length })];
  const unitName = (id: string): string => unitNames.get(id)?.[language] ?? id;
  const loans = moves.length === 0 ? t("loans.none") : renderTable(moves, [
    { title: t("class"), value: ({ classId }) => classId },
    { title: t("lender"), value: ({ lender }) => unitName(lender) },
    { title: t("borrower"), value: ({ borrower }) => unitName(borrower) },
    { title: t("amount"), value: ({ amount }) => amount, right: true },
    { title: t("from"), value: (move) => move.from },
    { title: t("to"), value: (move) => move.to },
    { title: t("load"), value: ({ borrowerLoadPercent, lenderLoadPercent }) => `${Number.isFinite(borrowerLoadPercent) ? Math.round(borrowerLoadPercent) : "∞"}% ← ${Math.round(lenderLoadPercent)}%` },
  ]);
  const figures = renderTable(SHOWN, [
    { title: t("figure"), value: (figure) => runFigureWords[figure][language] },
    ...([["predicted.without", predicted, "base"], ["predicted.with", predicted, "changed"], ["came.without", came, "base"], ["came.with", came, "changed"]] as const).map(([title, pair, side]) => ({ title: t(title), value: (figure: RunFigure) => RUN_FIGURES[figure](pair[side]), right: true })),
  ]);
  const sides = new Map([...moves.map(({ borrower }) => [borrower, "borrows"] as const), ...moves.map(({ lender }) => [lender, "lends"] as const)]);
  const of = ({ units }: Pair, id: string): GroupChange | undefined => units.find(({ key }) => key === id);
  const change = (pair: Pair, id: string, figure: "breaches" | "p90Wait"): string => `${of(pair, id)?.base[figure] ?? 0} → ${of(pair, id)?.scenario[figure] ?? 0}`;
  const units = renderTable([...sides], [
    { title: t("unit"), value: ([id]) => unitName(id) },
    { title: t("side"), value: ([, side]) => t(side) },
    { title: t("late"), value: ([id]) => change(predicted, id, "breaches"), right: true },
    { title: t("late.came"), value: ([id]) => change(came, id, "breaches"), right: true },
    { title: t("wait"), value: ([id]) => change(predicted, id, "p90Wait"), right: true },
    { title: t("wait.came"), value: ([id]) => change(came, id, "p90Wait"), right: true },
  ]);
  return [...head, loans, "", t("figures.title", { seed, came: cameSeed }), figures, ...(sides.size === 0 ? [] : ["", t("units.title"), units])].join("\n");
}
