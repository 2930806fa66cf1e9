import type { Action } from "../../domain/policy/action.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { dayNumberOf } from "../../domain/instant.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { Scenario } from "../../domain/what-if/scenario.js";
import type { AppDeps } from "../deps.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { Reading } from "../ports/store.js";
import type { WhatIfRecord, WhatIfSummary } from "../ports/what-if.js";
import { redacted, type SeenWhatIf } from "./redact.js";
import { scenarioProblems, type ScenarioPlaces } from "./check-scenario.js";

type WhatIfDeps = Pick<AppDeps, "store" | "authorizer" | "clock" | "whatIfRunner">;

/** No sign of life for so long: the process that played it is gone. */
const IDLE_MS = 120_000;
/** Of one pool: each is a copy in memory and a processor for a while. */
const UNDER_WAY_MAX = 5;
const KEPT_MAX = 500;

/** Takes a scenario; it is played in the background. `id` is given by the caller, who may have to name it before. */
export async function beginWhatIf(deps: WhatIfDeps, actor: Actor, { id, scenario }: { readonly id: string; readonly scenario: Scenario }): Promise<Result<WhatIfRecord>> {
  const allowed = await may(deps, actor, "what-if.create");
  if (!allowed.ok) return allowed;
  const pool = actor.poolId;
  const at = await deps.clock.now(pool);
  const reading = deps.store.read(pool);
  await abandoned(deps, actor);
  const problems = scenarioProblems(scenario, await placesOf(reading, scenario, dayNumberOf(at)));
  if (problems.length > 0) return unlessRefused(problems, undefined as never);
  const begun = await deps.store.transact(pool, async ({ whatIfs, audit }): Promise<Result<WhatIfRecord>> => {
    // Counted where nobody else counts, or several at once would pass.
    await whatIfs.lock();
    if ((await whatIfs.unfinished()) >= UNDER_WAY_MAX) return refused(problem("what-if.too_many_under_way", { max: UNDER_WAY_MAX }));
    if ((await whatIfs.count()) >= KEPT_MAX) return refused(problem("what-if.too_many_kept", { max: KEPT_MAX }));
    await whatIfs.begin({ id, scenario, askedBy: actorIdOf(actor) });
    await audit.append(entry(actor, "what-if.create", id, at, allowed.value, { name: scenario.name, seed: scenario.seed, days: scenario.days }));
    const record = await whatIfs.get(id);
    return record ? ok(record) : notFound;
  });
  if (!begun.ok) return begun;
  deps.whatIfRunner.enqueue({ pool, id, scenario });
  return begun;
}

/** The rows of a whole pool's catalogue are not read to know whether a few names are in it. */
async function placesOf(reading: Reading, { supply, demand, policy }: Scenario, today: number): Promise<ScenarioPlaces> {
  const drains = supply.flatMap((change) => ("drain" in change ? [change.drain] : []));
  const lent = supply.flatMap((change) => ("lend" in change ? (change.lend.resource ?? []) : []));
  const named = demand.flatMap((change) => ("surge" in change ? (change.surge.items ?? []) : "cliff" in change ? (change.cliff.items ?? []) : []));
  const [classes, units, divisions, resources, assets, items, versions] = await Promise.all([
    reading.classes.all(),
    reading.units.all(),
    reading.divisions.all(),
    reading.resources.byCodes([...drains.flatMap(({ resource }) => resource ?? []), ...lent]),
    reading.assets.byCodes(drains.flatMap(({ asset }) => asset ?? [])),
    named.length === 0 ? new Set<string>() : reading.items.codes(),
    policy?.version === undefined ? [] : reading.policies.list(),
  ]);
  const [unitIds, codes] = [new Set<string>(units.map(({ id }) => id)), new Set<string>(divisions.map(({ code }) => code))];
  return {
    today,
    classes: new Map(classes.map((one) => [one.id, one])),
    hasUnit: (id) => unitIds.has(id),
    hasDivision: (code) => codes.has(code),
    hasItem: (code) => items.has(code),
    hasResource: (code) => resources.has(code),
    hasAsset: (code) => assets.has(code),
    hasPolicy: (version) => versions.some((one) => one.version === version),
  };
}

export async function readWhatIf(deps: WhatIfDeps, actor: Actor, id: string): Promise<Result<SeenWhatIf>> {
  const allowed = await may(deps, actor, "what-if.read");
  if (!allowed.ok) return allowed;
  await abandoned(deps, actor);
  const record = await deps.store.read(actor.poolId).whatIfs.get(id);
  return record ? ok(await redacted(deps, actor, actor.poolId, record)) : notFound;
}

export async function listWhatIfs(deps: WhatIfDeps, actor: Actor, page: PageAsked): Promise<Result<Page<WhatIfSummary>>> {
  const allowed = await may(deps, actor, "what-if.read");
  if (!allowed.ok) return allowed;
  await abandoned(deps, actor);
  return ok(await deps.store.read(actor.poolId).whatIfs.list(page));
}

/** Ends one that waits or is played. */
export async function cancelWhatIf(deps: WhatIfDeps, actor: Actor, id: string): Promise<Result<WhatIfRecord>> {
  const allowed = await may(deps, actor, "what-if.cancel");
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(actor.poolId);
  const cancelled = await deps.store.transact(actor.poolId, async ({ whatIfs, audit }): Promise<Result<WhatIfRecord>> => {
    const found = await whatIfs.get(id);
    if (!found) return notFound;
    if (!(await whatIfs.stop(id, "cancelled", []))) return refused(problem("object.transition_illegal", { kind: "what-if", state: found.state, event: "cancel" }));
    await audit.append(entry(actor, "what-if.cancel", id, at, allowed.value, { name: found.name }));
    return ok((await whatIfs.get(id)) ?? found);
  });
  if (cancelled.ok) deps.whatIfRunner.cancel(id);
  return cancelled;
}

/** Removes one with its result; one that is played ends. */
export async function removeWhatIf(deps: WhatIfDeps, actor: Actor, id: string): Promise<Result<void>> {
  const allowed = await may(deps, actor, "what-if.remove");
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(actor.poolId);
  const removed = await deps.store.transact(actor.poolId, async ({ whatIfs, plans, audit }): Promise<Result<void>> => {
    const found = await whatIfs.get(id);
    if (!found) return notFound;
    const plan = await plans.triedWith(id);
    if (plan !== null) return refused(problem("what-if.kept_by_plan", { plan }));
    await whatIfs.remove(id);
    await audit.append(entry(actor, "what-if.remove", id, at, allowed.value, { name: found.name, hash: found.resultHash }));
    return ok();
  });
  if (removed.ok) deps.whatIfRunner.cancel(id);
  return removed;
}

const notFound = refused(problem("object.not_found", { kind: "what-if" }));

async function may({ authorizer }: WhatIfDeps, actor: Actor, action: Action): Promise<Result<number>> {
  const allowed = await authorizer.may(actor, action, { poolId: actor.poolId, unitId: null });
  return allowed.ok ? ok(allowed.value.policyVersion) : allowed;
}

const abandoned = ({ store }: WhatIfDeps, actor: Actor): Promise<void> => store.transact(actor.poolId, ({ whatIfs }) => whatIfs.abandon(IDLE_MS, [problem("what-if.interrupted", {})]));

const entry = (actor: Actor, act: Action, id: string, at: number, policyVersion: number, after: object) => ({ occurredAt: at, actorId: actorIdOf(actor), act, objectKind: "what-if", objectId: id, after, policyVersion });
