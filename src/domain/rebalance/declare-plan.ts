import type { Names } from "../catalogue/item.js";
import { parseClassId, parseResourceCode, parseUnitId, type ClassId, type UnitId } from "../id.js";
import type { LocalDate } from "../instant.js";
import { problem } from "../problem.js";
import type { Amount } from "../quantity.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import { PLAN_LOANS_MAX, PLAN_TITLE_MAX, type PlanGoal } from "./plan.js";

/** A loan as somebody writes it. Without a resource it is taken from whatever of the lender's has most to spare. */
export interface LoanWish {
  readonly classId: ClassId;
  readonly lender: UnitId;
  readonly resource: string | null;
  readonly borrower: UnitId;
  readonly amount: Amount;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly legalBasis: string | null;
  readonly why: Names | null;
  readonly without: Names | null;
}

export interface PlanDeclaration {
  readonly title: string;
  readonly goal: PlanGoal | null;
  readonly loans: readonly LoanWish[];
}

const WEIGHT_MAX = 100;
const REASON_MAX = 500;

/** `{ title, goal?: { breaches?, wait?, evenness? }, loans: [{ class, lender, resource?, borrower, amount, from, to, legalBasis?, why?, without? }] }` */
export function declarePlan(record: unknown): Result<PlanDeclaration> {
  const reader = new RecordReader(record, []);
  const title = reader.text("title", PLAN_TITLE_MAX);
  const goal = goalOf(reader);
  const wishes = reader.records("loans");
  if (wishes.length === 0) reader.refuse(problem("plan.empty", {}, reader.at("loans")));
  else if (wishes.length > PLAN_LOANS_MAX) reader.refuse(problem("plan.too_many_loans", { max: PLAN_LOANS_MAX }, reader.at("loans")));
  const loans = wishes.slice(0, PLAN_LOANS_MAX).map(wishOf);
  reader.end();
  return unlessRefused(reader.problems, { title, goal, loans });
}

/** `{ breaches?, wait?, evenness? }`: what a plan is looked for, of which something must weigh. */
export function parseWeights(record: unknown): Result<PlanGoal> {
  const reader = new RecordReader({ goal: record }, []);
  const goal = goalOf(reader);
  if (goal && reader.problems.length === 0 && goal.breaches + goal.wait + goal.evenness === 0) reader.refuse(problem("plan.goal_empty", {}, reader.at("goal")));
  reader.end();
  return unlessRefused(reader.problems, goal ?? { breaches: 0, wait: 0, evenness: 0 });
}

function goalOf(reader: RecordReader): PlanGoal | null {
  const goal = reader.record("goal");
  if (!goal) return null;
  const weight = (field: keyof PlanGoal): number => goal.optionalAmount(field, { max: WEIGHT_MAX }) ?? 0;
  const weights = { breaches: weight("breaches"), wait: weight("wait"), evenness: weight("evenness") };
  goal.end();
  return weights;
}

function wishOf(reader: RecordReader): LoanWish {
  const wish = {
    classId: reader.id("class", parseClassId),
    lender: reader.id("lender", parseUnitId),
    resource: reader.optionalId("resource", (text, field) => parseResourceCode(text, field)),
    borrower: reader.id("borrower", parseUnitId),
    amount: reader.amount("amount", { min: 1 }),
    from: reader.optionalDate("from") ?? missing(reader, "from"),
    to: reader.optionalDate("to") ?? missing(reader, "to"),
    legalBasis: reader.optionalText("legalBasis", REASON_MAX),
    why: reasonAt(reader, "why"),
    without: reasonAt(reader, "without"),
  };
  reader.end();
  return wish;
}

function missing(reader: RecordReader, field: string): LocalDate {
  if (!reader.has(field)) reader.refuse(problem("input.missing", {}, reader.at(field)));
  return "";
}

/** In one language somebody's own words stand for both. */
function reasonAt(reader: RecordReader, field: string): Names | null {
  const value = reader.raw(field);
  if (typeof value !== "string") return reader.optionalNames(field, REASON_MAX);
  const text = reader.text(field, REASON_MAX);
  return { zh: text, en: text };
}
