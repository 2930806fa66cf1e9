import type { CalendarId, ClassId, PoolId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type Instant } from "../../domain/instant.js";
import type { PolicyRule } from "../../domain/policy/rule.js";
import { isPoolRole, SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import type { AssetDeclaration } from "../../domain/pool/declare-asset.js";
import type { ResourceDeclaration } from "../../domain/pool/declare-resource.js";
import type { SharingDeclaration } from "../../domain/quota/declare-sharing.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { writeManifest } from "../pool/apply-manifest.js";
import { declaring, entryOf, type DeclaredRow } from "../pool/declaring.js";
import type { ManifestDeclarations } from "../pool/read-manifest.js";
import { readRegister } from "../pool/register.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { PoolRow } from "../ports/pool.js";
import type { Reading } from "../ports/store.js";

type SandboxDeps = Pick<AppDeps, "store" | "authorizer" | "pools" | "policyWorkbench">;

export interface SandboxWish {
  readonly id: PoolId;
  /** Where its clock begins. */
  readonly at: Instant;
  /** Every unit works with its own people and things alone. */
  readonly silo: boolean;
}

/**
 * Copies what a pool declares into a sandbox: units, classes, calendars, resources, assets, items, and the rules in
 * force. No request, no person's data, no book goes with it. Its clock stands until somebody sets it.
 */
export async function createSandbox(deps: SandboxDeps, actor: Actor, source: PoolId, { id, at, silo }: SandboxWish): Promise<Result<PoolRow>> {
  const allowed = await deps.authorizer.may(actor, "sandbox.create", { poolId: source });
  if (!allowed.ok) return allowed;
  const reading = deps.store.read(source);
  const original = await reading.pools.get();
  if (!original) return refused(problem("object.not_found", { kind: "pool" }));
  if (original.sandbox) return refused(problem("sandbox.of_sandbox", {}));
  if (await deps.pools.find(id)) return refused(problem("object.exists", { kind: "pool", id }, { field: "pool" }));
  const copied = await copyOf(reading, original, id, at);
  if (!copied.ok) return copied;
  const version = (await reading.policies.list()).find(({ state }) => state === "active")?.version;
  const active = version === undefined ? deps.policyWorkbench.defaults : await reading.policies.rules(version);
  const rules = silo ? siloRules(active) : active;
  const administrators = (await reading.roleGrants.list({})).flatMap(({ personId, role, unitId }) => (unitId === null && isPoolRole(role) ? [{ personId, role }] : []));

  const made = await declaring(deps, actor, id, allowed.value.policyVersion, async (plain) => {
    const { tx } = plain;
    await tx.pools.put({ id, names: original.names, division: original.division, calendarId: original.calendarId, timeZone: original.timeZone });
    await tx.pools.makeSandbox(source, at);
    const act = { ...plain, at };
    await tx.audit.append(entryOf(act, "sandbox.create", "pool", id, { after: { copiedFrom: source, silo } }));
    const inForce = await tx.policies.insert({
      baseVersion: 0,
      state: "active",
      reason: silo ? "sandbox: every unit on its own" : "sandbox",
      contentHash: deps.policyWorkbench.hash(rules),
      proposedBy: SYSTEM_PERSON,
      proposedAt: at,
      rules,
    });
    await tx.audit.append(entryOf(act, "policy.activate", "policy", String(inForce), { after: { contentHash: deps.policyWorkbench.hash(rules) } }));
    const written = await writeManifest(deps, { ...act, overcommitApproved: true }, copied.value);
    if (!written.ok) return written;
    for (const { personId, role } of administrators) await tx.roleGrants.insert({ role }, personId, SYSTEM_PERSON, at);
    const row = await tx.pools.get();
    return row ? ok(row) : refused(problem("object.not_found", { kind: "pool" }));
  });
  if (made.ok) deps.pools.forget();
  return made;
}

/** People and things of one unit work for that unit alone; authority, money and data are as they were. */
const siloRules = (rules: readonly PolicyRule[]): readonly PolicyRule[] =>
  rules.filter(({ model, cells: [kind, , , relation], effect }) => model !== "allocation" || effect !== "allow" || relation === "own" || (kind !== "staff" && kind !== "material"));

async function copyOf(reading: Reading, original: PoolRow, id: PoolId, at: Instant): Promise<Result<ManifestDeclarations>> {
  const register = await readRegister(reading);
  if (!register.ok) return register;
  const { divisions, zones, calendars, classes, traits, units } = register.value;
  const rows = <D>(all: Iterable<D>): DeclaredRow<D>[] => [...all].map((declaration) => ({ declaration, place: {} }));
  const today = localDateOf(dayNumberOf(at));
  const agreed = (await reading.agreements.living()).filter(({ state, content, endedFrom }) => state === "active" && (endedFrom ?? content.until) > today);
  /** What an enterprise has is offered in the copy where it is in the original. */
  const bought = (unitId: UnitId, classId: ClassId): boolean => units.get(unitId)?.kind !== "supplier" || agreed.some(({ content }) => content.provider === unitId && content.classes.some((one) => one.classId === classId));
  const resources: ResourceDeclaration[] = [];
  for await (const { id: _id, generation: _generation, state, ...declared } of every((page) => reading.resources.list({ own: true }, page))) {
    // The total of a derived resource follows the assets that are copied with it.
    if (state !== "retired") resources.push({ ...declared, total: declared.derived ? null : declared.total, state: bought(declared.unitId, declared.classId) ? state : "registered" });
  }
  const assets: AssetDeclaration[] = [];
  for await (const { id: _id, generation: _generation, state, personId: _personId, resourceId: _resourceId, ...declared } of every((page) => reading.assets.list({}, page))) {
    if (state === "in-service") assets.push(declared);
  }
  const items = [];
  for await (const { guide } of every((page) => reading.items.list({}, page))) items.push(guide);
  return ok({
    pool: {
      declaration: {
        id,
        names: original.names,
        division: original.division,
        timeZone: original.timeZone,
        calendarId: original.calendarId as CalendarId,
        divisionsRoot: original.division,
        divisionNames: new Map(),
        zones: [...zones.values()],
      },
      place: {},
    },
    divisions: rows(divisions.values()),
    calendars: rows(calendars.values()),
    classes: rows([...classes.values()].map(({ generation: _generation, ...declared }) => declared)),
    traits: rows(traits.values()),
    priorities: rows(await reading.priorities.classes()),
    units: rows([...units.values()].filter(({ state }) => state === "active").map(({ state: _state, generation: _generation, kind, ...declared }) => (kind === "supplier" ? { ...declared, kind } : declared))),
    resources: rows(resources),
    assets: rows(assets),
    items: rows(items),
    bundles: rows((await reading.bundles.all()).map(({ generation: _generation, ...declared }) => declared)),
    cohorts: rows((await reading.quotas.cohorts()).map(({ generation: _generation, ...declared }) => declared)),
    quotas: rows((await reading.quotas.all()).flatMap(({ generation: _generation, ...declared }) => (units.get(declared.unitId)?.state === "active" ? [declared] : []))),
    sharing: { declaration: await sharingOf(reading), place: {} },
    alertRules: [],
    standingLimits: [],
    reorganisations: [],
    taskForces: [],
    agreements: rows(agreed.map(({ id: named, content }) => ({ id: named, content }))),
    register: register.value,
  });
}

async function sharingOf(reading: Reading): Promise<SharingDeclaration> {
  const { generation: _generation, items, ...declared } = await reading.quotas.sharing();
  const there = await reading.items.codes();
  return { ...declared, items: items.filter(({ item }) => there.has(item)) };
}

const PAGE = 2_000;

async function* every<T>(list: (page: PageAsked) => Promise<Page<T>>): AsyncGenerator<T> {
  let after: string | undefined;
  do {
    const page = await list({ limit: PAGE, after });
    yield* page.rows;
    after = page.next ?? undefined;
  } while (after !== undefined);
}
