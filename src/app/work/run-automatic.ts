import type { PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { SystemActor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { followContests } from "../contests/follow-contests.js";
import { endRecusals } from "../persons/recusals.js";
import { followAgreements } from "../rebalance/agreements.js";
import { dissolveDueTaskForces } from "../rebalance/dissolve-task-force.js";
import { applyDueReorganisations } from "../reorganise/reorganisations.js";
import { lookAtRules } from "../rules/look-at-rules.js";
import { followEmergencies } from "../emergency/settle.js";
import { deliverReferrals } from "../request/deliver-referral.js";
import { completeAll } from "./complete-steps.js";
import { pause } from "./pause.js";
import { reconsiderDelegated } from "./without-officer-again.js";

/** Steps one transaction completes. */
const BATCH_MAX = 200;

/**
 * Completes the granted automatic steps whose time has come; gives how many. Every one is recorded as the machine's act,
 * with the rule that allowed it and the trace of what it rested on: item version, decision, resources.
 */
export async function completeAutomaticSteps(deps: AppDeps, pool: PoolId): Promise<Result<number>> {
  const actor: SystemActor = { kind: "system", poolId: pool, task: "automatic-steps" };
  const permission = await deps.authorizer.may(actor, "step.automate", { poolId: pool });
  if (!permission.ok) return permission;
  const at = await deps.clock.now(pool);
  const due = await deps.store.read(pool).work.automatic(at, BATCH_MAX);
  if (due.length === 0) return ok(0);
  return await deps.store.transact(pool, async (tx) => {
    const locked = await tx.requests.lockOfSteps(due.map(({ step }) => step));
    const byStep = new Map(due.map((one) => [one.step, one]));
    const completions = locked.flatMap(({ publicId, file }) =>
      file.steps
        // Whoever was faster has left another state or another turn.
        .filter(({ id, attempt, state }) => state === "ready" && byStep.get(id)?.attempt === attempt)
        .map(({ name }) => ({ publicId, step: name })),
    );
    const outcomes = await completeAll(
      tx,
      {
        deps,
        actor,
        pool,
        at,
        atOnce: "external",
        permission: permission.value,
        factsOf: (step) => {
          const rested = byStep.get(step);
          return {
            automated: {
              rule: permission.value.rule,
              item: rested?.item,
              itemVersion: rested?.itemVersion,
              decision: rested?.decisionSeq,
              resources: rested?.resources,
            },
          };
        },
      },
      locked,
      completions,
    );
    return ok(outcomes.filter(({ outcome }) => outcome.ok).length);
  });
}

export interface AutomaticRunner {
  stop(): Promise<void>;
}

export interface AutomaticOptions {
  /** Milliseconds between two looks when there was nothing to do. */
  readonly pauseMs?: number;
  /** Told of faults; the runner goes on. */
  readonly onFault: (error: unknown, pool: PoolId) => void;
}

/** Looks through all pools for automatic steps, for referrals another pool has not received, for recusals that have ended, delegations that have begun, reforms whose moment has come, contests whose days are over, emergency orders and standing rules, until it is stopped. Any number of processes may do so at once. */
export function runAutomaticSteps(deps: AppDeps, { pauseMs = 500, onFault }: AutomaticOptions): AutomaticRunner {
  const stopping = new AbortController();
  /** Delegations that began until then brought back whom they could. */
  const delegatedUntil = new Map<PoolId, Instant>();
  const done = (async () => {
    while (!stopping.signal.aborted) {
      let completed = 0;
      for (const { id } of await deps.pools.list().catch(() => [])) {
        if (stopping.signal.aborted) break;
        try {
          await deliverReferrals(deps, id);
          await endRecusals(deps, id);
          await applyDueReorganisations(deps, id);
          await followContests(deps, id);
          completed += await followEmergencies(deps, id);
          completed += await lookAtRules(deps, id);
          await dissolveDueTaskForces(deps, id);
          completed += await followAgreements(deps, id);
          const now = await deps.clock.now(id);
          const brought = await reconsiderDelegated(deps, id, delegatedUntil.get(id) ?? 0, now);
          if (brought.ok) delegatedUntil.set(id, now);
          const pass = await completeAutomaticSteps(deps, id);
          if (pass.ok) completed += pass.value;
          else throw new Error(`automatic steps are not permitted: ${pass.problems[0].code}`);
        } catch (error) {
          onFault(error, id);
        }
      }
      if (completed === 0) await pause(pauseMs, stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
