import { parseUnitId, type PersonId, type PoolId, type UnitId } from "../../domain/id.js";
import type { Unit } from "../../domain/org/unit.js";
import type { Action } from "../../domain/policy/action.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import { writeItems } from "../catalogue/write-items.js";
import type { AppDeps } from "../deps.js";
import { writeGrant } from "../identity/grant-role.js";
import { writeInvitation } from "../identity/invite-person.js";
import { writeUnits } from "../org/write-units.js";
import { declaring, entryOf, mayForUnits, type Change, type DeclaringAct, type RowOutcome } from "../pool/declaring.js";
import { readManifest, thereIn, type ManifestDeclarations } from "../pool/read-manifest.js";
import { readRegister } from "../pool/register.js";
import { writeAssets } from "../pool/write-assets.js";
import { writeCalendars } from "../pool/write-basics.js";
import { writeResources } from "../pool/write-resources.js";
import type { KeptTable } from "../ports/tables.js";
import { everyRow } from "./checklist.js";
import { peopleOf, readWorkbook, recordsOf, type Workbook, type WorkbookPerson, type WorkbookRow } from "./read-workbook.js";

export type WorkbookNoun = "calendars" | "units" | "resources" | "assets" | "items" | "people";

export interface WorkbookReport {
  readonly unit: UnitId;
  readonly dryRun: boolean;
  readonly nouns: readonly (Readonly<Record<Change, number>> & { readonly noun: WorkbookNoun })[];
  readonly changes: readonly { readonly noun: WorkbookNoun; readonly key: string; readonly change: Change }[];
  /** For each person invited the secret of their link: shown once, to be handed out. Empty on a dry run. */
  readonly links: readonly { readonly name: string; readonly loginName: string; readonly secret: string }[];
}

export type WorkbookDeps = Pick<AppDeps, "store" | "authorizer" | "vault" | "manifests" | "tables">;

/**
 * Takes a unit in with everything in its workbook, in one transaction or not at all. What the workbook leaves out
 * stays; the same workbook again changes nothing. It gives nobody a right the sender could not give one by one.
 *
 * @param dryRun does everything, reports, and rolls back.
 */
export async function importUnitWorkbook(deps: WorkbookDeps, actor: Actor, pool: PoolId, id: string, table: KeptTable, { dryRun = false } = {}): Promise<Result<WorkbookReport>> {
  const unitId = parseUnitId(id, "unit");
  if (!unitId.ok) return unitId;
  const known = await deps.store.read(pool).units.get(unitId.value);
  const workbook = known ? undefined : await readWorkbook(deps.tables, table);
  // A unit that is not there yet is the business of the one above it.
  const asked = known?.id ?? ((workbook?.ok ? (workbook.value.unit[0]?.record["parent"] as UnitId | undefined) : undefined) ?? null);
  const allowed = await deps.authorizer.may(actor, "onboarding.submit", { poolId: pool, unitId: asked });
  if (!allowed.ok) return allowed;
  const read = workbook ?? (await readWorkbook(deps.tables, table));
  if (!read.ok) return read;
  return declaring(deps, actor, pool, allowed.value.policyVersion, (act) => take(deps, actor, act, unitId.value, asked, read.value, dryRun), { rollBack: dryRun });
}

async function take(deps: WorkbookDeps, actor: Actor, act: DeclaringAct, unit: UnitId, asked: UnitId | null, workbook: Workbook, dryRun: boolean): Promise<Result<WorkbookReport>> {
  const { tx } = act;
  const register = await readRegister(tx);
  if (!register.ok) return register;
  const there = await tx.units.lock(unit);
  const allowed = await mayDeclare(deps, actor, tx.poolId, asked, there, workbook);
  if (!allowed.ok) return allowed;
  const [row] = workbook.unit;
  if (row?.record["unit"] !== unit) return refused(problem("import.outside_scope", { unit: row?.record["unit"] ?? "" }, { ...row?.place, field: "unit" }));
  const foreign = await foreignRows(act, unit, workbook);
  const people = peopleOf(workbook.people);
  const records = recordsOf(workbook, unit, { published: there?.published ?? false, calendars: register.value.calendars, poolCalendar: register.value.pool.calendarId });
  const early = [...foreign, ...(people.ok ? [] : people.problems), ...(records.ok ? [] : records.problems)];
  if (!people.ok || !records.ok || early.length > 0) return unlessRefused(early, undefined as never);

  const declared = await readManifest(thereIn(tx), tx.poolId, records.value, deps.manifests);
  if (!declared.ok) return declared;
  const publish = await deps.authorizer.may(actor, "item.publish", { poolId: tx.poolId, unitId: asked, public: true });
  const written = await writeDeclared(act, declared.value, publish.ok);
  if (!written.ok) return written;
  const taken = await takePeople(deps, actor, act, unit, asked, people.value);
  if (!taken.ok) return taken;

  const outcomes = [...written.value, ["people", taken.value.outcomes] as const];
  const changes = outcomes.flatMap(([noun, rows]) => rows.filter(({ change }) => change !== "unchanged").map(({ key, change }) => ({ noun, key, change })));
  if (changes.length > 0) await tx.audit.append(entryOf(act, "onboarding.submit", "unit", unit, { after: { changes: changes.length } }));
  const count = (rows: readonly Changed[], change: Change): number => rows.filter((one) => one.change === change).length;
  return ok({
    unit,
    dryRun,
    nouns: outcomes.map(([noun, rows]) => ({ noun, created: count(rows, "created"), changed: count(rows, "changed"), unchanged: count(rows, "unchanged") })),
    changes,
    links: dryRun ? [] : taken.value.links,
  });
}

