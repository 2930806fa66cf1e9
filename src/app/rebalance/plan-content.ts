import { createHash } from "node:crypto";
import type { UnitId } from "../../domain/id.js";
import { localDateOf, parseLocalDate, type DayNumber, type LocalDate } from "../../domain/instant.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import { dayOfSlot } from "../../domain/pool/period.js";
import type { Resource } from "../../domain/pool/resource.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { Amount } from "../../domain/quantity.js";
import { quotaKey } from "../../domain/quota/quota.js";
import type { LoanWish, PlanDeclaration } from "../../domain/rebalance/declare-plan.js";
import { loanProblems, type StandingLoan } from "../../domain/rebalance/loan.js";
import { planText, type PlanContent, type PlannedLoan, type PlanOrigin, type SeenThing } from "../../domain/rebalance/plan.js";
import { unlessRefused, type Result } from "../../domain/result.js";
import { periodUses } from "../pool/period-uses.js";
import type { Reading } from "../ports/store.js";

/** Of one unit and class: more are not looked through for what somebody left out. */
const LENDERS_MAX = 500;

export const planHash = (content: PlanContent): string => createHash("sha256").update(planText(content)).digest("hex");

/** Days of a resource that its calendar offers, and what is free on the fullest of each day's periods. */
type FreeByDay = ReadonlyMap<DayNumber, Amount>;

/** What is free of a resource on each day of a span on which it gives anything at all. */
async function freeByDay(reading: Reading, resource: Resource, of: CapacityClass, first: DayNumber, last: DayNumber): Promise<FreeByDay> {
  const { periods } = await periodUses(reading, resource, of, first, last - first + 1);
  const days = new Map<DayNumber, Amount>();
  for (const { period, capacity, free } of periods) {
    if (capacity === 0 && free >= 0) continue;
    const day = of.period === "slot" ? dayOfSlot(period) : of.period === "day" ? period : first;
    days.set(day, Math.min(free, days.get(day) ?? Infinity));
  }
  return days;
}

/** What is free of it in every period of a term in which it gives anything; 0: it gives nothing. */
export async function freeInTerm(reading: Reading, resource: Resource, of: CapacityClass, from: LocalDate, to: LocalDate): Promise<Amount> {
  const first = parseLocalDate(from) ?? 0;
  const free = [...(await freeByDay(reading, resource, of, first, parseLocalDate(to) ?? first)).values()];
  return free.length === 0 ? 0 : Math.max(0, Math.min(...free));
}

const daysOf = ({ from, to }: Pick<PlannedLoan, "from" | "to">): { readonly first: DayNumber; readonly last: DayNumber } => ({ first: parseLocalDate(from) ?? 0, last: parseLocalDate(to) ?? 0 });

/** Makes a plan of what somebody wrote: names become resources, everything the loans rest on is noted, everything unlawful is refused. */
export class PlanDesk {
  private constructor(
    private readonly reading: Reading,
    private readonly today: LocalDate,
    private readonly classes: ReadonlyMap<string, CapacityClass>,
    private readonly standing: readonly StandingLoan[],
  ) {}

  static async open(reading: Reading, today: LocalDate): Promise<PlanDesk> {
    return new PlanDesk(reading, today, new Map((await reading.classes.all()).map((one) => [one.id, one])), await reading.loans.standing());
  }

  async settle({ title, goal, loans: wishes }: PlanDeclaration, origin: PlanOrigin): Promise<Result<PlanContent>> {
    const problems: Problem[] = [];
    const loans: { readonly loan: PlannedLoan; readonly at: number }[] = [];
    for (const [at, wish] of wishes.entries()) {
      const named = await this.#resourcesOf(wish, `loans.${at}`, problems, loans.map(({ loan }) => loan));
      loans.push(...named.map((loan) => ({ loan, at })));
    }
    if (problems.length === 0) problems.push(...(await this.unlawful(loans.map(({ loan }) => loan), (index) => `loans.${loans[index]!.at}`)));
    const all = loans.map(({ loan }) => loan);
    return unlessRefused(problems, { title, origin, goal, loans: all, seen: problems.length > 0 ? [] : await this.seen(all) });
  }

