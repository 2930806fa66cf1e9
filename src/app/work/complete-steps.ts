import type { PoolId, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Command } from "../../domain/pool/command.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { completeStep as complete, startStep as start, type CaseFile, type Use } from "../../domain/request/case.js";
import { isClosed } from "../../domain/request/lifecycle.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Allowed } from "../ports/authorizer.js";
import type { AuditEntry } from "../ports/audit.js";
import type { LockedCase } from "../ports/request.js";
import type { Transaction } from "../ports/store.js";
import { doingOf, groundsOf, isPublicId, mayOnStep } from "../request/act-on-case.js";
import { keyOfApplicant } from "../request/applicant-key.js";
import { followBundle } from "../request/follow-bundle.js";
import { sealGrounds } from "../request/sealed-answers.js";
import type { StepRef } from "./start-step.js";
import { mayWorkOn } from "../persons/may-work.js";
import { stepAudit, stepOutcome, type StepOutcome } from "./step-record.js";

export interface Completion extends StepRef {
  /** What each claim used; claims left out settle all they hold. */
  readonly settle?: readonly Use[] | undefined;
  /** What is to be remembered: the outside system's own number, a remark. */
  readonly note?: string | undefined;
}

/** What came of one completion of many. */
export interface CompletionOutcome extends StepRef {
  readonly outcome: Result<StepOutcome>;
}

/** At most this many in one call. */
export const COMPLETIONS_MAX = 500;

/** Completes one step. Its holds are settled, what follows it becomes ready, and after the last one the request is complete. */
export async function completeStep(deps: AppDeps, actor: Actor, pool: PoolId, completion: Completion): Promise<Result<StepOutcome>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<StepOutcome>> => {
    const locked = isPublicId(completion.publicId) ? await tx.requests.lock([completion.publicId]) : [];
    const [only] = await completeAll(tx, { deps, actor, pool, at, atOnce: "external" }, locked, [completion]);
    return only ? only.outcome : refused(problem("object.not_found", { kind: "step" }));
  });
}

/**
 * Takes the results of many steps at once, as another system reports them. Each has its own outcome: one that is refused
 * stops no other. Steps nobody had begun are begun and ended in one.
 */
export async function completeSteps(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  completions: readonly Completion[],
): Promise<Result<readonly CompletionOutcome[]>> {
  const allowed = await deps.authorizer.needsSignIn(actor, "step.complete");
  if (allowed) return refused(problem("access.sign_in_required", {}));
  if (completions.length < 1 || completions.length > COMPLETIONS_MAX) {
    return refused(problem("input.out_of_range", { min: 1, max: COMPLETIONS_MAX }, { field: "completions" }));
  }
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx) => {
    const wanted = [...new Set(completions.map(({ publicId }) => publicId).filter(isPublicId))];
    const locked = await tx.requests.lock(wanted);
    return ok(await completeAll(tx, { deps, actor, pool, at, atOnce: "all" }, locked, completions));
  });
}

export interface CompletingContext {
  readonly deps: AppDeps;
  readonly actor: Actor;
  readonly pool: PoolId;
  readonly at: Instant;
  /** Which steps may be begun and ended in one act: those of outside systems and of machines, or all. */
  readonly atOnce: "external" | "all";
  /** Asked instead of the policy's answer about each request: for the machine, which was asked once. */
  readonly permission?: Allowed;
  /** What the record of a step says besides. */
  readonly factsOf?: (step: StepId) => Readonly<Record<string, unknown>>;
}

/** Everything one transaction gathers before it is written in one round trip. */
interface Gathered {
  readonly files: Map<LockedCase, { file: CaseFile; readonly changed: Set<StepId> }>;
  readonly audit: AuditEntry[];
  readonly commands: Command[];
  policyVersion: number;
}

