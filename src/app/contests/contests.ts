import { parsePublicId, type ClassId, type DivisionCode, type ItemCode, type PersonId, type PoolId, type RequestId, type UnitId } from "../../domain/id.js";
import { agreedUnit, CONTEST_DAYS_MAX, CONTEST_TERM, type Contest, type Stance } from "../../domain/org/contest.js";
import { parentsOf } from "../../domain/org/division.js";
import type { Actor, PersonActor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { competentUnit } from "../../domain/request/competence.js";
import { limitEnds } from "../../domain/request/deadline.js";
import { isClosed } from "../../domain/request/lifecycle.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { LeftBehind } from "../ports/contest.js";
import type { Reading } from "../ports/store.js";
import { declaring, entryOf, type DeclaringAct } from "../pool/declaring.js";
import { readableUnits, within } from "../pool/readable-units.js";
import { officesOf } from "../reorganise/answers.js";
import { groundsOf } from "../request/act-on-case.js";
import { coordinatorNow, itemsOf } from "./contest-matter.js";
import { escalate } from "./follow-contests.js";

export type ContestDeps = Pick<AppDeps, "store" | "authorizer" | "clock">;

/** What one unit says when it opens a contest. */
export interface ContestInput {
  /** Who speaks. */
  readonly unit: string;
  /** The others it concerns; they are called to answer. */
  readonly against: readonly string[];
  readonly item?: string | undefined;
  readonly class?: string | undefined;
  readonly division?: string | undefined;
  /** Only this case: item and place are its own. */
  readonly request?: string | undefined;
  readonly stance: Stance;
  readonly statement: string;
  /** Law and article. */
  readonly basis: string;
  /** Working days to agree, where a law sets another number, and that law. */
  readonly workingDays?: number | undefined;
  readonly termBasis?: string | undefined;
}

export const contestNotFound = refused(problem("object.not_found", { kind: "contest" }));

/** More than ever argued about one matter. */
const PARTIES_MAX = 12;

/** Those that concern the units whose contests the actor may see, newest first. */
export async function listContests(deps: ContestDeps, actor: Actor, pool: PoolId, unit?: string): Promise<Result<readonly Contest[]>> {
  const readable = await readableUnits(deps, actor, pool, "contest.read");
  return readable.ok ? ok(await deps.store.read(pool).contests.list({ units: within(readable.value, unit) })) : readable;
}

export async function getContest({ store, authorizer }: ContestDeps, actor: Actor, pool: PoolId, id: number): Promise<Result<Contest>> {
  const found = await store.read(pool).contests.get(id);
  if (!found) return contestNotFound;
  const units = [...found.parties.map(({ unitId }) => unitId), ...(found.coordinator === null ? [] : [found.coordinator])];
  for (const facts of [{}, ...units.map((unitId) => ({ unitId }))]) if ((await authorizer.may(actor, "contest.read", { poolId: pool, ...facts })).ok) return ok(found);
  return contestNotFound;
}

/** On the page of a contest. */
const LEFT_BEHIND_SHOWN = 100;

/** Cases of its matter that somebody worked on when its ruling began, and that have not followed yet: some of them. */
export async function casesLeftBehind(deps: ContestDeps, actor: Actor, pool: PoolId, id: number): Promise<Result<readonly LeftBehind[]>> {
  const found = await getContest(deps, actor, pool, id);
  return found.ok ? ok(await deps.store.read(pool).contests.leftBehind(id, LEFT_BEHIND_SHOWN)) : found;
}

/** A unit says that a matter is its own, or is not, and calls the others it concerns. Nobody's clock stops: the case stays where it is. */
export async function openContest(deps: ContestDeps, actor: Actor, pool: PoolId, input: ContestInput): Promise<Result<Contest>> {
  const allowed = await deps.authorizer.may(actor, "contest.declare", { poolId: pool, unitId: input.unit as UnitId, public: true });
  if (!allowed.ok) return allowed;
  if (actor.kind !== "person") return refused(problem("access.forbidden", { action: "contest.declare" }));
  const said = statementOf(input);
  if (!said.ok) return said;
  const term = termOf(input);
  if (!term.ok) return term;
  return await declaring(deps, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<Contest>> => {
    const { tx, at } = act;
    const parties = await partiesOf(act, input);
    if (!parties.ok) return parties;
    const matter = await matterOf(act, input, parties.value);
    if (!matter.ok) return matter;
    const { due, ...about } = matter.value;
    const there = await tx.contests.openAbout(about);
    if (there !== null) return refused(problem("contest.open_already", { contest: there }));
    const { calendar } = await tx.catalogue.poolMap();
    const id = await tx.contests.insert({
      matter: about, parties: parties.value, openedBy: actor.personId, openedAt: at, ...term.value,
      // A case that is due sooner does not wait for those who argue about it.
      dueAt: Math.min(limitEnds(calendar, at, term.value.workingDays), due ?? Number.MAX_SAFE_INTEGER),
      coordinator: await coordinatorNow(tx, parties.value),
    });
    const [unit] = parties.value;
    await tx.contests.say(id, unit as UnitId, { ...said.value, by: actor.personId, at });
    const made = (await tx.contests.get(id)) as Contest;
    await tx.audit.append(entryOf(act, "contest.declare", "contest", String(id), { after: { matter: made.matter, parties: parties.value, unit: unit as string, ...said.value, dueAt: new Date(made.dueAt).toISOString(), termBasis: made.termBasis, coordinator: made.coordinator } }));
    return ok(made);
  });
}

export interface StatementInput {
  readonly unit: string;
  readonly stance: Stance;
  readonly statement: string;
  readonly basis: string;
}

/**
 * A party answers, or says otherwise than before. Once one alone claims it, they agree: the contest is over where the rules say the same.
 * Where the rules name another, it goes up at once, since competence is not the units' to give away.
 */
export async function stateContest(deps: ContestDeps, actor: Actor, pool: PoolId, id: number, input: StatementInput): Promise<Result<Contest>> {
  const allowed = await deps.authorizer.may(actor, "contest.declare", { poolId: pool, unitId: input.unit as UnitId, public: true });
  if (!allowed.ok) return allowed;
  if (actor.kind !== "person") return refused(problem("access.forbidden", { action: "contest.declare" }));
  const said = statementOf(input);
  if (!said.ok) return said;
  return await declaring(deps, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<Contest>> => {
    const { tx, at } = act;
    const found = await tx.contests.lock(id);
    if (!found) return contestNotFound;
    const party = found.parties.find(({ unitId }) => unitId === input.unit);
    if (!party) return refused(problem("contest.not_a_party", { unit: input.unit.slice(0, 63) }, { field: "unit" }));
    if (found.state !== "open" && found.state !== "escalated") return refused(problem("object.transition_illegal", { kind: "contest", state: found.state, event: "state" }));
    await tx.contests.say(id, party.unitId, { ...said.value, by: actor.personId, at });
    await tx.audit.append(entryOf(act, "contest.declare", "contest", String(id), { before: { unit: party.unitId, stance: party.said?.stance ?? null }, after: { unit: party.unitId, ...said.value } }));
    const now = (await tx.contests.get(id)) as Contest;
    const agreed = agreedUnit(now.parties);
    if (agreed === undefined) return ok(now);
    if (await rulesName(tx, now, agreed)) {
      await tx.contests.setState(id, "agreed");
      await tx.audit.append(entryOf(act, "contest.declare", "contest", String(id), { before: { state: now.state }, after: { state: "agreed", unit: agreed } }));
    } else if (now.state === "open") await escalate(act, now);
    return ok((await tx.contests.get(id)) as Contest);
  });
}

/** Without any ruling on this contest, the unit answers for all of it. */
async function rulesName(reading: Pick<Reading, "duties" | "units" | "divisions" | "reorganisations">, { matter }: Contest, unit: UnitId): Promise<boolean> {
  const [duties, units, divisions, routing] = [await reading.duties.items(), await reading.units.all(), await reading.divisions.all(), await reading.reorganisations.routing()];
  const items = await itemsOf(reading, matter);
  const [offices, parents] = [officesOf(units), parentsOf(divisions)];
  return items.length > 0 && items.every((item) => {
    const duty = duties.find((one) => one.item === item);
    const found = duty && competentUnit({ item, line: duty.line, level: duty.level, ...(duty.unit === null ? {} : { unit: duty.unit }) }, matter.division, offices, parents, routing);
    return found?.ok === true && (found.value.lead ?? found.value).id === unit;
  });
}

function statementOf({ stance, statement, basis }: Pick<ContestInput, "stance" | "statement" | "basis">): Result<{ readonly stance: Stance; readonly statement: string; readonly basis: string }> {
  const words = groundsOf(statement, "statement");
  if (!words.ok) return words;
  const law = groundsOf(basis, "basis");
  return law.ok ? ok({ stance, statement: words.value, basis: law.value }) : law;
}

function termOf({ workingDays, termBasis }: ContestInput): Result<{ readonly workingDays: number; readonly termBasis: string }> {
  if (workingDays === undefined || workingDays === CONTEST_TERM.workingDays) return ok({ workingDays: CONTEST_TERM.workingDays, termBasis: CONTEST_TERM.basis });
  if (!Number.isInteger(workingDays) || workingDays < 0 || workingDays > CONTEST_DAYS_MAX) return refused(problem("input.out_of_range", { min: 0, max: CONTEST_DAYS_MAX }, { field: "workingDays" }));
  const law = groundsOf(termBasis ?? "", "termBasis");
  return law.ok ? ok({ workingDays, termBasis: law.value }) : law;
}

/** The one that speaks first. */
async function partiesOf({ tx }: DeclaringAct, { unit, against }: ContestInput): Promise<Result<readonly UnitId[]>> {
  const others = [...new Set(against)].filter((id) => id !== unit);
  if (others.length === 0) return refused(problem("contest.one_party", {}, { field: "against" }));
  if (others.length >= PARTIES_MAX) return refused(problem("input.out_of_range", { min: 1, max: PARTIES_MAX - 1 }, { field: "against" }));
  for (const id of [unit, ...others]) {
    const field = id === unit ? "unit" : "against";
    const found = await tx.units.get(id);
    if (found?.state !== "active") return refused(problem("input.unknown_reference", { kind: "unit", id: id.slice(0, 63) }, { field }));
    if (await tx.taskForces.get(id as UnitId)) return refused(problem("task-force.is_no_organ", { unit: id }, { field }));
  }
  return ok([unit, ...others] as UnitId[]);
}

interface Matter {
  readonly item: ItemCode | null;
  readonly classId: ClassId | null;
  readonly division: DivisionCode;
  readonly request: RequestId | null;
  /** When the case is due, if it is about one. */
  readonly due: number | null;
}

async function matterOf({ tx }: DeclaringAct, input: ContestInput, parties: readonly UnitId[]): Promise<Result<Matter>> {
  if (input.request !== undefined) {
    if (input.item !== undefined || input.class !== undefined || input.division !== undefined) return refused(problem("contest.matter_unclear", {}, { field: "request" }));
    const publicId = parsePublicId(input.request, "request");
    const [locked] = publicId.ok ? await tx.requests.lock([publicId.value]) : [];
    // Whose case it is takes part, else anybody could ask whether a number is one.
    if (!locked || !parties.includes(locked.leadUnitId ?? locked.unitId)) return refused(problem("object.not_found", { kind: "request" }));
    const { state } = locked.file.status;
    if (isClosed(state)) return refused(problem("object.transition_illegal", { kind: "request", state, event: "contest" }));
    return ok({ item: locked.item, classId: null, division: locked.division, request: locked.file.id, due: locked.file.promisedDueAt });
  }
  if ((input.item === undefined) === (input.class === undefined) || input.division === undefined) return refused(problem("contest.matter_unclear", {}, { field: input.division === undefined ? "division" : "item" }));
  if (!(await tx.divisions.all()).some(({ code }) => code === input.division)) return refused(problem("input.unknown_reference", { kind: "division", id: input.division.slice(0, 40) }, { field: "division" }));
  const duties = await tx.duties.items();
  if (input.item !== undefined && !duties.some(({ item }) => item === input.item)) return refused(problem("input.unknown_reference", { kind: "item", id: input.item.slice(0, 120) }, { field: "item" }));
  if (input.class !== undefined && !duties.some(({ functions }) => functions.some((one) => one.own && one.class === input.class))) return refused(problem("contest.no_items", { class: input.class.slice(0, 160) }, { field: "class" }));
  return ok({ item: (input.item ?? null) as ItemCode | null, classId: (input.class ?? null) as ClassId | null, division: input.division as DivisionCode, request: null, due: null });
}

/** Persons who spoke for a party, or head one: none of them decides. */
export async function partial({ people, roleGrants }: Pick<Reading, "people" | "roleGrants">, actor: PersonActor, contest: Contest): Promise<UnitId | undefined> {
  for (const { unitId, said } of contest.parties) {
    const heads = (await roleGrants.list({ unitId })).filter((grant) => grant.role === "unit-head" && grant.unitId === unitId).map(({ personId }) => personId);
    if ((await people.sameAs(actor.personId, [...heads, ...(said === null ? [] : [said.by as PersonId])])).length > 0) return unitId;
  }
  return undefined;
}