  /** What makes the loans unlawful as things are declared now, each at its place. */
  async unlawful(loans: readonly PlannedLoan[], placeOf: (index: number) => string = (index) => `loans.${index}`): Promise<Problem[]> {
    const resources = await this.reading.resources.byCodes(loans.map(({ resource }) => resource));
    const borrowed = new Set((await this.reading.resources.some([...resources.values()].map(({ id }) => id))).filter((one) => one.borrowed).map(({ id }) => id));
    const problems: Problem[] = [];
    for (const [index, loan] of loans.entries()) {
      const place = placeOf(index);
      const [resource, lender, borrower, of] = [resources.get(loan.resource), await this.reading.units.get(loan.lender), await this.reading.units.get(loan.borrower), this.classes.get(loan.classId)];
      if (!resource || resource.id !== loan.lenderResource) problems.push(problem("input.unknown_reference", { kind: "resource", id: loan.resource }, { field: `${place}.resource` }));
      if (!lender) problems.push(problem("input.unknown_reference", { kind: "unit", id: loan.lender }, { field: `${place}.lender` }));
      if (!borrower) problems.push(problem("input.unknown_reference", { kind: "unit", id: loan.borrower }, { field: `${place}.borrower` }));
      if (!of) problems.push(problem("class.unknown", { class: loan.classId }, { field: `${place}.class` }));
      if (!resource || !lender || !borrower || !of) continue;
      const beside = [...this.standing, ...loans.filter((_, other) => other !== index)];
      const found = loanProblems(loan, { today: this.today, class: of, resource: { ...resource, borrowed: borrowed.has(resource.id) }, lender, borrower, standing: beside });
      problems.push(...found.map((one) => ({ ...one, field: `${place}.${FIELD_NAMES[one.field ?? ""] ?? one.field ?? ""}` })));
    }
    return problems;
  }

  /** Everything declared that the loans rest on, as it is declared now. */
  async seen(loans: readonly PlannedLoan[]): Promise<readonly SeenThing[]> {
    const units = new Set(loans.flatMap(({ lender, borrower }) => [lender, borrower]));
    const pairs = new Set(loans.flatMap(({ lender, borrower, classId }) => [lender, borrower].map((unitId) => quotaKey({ unitId, classId }))));
    const [resources, named, quotas] = [await this.reading.resources.byCodes(loans.map(({ resource }) => resource)), await this.reading.units.some([...units]), await this.reading.quotas.all()];
    return [
      ...[...resources.values()].map(({ code, generation }): SeenThing => ({ kind: "resource", id: code, generation })),
      ...[...new Set(loans.map(({ classId }) => classId))].flatMap((id): SeenThing[] => {
        const of = this.classes.get(id);
        return of ? [{ kind: "class", id, generation: of.generation }] : [];
      }),
      ...named.map(({ id, generation }): SeenThing => ({ kind: "unit", id, generation })),
      ...quotas.filter((quota) => pairs.has(quotaKey(quota))).map((quota): SeenThing => ({ kind: "quota", id: quotaKey(quota), generation: quota.generation })),
    ];
  }

  /** Resources that cannot spare what the loans need of them, from the first day on which they cannot. */
  async shortfalls(loans: readonly PlannedLoan[]): Promise<Problem[]> {
    const problems: Problem[] = [];
    const resources = await this.reading.resources.byCodes(loans.map(({ resource }) => resource));
    for (const code of new Set(loans.map(({ resource }) => resource))) {
      const here = loans.filter(({ resource }) => resource === code);
      const [resource, of] = [resources.get(code), this.classes.get(here[0]!.classId)];
      if (!resource || !of) continue;
      const spans = here.map((loan) => ({ ...daysOf(loan), amount: loan.amount }));
      const [first, last] = [Math.min(...spans.map((span) => span.first)), Math.max(...spans.map((span) => span.last))];
      const free = await freeByDay(this.reading, resource, of, first, last);
      const needed = (day: DayNumber): Amount => spans.reduce((sum, span) => (span.first <= day && day <= span.last ? sum + span.amount : sum), 0);
      const short = [...free].filter(([day, amount]) => needed(day) > 0 && amount < needed(day)).sort(([a], [b]) => a - b);
      // A term in which it gives nothing on any day lends nothing.
      if (![...free.keys()].some((day) => needed(day) > 0)) short.push([first, 0]);
      const [begins] = short;
      if (begins) problems.push(problem("plan.not_free", { resource: code, date: localDateOf(begins[0]), free: Math.max(0, begins[1]), amount: needed(begins[0]), periods: short.length }));
    }
    return problems;
  }

