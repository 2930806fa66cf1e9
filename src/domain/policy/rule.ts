import { KINDS } from "../pool/class.js";
import { problem, type Problem, type ProblemPlace } from "../problem.js";
import { refused, unlessRefused, type Result } from "../result.js";
import { isAction } from "./action.js";
import { RELATIONS } from "./relation.js";
import { ROLES } from "./subject.js";
import { UNIT_RELATIONS } from "./unit-relation.js";

/** The questions the policy answers. Each is a folder of `policies/` with its model, rules and cases. */
export const POLICY_MODELS = ["access", "allocation"] as const;
export type PolicyModel = (typeof POLICY_MODELS)[number];

export type Effect = "allow" | "deny";

/** Matches whatever is asked, where a column allows it. A word, because an empty cell must never mean "all". */
export const ANY = "any";

/** One line of a rule table. `cells` are the question's columns in order; no cell is ever empty. */
export interface PolicyRule {
  readonly model: PolicyModel;
  readonly cells: readonly string[];
  readonly effect: Effect;
}

/** A question with the answer that is expected of it. */
export interface PolicyCase {
  readonly model: PolicyModel;
  readonly cells: readonly string[];
  readonly expect: Effect;
  /** The sentence a reviewer reads. */
  readonly claim: string;
}

interface Column {
  readonly name: string;
  /** The closed list of words, or the form of a name. */
  readonly words: readonly string[] | RegExp;
  /** Rules may say `any` here. */
  readonly any: boolean;
  /** Rules are looked up by this column before Casbin sees them. */
  readonly indexed: boolean;
}

const column = (
  name: string,
  words: readonly string[] | RegExp,
  { any = false, indexed = false }: { readonly any?: boolean; readonly indexed?: boolean } = {},
): Column => ({ name, words, any, indexed });

const CLASS_FORM = /^(function|staff|funds|material|data)(\.[a-z0-9][a-z0-9-]{0,40}){1,3}$/;
const NAME_FORM = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The columns of each question, in the order of the model's `r` and `p` lines. */
export const COLUMNS: Readonly<Record<PolicyModel, readonly Column[]>> = {
  access: [
    column("role", ROLES, { indexed: true }),
    column("object", NAME_FORM, { indexed: true }),
    column("act", NAME_FORM, { indexed: true }),
    column("relation", RELATIONS),
  ],
  allocation: [
    column("kind", KINDS, { any: true, indexed: true }),
    column("class", CLASS_FORM, { any: true, indexed: true }),
    column("act", ["assisting", "deciding", "none"], { any: true }),
    column("relation", UNIT_RELATIONS, { any: true, indexed: true }),
    column("scope", ["competent", "pool"], { any: true }),
    column("earmark", NAME_FORM, { any: true }),
  ],
};

/** How a rule is written in tables, matrices and records. */
export const ruleText = (rule: PolicyRule): string => [...rule.cells, rule.effect].join(", ");

const fits = (column: Column, cell: string, asRule: boolean): boolean =>
  (asRule && column.any && cell === ANY) ||
  (Array.isArray(column.words) ? column.words.includes(cell) : (column.words as RegExp).test(cell) && cell !== ANY);

const expectedOf = (column: Column): string =>
  [...(Array.isArray(column.words) ? column.words : [column.name]), ...(column.any ? [ANY] : [])].join(" | ");

/** Reads the cells of one line: the question's columns, then `allow` or `deny`. Short and long lines are refused. */
export function parseRule(model: PolicyModel, cells: readonly string[], place: ProblemPlace = {}): Result<PolicyRule> {
  const columns = COLUMNS[model];
  const found = checkCells(model, cells, true, place);
  const effect = cells[columns.length];
  if (cells.length !== columns.length + 1) {
    const expected = [...columns.map(({ name }) => name), "effect"].join(", ");
    return refused(problem("policy.rule_malformed", { expected }, place));
  }
  if (effect !== "allow" && effect !== "deny") {
    found.push(problem("policy.rule_malformed", { expected: "effect: allow | deny" }, place));
  }
  return unlessRefused(found, { model, cells: cells.slice(0, -1), effect: effect as Effect });
}

/** Reads a case: the question's columns, `allow` or `deny`, and the claim in words (which may hold commas). */
export function parseCase(model: PolicyModel, cells: readonly string[], place: ProblemPlace = {}): Result<PolicyCase> {
  const width = COLUMNS[model].length;
  const expect = cells[width];
  const claim = cells.slice(width + 1).join(", ");
  if ((expect !== "allow" && expect !== "deny") || claim === "") {
    const expected = [...COLUMNS[model].map(({ name }) => name), "allow | deny", "claim"].join(", ");
    return refused(problem("policy.rule_malformed", { expected }, place));
  }
  return unlessRefused(checkCells(model, cells, false, place), { model, cells: cells.slice(0, width), expect, claim });
}

function checkCells(model: PolicyModel, cells: readonly string[], asRule: boolean, place: ProblemPlace): Problem[] {
  const found: Problem[] = [];
  COLUMNS[model].forEach((column, index) => {
    const cell = cells[index] ?? "";
    if (!fits(column, cell, asRule)) {
      found.push(problem("policy.rule_malformed", { expected: `${column.name}: ${expectedOf(column)}` }, place));
    }
  });
  const [, object, act] = cells;
  if (model === "access" && found.length === 0 && !isAction(`${object}.${act}`)) {
    found.push(problem("policy.action_unknown", { action: `${object}.${act}` }, place));
  }
  return found;
}

/** Refuses what cannot be a rule set: nothing in a model, or a line that stands twice. */
export function checkRules(rules: readonly PolicyRule[]): readonly Problem[] {
  const found: Problem[] = [];
  const seen = new Set<string>();
  for (const rule of rules) {
    const text = `${rule.model}: ${ruleText(rule)}`;
    if (seen.has(text)) found.push(problem("policy.rule_twice", { rule: text }));
    seen.add(text);
  }
  for (const model of POLICY_MODELS) {
    if (!rules.some((rule) => rule.model === model && rule.effect === "allow")) {
      found.push(problem("policy.empty", { model }));
    }
  }
  return found;
}

/** The text a rule set's hash is taken of: order does not matter, so it is sorted. */
export const canonicalRules = (rules: readonly PolicyRule[]): string =>
  rules
    .map((rule) => `${rule.model}: ${ruleText(rule)}\n`)
    .sort()
    .join("");