type Changed = Pick<RowOutcome, "key" | "change">;

async function mayDeclare(deps: WorkbookDeps, actor: Actor, pool: PoolId, asked: UnitId | null, there: Unit | null, workbook: Workbook): Promise<Result<void>> {
  const parent = (workbook.unit[0]?.record["parent"] ?? null) as UnitId | null;
  const actions: readonly (readonly [Action, number])[] = [
    ["unit.declare", 1],
    ["calendar.declare", workbook.calendars.length],
    ["resource.declare", workbook.resources.length],
    ["resource.publish", workbook.resources.length],
    ["asset.declare", workbook.posts.length + workbook.counters.length],
    ["item.declare", workbook.items.length],
  ];
  for (const [action, rows] of actions) {
    const units = action === "unit.declare" && there && there.parent !== parent ? [asked, parent] : [asked];
    const allowed = rows === 0 ? ok(0) : await mayForUnits(deps, actor, pool, action, units, true);
    if (!allowed.ok) return allowed;
  }
  return ok();
}

/** Rows that name what belongs to another unit: to write them would take it away. */
async function foreignRows({ tx }: DeclaringAct, unit: UnitId, { resources, posts, counters, items }: Workbook): Promise<Problem[]> {
  const codes = (rows: readonly WorkbookRow[], field: string): string[] => rows.flatMap(({ record }) => (record[field] ? [record[field]] : []));
  const assets = [...posts, ...counters];
  const [knownResources, knownAssets, knownItems] = [await tx.resources.byCodes(codes(resources, "resource")), await tx.assets.byCodes(codes(assets, "asset")), await tx.items.newestAll(codes(items, "item"))];
  const outside = (rows: readonly WorkbookRow[], field: string, ownerOf: (code: string) => UnitId | null | undefined): Problem[] =>
    rows.flatMap(({ record, place }) => {
      const owner = ownerOf(record[field] ?? "");
      return owner === undefined || owner === unit ? [] : [problem("import.outside_scope", { unit: owner ?? "—" }, { ...place, field })];
    });
  return [
    ...outside(resources, "resource", (code) => knownResources.get(code)?.unitId),
    ...outside(assets, "asset", (code) => knownAssets.get(code)?.unitId),
    ...outside(items, "item", (code) => {
      const item = knownItems.get(code);
      return item ? (item.guide.unit ?? null) : undefined;
    }),
    ...items.flatMap(({ record, place }) => (record["holder"] && record["holder"] !== unit ? [problem("import.outside_scope", { unit: record["holder"] }, { ...place, field: "holder" })] : [])),
  ];
}

type Outcomes = (readonly [WorkbookNoun, readonly Changed[]])[];

/** What others rest on comes first. */
async function writeDeclared(act: DeclaringAct, declared: ManifestDeclarations, publish: boolean): Promise<Result<Outcomes>> {
  const newest = await act.tx.items.newestAll(declared.items.map(({ declaration }) => declaration.item));
  // A workbook that repeats a guessed recipe does not confirm it. Whoever may not publish leaves drafts.
  const items = declared.items.map((row) => ({ ...row, declaration: { guide: row.declaration, guessed: newest.get(row.declaration.item)?.guessed ?? false, publish } }));
  const steps: readonly (readonly [WorkbookNoun, () => Promise<Result<readonly RowOutcome[]>>])[] = [
    ["calendars", () => writeCalendars(act, declared.calendars)],
    ["units", () => writeUnits(act, declared.units)],
    ["resources", () => writeResources(act, declared.resources)],
    ["assets", () => writeAssets(act, declared.assets)],
    ["items", () => writeItems(act, items)],
  ];
  const outcomes: Outcomes = [];
  for (const [noun, write] of steps) {
    const written = await write();
    if (!written.ok) return written;
    outcomes.push([noun, written.value]);
  }
  return ok(outcomes);
}