  /** The loan itself; or, where only the unit is named, one of each of its resources that has most to spare, until there is enough. */
  async #resourcesOf(wish: LoanWish, place: string, problems: Problem[], taken: readonly PlannedLoan[]): Promise<readonly PlannedLoan[]> {
    const { resource: code, ...rest } = wish;
    const loanOf = ({ id, code: named }: Resource, amount: Amount): PlannedLoan => ({ ...rest, resource: named, lenderResource: id, amount });
    if (code !== null) {
      const resource = await this.reading.resources.byCode(code);
      if (!resource) problems.push(problem("input.unknown_reference", { kind: "resource", id: code }, { field: `${place}.resource` }));
      return resource ? [loanOf(resource, wish.amount)] : [];
    }
    const of = this.classes.get(wish.classId);
    if (!of) problems.push(problem("class.unknown", { class: wish.classId }, { field: `${place}.class` }));
    if (!(await this.reading.units.get(wish.lender))) problems.push(problem("input.unknown_reference", { kind: "unit", id: wish.lender }, { field: `${place}.lender` }));
    const { first, last } = daysOf(wish);
    if (!of || problems.length > 0) return [];
    const all = (await this.reading.resources.list({ units: [wish.lender], class: wish.classId, state: "published", own: true }, { limit: LENDERS_MAX })).rows;
    // What is refused whatever resource it is gets its own answer, not one about amounts.
    const [some] = all;
    if (some) {
      const unlawful = await this.unlawful([loanOf(some, wish.amount)], () => place);
      if (unlawful.length > 0) return problems.push(...unlawful), [];
    }
    const spare: { readonly resource: Resource; readonly free: Amount }[] = [];
    for (const resource of all) {
      const free = await freeByDay(this.reading, resource, of, first, last);
      const promised = (day: DayNumber): Amount => taken.reduce((sum, loan) => (loan.resource === resource.code && daysOf(loan).first <= day && day <= daysOf(loan).last ? sum + loan.amount : sum), 0);
      spare.push({ resource, free: free.size === 0 ? 0 : Math.min(...[...free].map(([day, amount]) => amount - promised(day))) });
    }
    spare.sort((a, b) => b.free - a.free || (a.resource.code < b.resource.code ? -1 : 1));
    const loans: PlannedLoan[] = [];
    let left = wish.amount;
    for (const { resource, free } of spare) {
      const amount = Math.min(left, free);
      if (amount < resource.limits.min) continue;
      loans.push(loanOf(resource, amount));
      left -= amount;
      if (left === 0) return loans;
    }
    problems.push(problem("plan.lender_short", { lender: wish.lender, class: wish.classId, free: wish.amount - left, amount: wish.amount }, { field: `${place}.amount` }));
    return [];
  }
}

/** What the writer of a plan calls the fields of a loan's terms. */
const FIELD_NAMES: Readonly<Record<string, string>> = { classId: "class", lenderResource: "resource" };

/** Units that gain by the loans, and units that give. */
export const borrowersOf = (loans: readonly PlannedLoan[]): readonly UnitId[] => [...new Set(loans.map(({ borrower }) => borrower))];
export const lendersOf = (loans: readonly PlannedLoan[]): readonly UnitId[] => [...new Set(loans.map(({ lender }) => lender))];

/** Where two contents differ, in paths and values: `loans.1.amount: 240 → 300`. */
export function differencesOf(before: PlanContent, after: PlanContent): readonly string[] {
  const found: string[] = [];
  const walk = (path: string, was: unknown, is: unknown): void => {
    if (JSON.stringify(was) === JSON.stringify(is)) return;
    if (typeof was === "object" && typeof is === "object" && was !== null && is !== null) {
      for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) walk(path === "" ? key : `${path}.${key}`, (was as Record<string, unknown>)[key], (is as Record<string, unknown>)[key]);
    } else found.push(`${path}: ${shown(was)} → ${shown(is)}`);
  };
  walk("", before, after);
  return found;
}

const shown = (value: unknown): string => (value === undefined || value === null ? "—" : typeof value === "object" ? JSON.stringify(value) : String(value));
