import type { Names } from "../../domain/catalogue/item.js";
import type { PersonId, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { NumberUse } from "../../domain/pool/command.js";

/** A step that asked for a number set by law, and what became of it. */
export interface NumberedStep {
  readonly step: StepId;
  readonly name: string;
  /** What each number is of. */
  readonly classNames: readonly Names[];
  /** What it was granted and still has; empty before the grant and after an annulment. */
  readonly settled: readonly NumberUse[];
  /** What it is granted and has not used yet. */
  readonly held: readonly NumberUse[];
  readonly annulled: { readonly at: Instant; readonly basis: string } | null;
}

/** Numbers that law sets (a quota of licences), as they were given out. */
export interface Numbers {
  /** Of a request, the steps that ever held a number. */
  ofRequest(publicId: string): Promise<readonly NumberedStep[]>;
  annul(step: StepId, annulment: { readonly basis: string; readonly by: PersonId; readonly at: Instant }): Promise<void>;
}
