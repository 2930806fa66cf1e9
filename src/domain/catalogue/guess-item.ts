import { stableHash, stableShare } from "../stable-hash.js";
import { guessLine, type GuessedLine } from "./guess-line.js";
import { guessRule, type GuessRule } from "./guess-recipe.js";
import type { TaskType } from "./item.js";

/** One row of a foreign catalogue, as its columns say. */
export interface CatalogueRow {
  readonly code: string;
  readonly name: string;
  readonly department: string;
  readonly theme: string;
  readonly taskTypeNumber: number;
}

export interface GuessedItem {
  readonly row: CatalogueRow;
  readonly rule: GuessRule;
  readonly department: GuessedLine;
  readonly unit: string;
  /** A declaration in the format of manifests: it goes through the same rules as one that people write. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly perYear: number;
}

const TASK_TYPES: Readonly<Record<number, TaskType>> = { 1: "licence", 5: "payment", 7: "confirmation", 20: "public-service" };

const ENTERPRISE = /企业|公司|单位|机构|法人|经营|纳税人|扣缴|工程|项目|社会团体|经纪|广告|货运|客运|许可证核发/;
const PERSON = /个人|居民|身份证|户口|婚姻|残疾|老年|养老|失业|儿童|学生|教师|医师|护士|退役|居住证|护照|生育|子女|家庭|农民|驾驶证/;

export const departmentOf = (name: string): GuessedLine =>
  guessLine(name) ?? {
    line: `department-${stableHash(name).toString(36)}`,
    en: name,
    authority: `function.department-${stableHash(name).toString(36)}`,
    funds: "funds.social-relief",
  };

/** Undefined: a task type nobody applies for. */
export function guessItem(row: CatalogueRow, { pool, source, seed }: { pool: string; source: string; seed: number }): GuessedItem | undefined {
  const rule = guessRule(row);
  if (!rule) return undefined;
  const department = departmentOf(row.department);
  const unit = `${pool}-${department.line}`;
  const names = { zh: row.name, en: row.name };
  const person = PERSON.test(row.name);
  const enterprise = ENTERPRISE.test(row.name);
  return {
    row,
    rule,
    department,
    unit,
    perYear: guessedVolume(rule.perYear, row.code, seed),
    record: {
      item: row.code,
      names,
      taskType: TASK_TYPES[row.taskTypeNumber] ?? "other",
      audience: person === enterprise ? ["person", "enterprise"] : [person ? "person" : "enterprise"],
      theme: `theme-${stableHash(row.theme).toString(36)}`,
      themeNames: { zh: row.theme, en: row.theme },
      line: department.line,
      level: "county",
      unit,
      basis: [],
      limits: { statutory: rule.statutoryDays, promised: rule.promisedDays, unit: "working-day" },
      visits: rule.visits,
      modes: ["online", "counter"],
      conditions: [],
      materials: [],
      fee: { fen: 0 },
      result: { names: { zh: `${row.name}办理结果`, en: `Result: ${row.name}` } },
      form: [{ field: "phone", names: { zh: "联系电话", en: "Telephone" }, type: "phone", required: true, personal: true }],
      recipe: { steps: stepsOf(rule, department) },
      source,
    },
  };
}

function stepsOf({ steps }: GuessRule, { authority, funds }: GuessedLine): unknown[] {
  return steps.map(({ claims, ...step }, index) => ({
    ...step,
    after: index === 0 ? [] : [steps[index - 1]?.step],
    claims: claims.map((claim) => {
      if (claim.class === "authority") return { ...claim, class: authority };
      if (claim.class === "funds") return { ...claim, class: funds, purpose: GUESSED_PURPOSE };
      return claim;
    }),
  }));
}

/** What guessed payments are earmarked for until the unit names the budget line. */
export const GUESSED_PURPOSE = "guessed";

/** Spread of yearly volumes around the shape's usual one: one item in six has more than 2.2 times the median. */
const SIGMA = 0.8;

/**
 * A log-normal volume whose mean is the shape's usual one, drawn from the item's code and the seed alone
 * (Box–Muller on two stable shares).
 */
export function guessedVolume(usual: number, code: string, seed: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - stableShare(seed, code, "radius")));
  const normal = radius * Math.cos(2 * Math.PI * stableShare(seed, code, "angle"));
  return Math.max(1, Math.round(usual * Math.exp(SIGMA * normal - SIGMA ** 2 / 2)));
}
