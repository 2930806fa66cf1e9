import type { PoolId, StepId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { actorIdOf, SYSTEM_PERSON, type SystemActor } from "../../domain/policy/subject.js";
import { periodAt } from "../../domain/pool/period.js";
import type { ClaimAsk } from "../../scheduler/contract.js";
import type { AppDeps } from "../deps.js";
import { offersOf } from "../direct/find-offers.js";
import type { ToOffer } from "../ports/drain.js";
import type { Transaction } from "../ports/store.js";
import { pause } from "../work/pause.js";

/** Times held for each whose own could not be kept. */
export const ALTERNATIVES = 3;
const HOUR_MS = 3_600_000;
/** How long they are held; never past their own beginning. */
const HELD_MS = 24 * HOUR_MS;
/** Nobody is offered a time they could hardly reach. */
const NOTICE_MS = 2 * HOUR_MS;
/** Free times that are looked at for one person: some days of half-hours. */
const TIMES_MAX = 80;
const TIMES_A_DAY = 16;
/** Persons in one pass: the pools after this one do not wait long. */
const PERSONS_A_PASS = 20;
const LEFT_OVER_A_PASS = 200;
/** Whom nothing could be found for is looked at again after this, milliseconds of this machine. */
const AGAIN_MS = 60_000;

type Deps = Pick<AppDeps, "store" | "authorizer" | "clock" | "queueReader">;

/** Whom nothing was found for, and until when they are left out: what a process remembers between two passes. */
export type Fruitless = Map<string, number>;

/**
 * Holds three times for everybody whose own a drain could not keep, near to what they had, and lets go of those that are no longer
 * for anybody. Each is a direct claim of the competent unit that ends by itself; the step keeps its place, and what it has meanwhile.
 * Any number of processes may: a drain's row is locked while one adds.
 * @returns how many times were held or given back.
 */
export async function offerAlternatives(deps: Deps, pool: PoolId, fruitless: Fruitless = new Map(), machineMs = 0): Promise<number> {
  const actor: SystemActor = { kind: "system", poolId: pool, task: "alternatives" };
  const allowed = await deps.authorizer.may(actor, "drain.offer", { poolId: pool });
  if (!allowed.ok) throw new Error(`offering alternatives is not permitted: ${allowed.problems[0].code}`);
  const read = deps.store.read(pool);
  for (const [key, until] of fruitless) if (until <= machineMs) fruitless.delete(key);
  let done = 0;
  // Two who are looked at one after another before the writer has answered are not to be sent to one half-hour.
  const promised = new Set<string>();
  const due = await read.drains.toOffer(PERSONS_A_PASS + fruitless.size, ALTERNATIVES);
  const waiting = due.filter(({ drain, step }) => !fruitless.has(`${drain}/${step}`)).slice(0, PERSONS_A_PASS);
  for (const one of waiting) {
    const asks = await read.directClaims.asksOf(one.step);
    const found = await offersOf(deps as AppDeps, pool, asks, { limit: TIMES_MAX, perStart: 1, perDay: TIMES_A_DAY });
    // A writer that does not answer is asked again in the next pass.
    if (!found.ok) continue;
    const at = await deps.clock.now(pool);
    const held = await deps.store.transact(pool, (tx) => hold(tx, one, asks, found.value.offers.map(({ startsAt }) => startsAt), promised, { actor, at, policyVersion: allowed.value.policyVersion }));
    if (held === 0) fruitless.set(`${one.drain}/${one.step}`, machineMs + AGAIN_MS);
    done += held;
  }
  const left = await read.drains.leftOver(LEFT_OVER_A_PASS);
  if (left.length > 0) {
    const at = await deps.clock.now(pool);
    done += await deps.store.transact(pool, (tx) => letGo(tx, left, actorIdOf(actor), at));
  }
  return done;
}

interface Holding {
  readonly actor: SystemActor;
  readonly at: Instant;
  readonly policyVersion: number;
}

async function hold(tx: Transaction, one: ToOffer, asks: readonly ClaimAsk[], free: readonly Instant[], promised: Set<string>, { actor, at, policyVersion }: Holding): Promise<number> {
  await tx.drains.lock(one.drain);
  const there = (await tx.drains.alternatives(one.step)).filter(({ drain, state }) => drain === one.drain && state !== "over");
  const slots = await slotClaims(tx, asks);
  const [first] = slots;
  if (first === undefined || there.some(({ state }) => state === "chosen")) return 0;
  const classId = asks[first]!.classId;
  const known = new Set(there.map(({ startsAt }) => startsAt));
  const near = free
    .filter((start) => start >= at + NOTICE_MS && start !== one.isAt && !known.has(start))
    .toSorted((a, b) => Number(promised.has(`${classId}/${a}`)) - Number(promised.has(`${classId}/${b}`)) || Math.abs(a - one.wasAt) - Math.abs(b - one.wasAt) || a - b)
    .slice(0, Math.max(0, ALTERNATIVES - there.length));
  const steps: StepId[] = [];
  for (const start of near) {
    const claims = asks.map((ask, ordinal): ClaimAsk => ({ ...ask, named: slots.includes(ordinal) && (ordinal === first || ask.together) ? { resource: null, generation: null, period: periodAt("slot", start) } : null }));
    const made = await tx.directClaims.insert(
      { unitId: asks[first]!.unitId as UnitId, createdBy: SYSTEM_PERSON, title: one.number, project: null, division: asks[first]!.division, holdUntil: Math.min(at + HELD_MS, start), waits: false, claims },
      at,
    );
    await tx.drains.addAlternative(one, made.publicId, start, at);
    promised.add(`${classId}/${start}`);
    steps.push(made.step);
  }
  if (steps.length === 0) return 0;
  await tx.commands.append(actorIdOf(actor), at, { kind: "step.ready", steps, turns: steps.map(() => 1) });
  await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "drain.offer", objectKind: "drain", objectId: String(one.drain), after: { request: one.number, step: one.step, starts: near.map((start) => new Date(start).toISOString()) }, policyVersion });
  return steps.length;
}

