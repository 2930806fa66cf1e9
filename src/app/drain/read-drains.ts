import type { PoolId, StepId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { readableUnits } from "../pool/readable-units.js";
import type { Drain, DrainCounts, DrainNotice } from "../ports/drain.js";
import { groundsOf } from "../request/act-on-case.js";

/** Steps of one drain that are shown. */
const NOTICES_MAX = 1_000;

export async function listDrains(deps: AppDeps, actor: Actor, pool: PoolId, { lifted }: { readonly lifted: boolean }): Promise<Result<readonly (Drain & DrainCounts)[]>> {
  const readable = await readableUnits(deps, actor, pool, "drain.read");
  return readable.ok ? ok(await deps.store.read(pool).drains.list({ units: readable.value, lifted })) : readable;
}

export interface SeenDrain {
  readonly drain: Drain;
  readonly resources: readonly string[];
  /** Those who must be told first. */
  readonly notices: readonly DrainNotice[];
  /** The writer has answered, and nobody is left to be told. */
  readonly complete: boolean;
  readonly mayLift: boolean;
  readonly mayTell: boolean;
}

export const mustBeTold = ({ toldAt, state }: DrainNotice): boolean => toldAt === null && state !== "kept" && state !== "chosen" && state !== "over";

export async function readDrain(deps: AppDeps, actor: Actor, pool: PoolId, id: number): Promise<Result<SeenDrain>> {
  const read = deps.store.read(pool);
  const drain = await read.drains.get(id);
  if (!drain) return refused(problem("object.not_found", { kind: "drain" }));
  const object = { poolId: pool, unitId: drain.unitId };
  const allowed = await deps.authorizer.may(actor, "drain.read", object);
  if (!allowed.ok) return allowed;
  const [notices, covered, lift, tell] = await Promise.all([read.drains.notices(id, NOTICES_MAX), read.drains.ofDrain(id), deps.authorizer.may(actor, "drain.lift", object), deps.authorizer.may(actor, "drain.tell", object)]);
  return ok({ drain, resources: covered.map(({ code }) => code), notices, complete: drain.answered && !notices.some(mustBeTold), mayLift: lift.ok && drain.liftedAt === null, mayTell: tell.ok });
}

/** An officer has told whoever must come at another time, and says how. */
export async function recordTold(deps: AppDeps, actor: Actor, pool: PoolId, id: number, step: StepId, how: string): Promise<Result<SeenDrain>> {
  const at = await deps.clock.now(pool);
  const told = await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    const drain = await tx.drains.lock(id);
    if (!drain) return refused(problem("object.not_found", { kind: "drain" }));
    const allowed = await deps.authorizer.may(actor, "drain.tell", { poolId: pool, unitId: drain.unitId });
    if (!allowed.ok) return allowed;
    const words = groundsOf(how, "how");
    if (!words.ok) return words;
    const notice = (await tx.drains.notices(id, NOTICES_MAX)).find((one) => one.step === step);
    if (!notice) return refused(problem("object.not_found", { kind: "step" }));
    if (notice.toldAt !== null) return refused(problem("object.transition_illegal", { kind: "drain", state: "told", event: "tell" }));
    await tx.drains.tell(id, step, actorIdOf(actor), at, words.value);
    await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "drain.tell", objectKind: "drain", objectId: String(id), after: { step, request: notice.request?.number ?? null, how: words.value }, policyVersion: allowed.value.policyVersion });
    return ok();
  });
  return told.ok ? await readDrain(deps, actor, pool, id) : told;
}
