import type { ItemCode, PoolId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate, type LocalDate } from "../../domain/instant.js";
import { presentRuling, type Contest } from "../../domain/org/contest.js";
import { divisionChain, liesIn, parentsOf } from "../../domain/org/division.js";
import { openJurisdiction } from "../../domain/org/jurisdiction.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { routed } from "../../domain/request/competence.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { declaring, entryOf, type DeclaringAct } from "../pool/declaring.js";
import { groundsOf } from "../request/act-on-case.js";
import { beginRuling } from "./begin-ruling.js";
import { itemsOf } from "./contest-matter.js";
import { contestNotFound, getContest, partial, type ContestDeps } from "./contests.js";

export interface RulingInput {
  /** Whose it is; null: as it would be without a ruling, to take one back. */
  readonly unit: string | null;
  readonly grounds: string;
  readonly basis: string;
  /** First day; absent: today. */
  readonly from?: string | undefined;
  /** Last day; absent: until another ruling. */
  readonly to?: string | undefined;
  /** The number of the ruling this one replaces. */
  readonly replaces?: number | undefined;
}

/** How far ahead a ruling may begin. */
const AHEAD_DAYS_MAX = 366;

/** Nobody else decides, and before the units had their days only the coordinator may. */
export async function mayRule({ authorizer }: Pick<ContestDeps, "authorizer">, actor: Actor, pool: PoolId, { coordinator }: Pick<Contest, "coordinator">): ReturnType<ContestDeps["authorizer"]["may"]> {
  return coordinator === null ? await authorizer.may(actor, "contest.rule-at-centre", { poolId: pool }) : await authorizer.may(actor, "contest.rule", { poolId: pool, unitId: coordinator, public: true });
}

/** The coordinator says whose the matter is. From its first day that is a routing rule, and what is open goes along. */
export async function ruleContest(deps: ContestDeps, actor: Actor, pool: PoolId, id: number, input: RulingInput): Promise<Result<Contest>> {
  // Whoever may not read it learns neither that it is there nor whose it is to decide.
  const read = await getContest(deps, actor, pool, id);
  if (!read.ok) return read;
  const seen = read.value;
  const allowed = await mayRule(deps, actor, pool, seen);
  if (!allowed.ok || actor.kind !== "person") return refused(problem("contest.not_coordinator", { coordinator: seen.coordinator ?? "-" }));
  const grounds = groundsOf(input.grounds, "grounds");
  if (!grounds.ok) return grounds;
  const basis = groundsOf(input.basis, "basis");
  if (!basis.ok) return basis;
  return await declaring(deps, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<Contest>> => {
    const { tx, at } = act;
    const contest = await tx.contests.lock(id);
    if (!contest) return contestNotFound;
    // It may have gone up to somebody else meanwhile.
    if (contest.coordinator !== seen.coordinator) return refused(problem("contest.not_coordinator", { coordinator: contest.coordinator ?? "-" }));
    if (contest.state === "agreed") return refused(problem("object.transition_illegal", { kind: "contest", state: contest.state, event: "rule" }));
    const party = await partial(tx, actor, contest);
    if (party !== undefined) return refused(problem("contest.ruler_is_party", { unit: party }));
    const standing = presentRuling(contest);
    if (standing && input.replaces !== standing.ordinal) return refused(problem("contest.ruled_already", { ruling: standing.ordinal, unit: standing.unitId ?? "-" }, { field: "replaces" }));
    if (!standing && (input.replaces !== undefined || input.unit === null)) return refused(problem("contest.nothing_to_replace", {}, { field: input.unit === null ? "unit" : "replaces" }));
    const days = daysOf(input, localDateOf(dayNumberOf(at)));
    if (!days.ok) return days;
    const unfit = input.unit === null ? ok() : await canHold(act, contest, input.unit);
    if (!unfit.ok) return unfit;
    const ordinal = contest.rulings.length + 1;
    const ruling = { ordinal, unitId: input.unit as UnitId | null, grounds: grounds.value, basis: basis.value, ...days.value, inNameOf: contest.coordinator, by: actor.personId, at };
    // One that still waited for its first day never was in force.
    if (standing?.beganAt === null) await tx.contests.endRuling(id, standing.ordinal, at, true);
    await tx.contests.insertRuling(id, ruling);
    await tx.contests.setState(id, "ruled");
    await tx.audit.append(entryOf(act, "contest.rule", "contest", String(id), { before: { state: contest.state, ruling: standing?.ordinal ?? null, unit: standing?.unitId ?? null }, after: { ...ruling, at: new Date(at).toISOString() } }));
    if (days.value.validFrom <= localDateOf(dayNumberOf(at))) await beginRuling(act, contest.id);
    return ok((await tx.contests.get(id)) as Contest);
  });
}

