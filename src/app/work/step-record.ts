import type { StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import type { CaseFile, CaseStep } from "../../domain/request/case.js";
import type { RequestState, StepState } from "../../domain/request/lifecycle.js";
import type { AuditEntry } from "../ports/audit.js";
import type { LockedCase } from "../ports/request.js";

/** How a step and its request stand after an act. */
export interface StepOutcome {
  readonly publicId: string;
  readonly number: string;
  readonly step: string;
  readonly state: StepState;
  readonly requestState: RequestState;
}

export function stepOutcome({ publicId, number }: LockedCase, file: CaseFile, id: StepId): StepOutcome {
  const step = file.steps.find((each) => each.id === id);
  if (!step) throw new Error(`step ${id} is not part of request ${number}`);
  return { publicId, number, step: step.name, state: step.state, requestState: file.status.state };
}

/** The audit record of an act on a step: both states before and after, and what the act adds. */
export function stepAudit(of: {
  readonly act: "step.start" | "step.complete" | "step.reject" | "step.hand-over";
  readonly actor: Actor;
  readonly locked: LockedCase;
  /** As it was. */
  readonly step: CaseStep;
  /** The request as it was before this act, when earlier acts of the same batch changed it. */
  readonly before?: CaseFile;
  readonly after: CaseFile;
  readonly at: Instant;
  readonly policyVersion: number;
  readonly facts?: Readonly<Record<string, unknown>>;
}): AuditEntry {
  const { locked, step, after } = of;
  return {
    occurredAt: of.at,
    actorId: actorIdOf(of.actor),
    act: of.act,
    objectKind: "step",
    objectId: `${locked.publicId}/${step.name}`,
    before: { state: step.state, request: (of.before ?? locked.file).status.state },
    after: { state: stepOutcome(locked, after, step.id).state, request: after.status.state, ...inTheNameOf(locked), ...of.facts },
    policyVersion: of.policyVersion,
  };
}

/** What a record says of an act on a task force's case: whose it is in law. */
export const inTheNameOf = ({ leadUnitId }: Pick<LockedCase, "leadUnitId">): { readonly inTheNameOf?: string } => (leadUnitId === null ? {} : { inTheNameOf: leadUnitId });