/** Completes steps of locked requests and writes all of it together: three statements, however many steps. */
export async function completeAll(
  tx: Transaction,
  context: CompletingContext,
  locked: readonly LockedCase[],
  completions: readonly Completion[],
): Promise<readonly CompletionOutcome[]> {
  const byId = new Map(locked.map((one) => [one.publicId, one]));
  const gathered: Gathered = { files: new Map(), audit: [], commands: [], policyVersion: 0 };
  const outcomes: CompletionOutcome[] = [];
  for (const completion of completions) {
    const { publicId, step } = completion;
    const outcome = await completeOne(tx, context, byId.get(publicId), completion, gathered);
    outcomes.push({ publicId, step, outcome });
  }
  if (gathered.files.size === 0) return outcomes;
  const changes = [...gathered.files.values()].map(({ file, changed }) => ({ file, changed: [...changed], at: context.at }));
  await Promise.all([
    tx.requests.save(changes),
    tx.audit.append(...gathered.audit),
    tx.commands.append(actorIdOf(context.actor), context.at, ...gathered.commands),
  ]);
  const closed = [...gathered.files].filter(([, { file }]) => isClosed(file.status.state)).map(([one]) => one);
  await followBundle(tx, closed, gathered.policyVersion, context.at);
  return outcomes;
}

async function completeOne(
  tx: Transaction,
  context: CompletingContext,
  locked: LockedCase | undefined,
  { step: name, settle, note }: Completion,
  gathered: Gathered,
): Promise<Result<StepOutcome>> {
  const { deps, actor, pool, at } = context;
  const before = locked && (gathered.files.get(locked)?.file ?? locked.file);
  const step = before?.steps.find((each) => each.name === name);
  if (!locked || !before || !step) return refused(problem("object.not_found", { kind: "step" }));
  const permission = context.permission ? ok(context.permission) : await mayOnStep(deps, actor, pool, "step.complete", locked, step.id);
  if (!permission.ok) return permission;
  // A step of another system or of the machine is nobody's to sit on; a person's is asked about when it begins and ends.
  const persons = step.mode === "human" ? await mayWorkOn(deps, tx, actor, pool, locked, step.id, at) : ok();
  if (!persons.ok) return persons;
  const checked = note === undefined || note.trim() === "" ? ok(null) : groundsOf(note, "note");
  if (!checked.ok) return checked;

  const doing = doingOf(actor, at);
  const atOnce = step.state === "ready" && (context.atOnce === "all" || step.mode !== "human");
  const begun = atOnce ? start(before, step.id, doing) : undefined;
  if (begun && !begun.ok) return begun;
  // The writer is told of the end alone: begun and ended in one act, there is no time between to guard.
  const act = complete(begun?.value.case ?? before, step.id, settle ?? [], doing);
  if (!act.ok) return act;

  const noted = checked.value === null ? act.value.case : withNote(act.value.case, step.id, checked.value);
  const gatheredFile = gathered.files.get(locked) ?? { file: noted, changed: new Set<StepId>() };
  gatheredFile.file = noted;
  for (const id of act.value.changed) gatheredFile.changed.add(id);
  gathered.files.set(locked, gatheredFile);
  gathered.commands.push(...act.value.commands);
  gathered.policyVersion = permission.value.policyVersion;
  const key = checked.value === null ? null : await keyOfApplicant(tx, locked.applicantId);
  gathered.audit.push(
    stepAudit({
      act: "step.complete",
      actor,
      locked,
      step,
      before,
      after: noted,
      at,
      policyVersion: permission.value.policyVersion,
      facts: {
        settle: act.value.settle,
        ...(act.value.overrun.length === 0 ? {} : { overrun: act.value.overrun }),
        ...(key === null || checked.value === null ? {} : { noteSealed: sealGrounds(deps.vault, key, checked.value) }),
        ...context.factsOf?.(step.id),
      },
    }),
  );
  return ok(stepOutcome(locked, noted, step.id));
}

const withNote = (file: CaseFile, id: StepId, note: string): CaseFile => ({
  ...file,
  steps: file.steps.map((step) => (step.id === id ? { ...step, grounds: note } : step)),
});