function daysOf({ from, to }: RulingInput, today: LocalDate): Result<{ readonly validFrom: LocalDate; readonly validTo: LocalDate | null }> {
  const first = from === undefined ? parseLocalDate(today) : parseLocalDate(from);
  if (first === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "from" }));
  const last = to === undefined ? null : parseLocalDate(to);
  if (last === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "to" }));
  const now = parseLocalDate(today) as number;
  if (first < now || first > now + AHEAD_DAYS_MAX) return refused(problem("contest.begins_outside", { from: today, to: localDateOf(now + AHEAD_DAYS_MAX) }, { field: "from" }));
  if (last !== null && last < first) return refused(problem("validity.reversed", {}, { field: "to" }));
  return ok({ validFrom: localDateOf(first), validTo: last === null ? null : localDateOf(last) });
}

/** An organ that is open, whose division holds the place, that holds what the items ask of whoever is competent, and whose business it still is. */
async function canHold({ tx, at }: DeclaringAct, contest: Contest, id: string): Promise<Result<void>> {
  const { matter } = contest;
  const field = { field: "unit" };
  const unit = await tx.units.get(id);
  if (unit?.state !== "active" || !unit.published) return refused(problem("input.unknown_reference", { kind: "unit", id: id.slice(0, 63) }, field));
  if (await tx.taskForces.get(unit.id)) return refused(problem("task-force.is_no_organ", { unit: id }, field));
  const [divisions, zones, duties] = [await tx.divisions.all(), await tx.zones.all(), await tx.duties.items()];
  const parents = parentsOf(divisions);
  if (!liesIn(parents, matter.division, unit.division)) return refused(problem("contest.unit_outside", { unit: id, division: matter.division }, field));
  const items: readonly ItemCode[] = await itemsOf(tx, matter);
  const today = localDateOf(dayNumberOf(at));
  const zoneById = new Map<string, (typeof zones)[number]>(zones.map((zone) => [zone.id, zone]));
  const held = (await tx.duties.leads(today)).filter((lead) => lead.unitId === unit.id && (lead.validFrom === null || lead.validFrom <= today));
  const chain = divisionChain(parents, matter.division);
  const asking = duties.filter(({ item }) => items.includes(item));
  for (const { functions } of asking) {
    const missing = functions.find((one) => one.own && !held.some((lead) => lead.classId === one.class && openJurisdiction(lead.jurisdiction, zoneById).some((division) => chain.includes(division))));
    if (missing) return refused(problem("contest.lacks_function", { unit: id, class: missing.class, division: matter.division }, field));
  }
  const routing = await tx.reorganisations.routing();
  for (const item of items) {
    const onward = routed(routing, unit.id, item);
    if (onward !== unit.id) return refused(problem("contest.gave_away", { unit: id, item, to: onward }, field));
  }
  const ownClasses = asking.flatMap(({ functions }) => functions.filter(({ own }) => own).map((one) => one.class));
  const other = matter.request === null ? await tx.contests.ruledElsewhere(contest.id, items, ownClasses, matter.division) : null;
  return other === null ? ok() : refused(problem("contest.ruled_elsewhere", { contest: other }));
}
