import type { PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate, type DayNumber, type LocalDate } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { UsageDimension, UsagePeriod } from "../../domain/pool/usage.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { UsageAsked, UsageFilter, UsageRow } from "../ports/usage.js";

/** Days of one statement at most: three years and a bit. */
export const USAGE_DAYS_MAX = 1_100;

/** As the applicant of a filter: whoever asks. */
export const MYSELF = "me";

export interface UsageQuestion extends UsageFilter {
  /** Default: the first of this month. */
  readonly from?: LocalDate | undefined;
  /** Default: the last of the month `from` is in. */
  readonly to?: LocalDate | undefined;
  readonly by: readonly UsageDimension[];
  readonly period: UsagePeriod;
}

export interface UsageRead {
  readonly from: DayNumber;
  readonly to: DayNumber;
  /** One page of the answer; a file asks for one after another. */
  readonly page: (page: PageAsked) => Promise<Page<UsageRow>>;
}

type Deps = Pick<AppDeps, "store" | "authorizer" | "clock">;

/** What was used, by whom, of what: from the allocations, whose ends are the ledger's movements one for one. */
export async function readUsage(deps: Deps, actor: Actor, pool: PoolId, question: UsageQuestion): Promise<Result<UsageRead>> {
  const allowed = await mayRead(deps, actor, pool, question);
  if (!allowed.ok) return allowed;
  const range = rangeOf(question, dayNumberOf(await deps.clock.now(pool)));
  if (!range.ok) return range;
  const { usage } = deps.store.read(pool);
  const applicant = question.applicant === MYSELF && actor.kind === "person" ? actor.personId : question.applicant;
  const asked: UsageAsked = { ...question, ...range.value, applicant };
  return ok({ ...range.value, page: (page) => usage.rows(asked, page) });
}

/** The whole pool's is for who runs and who watches it; a unit's for its head, as who used and as whose it was; a case's for its applicant. */
async function mayRead({ authorizer }: Deps, actor: Actor, poolId: PoolId, { unit, supplier, applicant }: UsageFilter): Promise<Result<unknown>> {
  const whole = await authorizer.may(actor, "usage.read", { poolId });
  if (whole.ok) return whole;
  for (const unitId of [unit, supplier]) {
    if (unitId === undefined) continue;
    const own = await authorizer.may(actor, "usage.read", { poolId, unitId });
    if (own.ok) return own;
  }
  if (applicant === undefined || actor.kind !== "person") return whole;
  const personal = applicant === MYSELF || applicant === actor.personId;
  return await authorizer.may(actor, "usage.read", personal ? { poolId, personId: actor.personId, unitId: null } : { poolId, enterpriseCode: applicant });
}

export function rangeOf({ from, to }: { readonly from?: LocalDate | undefined; readonly to?: LocalDate | undefined }, today: DayNumber): Result<{ readonly from: DayNumber; readonly to: DayNumber }> {
  const first = from === undefined ? firstOfMonth(to === undefined ? today : (parseLocalDate(to) ?? today)) : parseLocalDate(from);
  if (first === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "from" }));
  const last = to === undefined ? lastOfMonth(first) : parseLocalDate(to);
  if (last === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "to" }));
  if (last < first) return refused(problem("usage.range_reversed", { from: localDateOf(first), to: localDateOf(last) }, { field: "to" }));
  if (last - first >= USAGE_DAYS_MAX) return refused(problem("usage.range_too_long", { days: last - first + 1, max: USAGE_DAYS_MAX }, { field: "to" }));
  return ok({ from: first, to: last });
}

const firstOfMonth = (day: DayNumber): DayNumber => day - Number(localDateOf(day).slice(8)) + 1;
/** No month has more than 31 days, and none fewer than four more than 27. */
const lastOfMonth = (day: DayNumber): DayNumber => firstOfMonth(firstOfMonth(day) + 31) - 1;