async function slotClaims(tx: Transaction, asks: readonly ClaimAsk[]): Promise<readonly number[]> {
  const slots = new Set((await tx.classes.all()).flatMap(({ id, period }) => (period === "slot" ? [id] : [])));
  return asks.flatMap(({ classId }, ordinal) => (slots.has(classId) ? [ordinal] : []));
}

/** Gives back what was held for somebody who needs it no more. Those that ended meanwhile are left as they are. */
export async function letGo(tx: Transaction, claims: readonly string[], by: string, at: Instant): Promise<number> {
  const steps: StepId[] = [];
  for (const publicId of claims) {
    const locked = await tx.directClaims.lock(publicId);
    if (!locked || (locked.state !== "asked" && locked.state !== "held")) continue;
    await tx.directClaims.release(locked, at);
    steps.push(locked.step);
  }
  if (steps.length > 0) await tx.commands.append(by, at, { kind: "claim.released", steps });
  return steps.length;
}

export interface AlternativesKeeper {
  stop(): Promise<void>;
}

/** Offers in all pools until it is stopped. */
export function keepOffering(deps: AppDeps, { pauseMs = 1_000, machineMs, onFault }: { readonly pauseMs?: number; readonly machineMs: () => number; readonly onFault: (error: unknown, pool: PoolId) => void }): AlternativesKeeper {
  const stopping = new AbortController();
  const fruitless = new Map<PoolId, Fruitless>();
  const done = (async () => {
    while (!stopping.signal.aborted) {
      let busy = 0;
      for (const { id } of await deps.pools.list().catch(() => [])) {
        if (stopping.signal.aborted) break;
        const without = fruitless.get(id) ?? new Map<string, number>();
        fruitless.set(id, without);
        try {
          busy += await offerAlternatives(deps, id, without, machineMs());
        } catch (error) {
          onFault(error, id);
        }
      }
      await pause(busy > 0 ? Math.min(pauseMs, 100) : pauseMs, stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