/** Invites who is new, grants the roles they lack, and puts them on their posts. */
async function takePeople(deps: WorkbookDeps, actor: Actor, act: DeclaringAct, unit: UnitId, asked: UnitId | null, people: readonly WorkbookPerson[]): Promise<Result<{ readonly outcomes: readonly Changed[]; readonly links: WorkbookReport["links"] }>> {
  const { tx, at } = act;
  const poolId = tx.poolId;
  const links: WorkbookReport["links"][number][] = [];
  const outcomes: Changed[] = [];
  const posts = await everyRow((page) => tx.assets.list({ units: [unit], state: "in-service" }, page));
  const holders = new Map(posts.map(({ code, personId }) => [code, personId]));
  const heads = new Set((await tx.roleGrants.list({ unitId: unit })).filter(({ role }) => role === "unit-head").map(({ personId }) => personId));
  for (const { name, loginName, phone, roles, posts: held, place } of people) {
    const said = <T>(result: Result<T>, fields: Readonly<Record<string, string>>): Result<T> =>
      result.ok ? result : unlessRefused<T>(result.problems.map((one) => ({ ...one, ...place, field: fields[one.field ?? ""] ?? one.field ?? "login_name" })), undefined as never);
    const there = await tx.people.byLoginName(loginName);
    const grants = there ? (await tx.roleGrants.of(there.personId)).filter(({ unitId }) => unitId === unit) : [];
    // The name may be a stranger's elsewhere in the government: nobody becomes an officer by a likeness of names.
    if (there && grants.length === 0) return refused(problem("identity.login_name_taken", { name: loginName }, { ...place, field: "login_name" }));
    let personId: PersonId;
    if (there) personId = there.personId;
    else {
      const allowed = await deps.authorizer.may(actor, "person.invite", { poolId, unitId: asked, public: true });
      if (!allowed.ok) return allowed;
      const invited = said(await writeInvitation(deps, tx, { actor, at, policyVersion: allowed.value.policyVersion }, { name, loginName, ...(phone === null ? {} : { phone }), unitId: unit }), { name: "person_name", loginName: "login_name", phone: "phone" });
      if (!invited.ok) return invited;
      personId = invited.value.personId;
      links.push({ name, loginName, secret: invited.value.secret });
    }
    const lacking = roles.filter((role) => !grants.some((grant) => grant.role === role));
    for (const role of lacking) {
      const allowed = await deps.authorizer.may(actor, "role-grant.grant-unit-role", { poolId, unitId: asked, personId, public: true });
      if (!allowed.ok) return allowed;
      const granted = said(await writeGrant(tx, { actor, at, policyVersion: allowed.value.policyVersion }, personId, { role, unitId: unit }), {});
      if (!granted.ok) return granted;
      if (role === "unit-head") heads.add(personId);
    }
    if (roles.includes("unit-head") && heads.size > 1) return refused(problem("unit.two_heads", { unit }, { ...place, field: "role" }));
    const unknown = held.find((code) => !posts.some((post) => post.code === code));
    if (unknown !== undefined) return refused(problem("input.unknown_reference", { kind: "asset", id: unknown }, { ...place, field: "posts" }));
    let moved = 0;
    for (const post of posts) {
      const before = holders.get(post.code) ?? null;
      const holds = held.includes(post.code);
      if (holds === (before === personId)) continue;
      const after = holds ? personId : null;
      holders.set(post.code, after);
      await tx.assets.assign(post.id, after);
      const work = after === null ? null : await tx.assets.minutesADay(after);
      if (work && work.minutes > work.limit) return refused(problem("asset.beyond_labour_limit", work, { ...place, field: "posts" }));
      await restate(act, actor, [before, after]);
      await tx.audit.append(entryOf(act, "asset.declare", "asset", post.code, { before: { personId: before }, after: { personId: after } }));
      moved += 1;
    }
    outcomes.push({ key: loginName, change: there ? (lacking.length + moved > 0 ? "changed" : "unchanged") : "created" });
  }
  return ok({ outcomes, links });
}

/** Who holds a post decides whose time it is: steps in which they take no part are told to the writer anew. */
async function restate({ tx, at }: DeclaringAct, actor: Actor, holders: readonly (PersonId | null)[]): Promise<void> {
  const steps = new Set((await Promise.all(holders.map(async (one) => (one === null ? [] : await tx.recusals.readySteps(one))))).flat());
  if (steps.size === 0) return;
  await tx.policies.raiseRevocations();
  await tx.commands.append(actorIdOf(actor), at, { kind: "persons.barred", steps: [...steps] });
}
