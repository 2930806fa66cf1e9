import type { PersonId, RequestId, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { RecusalGround } from "../../domain/request/recusal.js";
import type { Barred } from "../../scheduler/contract.js";
import type { Page, PageAsked } from "./page.js";

/** In whose matters an officer takes no part. */
export type RecusalSubject =
  | { readonly kind: "person"; readonly personId: PersonId }
  | { readonly kind: "enterprise"; readonly enterpriseCode: string }
  | { readonly kind: "request"; readonly requestId: RequestId; readonly number: string };

/** As somebody names it: a request is locked only when the row before it is. */
export type SubjectMeant = Exclude<RecusalSubject, { readonly kind: "request" }> | { readonly kind: "request"; readonly publicId: string; readonly number: string };

export interface Recusal {
  readonly id: number;
  readonly officerId: PersonId;
  readonly subject: RecusalSubject;
  readonly ground: RecusalGround;
  readonly validFrom: Instant;
  readonly validTo: Instant | null;
  readonly declaredBy: PersonId;
  readonly declaredAt: Instant;
}

export interface Recusals {
  /** One that was not withdrawn. */
  get(id: number): Promise<Recusal | null>;
  /** Those of the officers that were not withdrawn; undefined: all of the pool. */
  list(officers: readonly PersonId[] | undefined, page: PageAsked): Promise<Page<Recusal>>;
  /** An equal one that was not withdrawn. */
  same(officer: PersonId, subject: SubjectMeant, ground: RecusalGround, validTo: Instant | null): Promise<Recusal | null>;
  insert(recusal: Omit<Recusal, "id">): Promise<number>;
  withdraw(id: number, by: PersonId, at: Instant): Promise<void>;
  /** Those that were not withdrawn and whose last day has passed. */
  ended(at: Instant): Promise<readonly Recusal[]>;
  /** Steps that stand ready and are the recusal's subject's. */
  readyStepsOf(id: number): Promise<readonly StepId[]>;
  /** Why the person takes no part in the step; empty: they may. */
  groundsAgainst(step: StepId, person: PersonId): Promise<readonly Barred["ground"][]>;
  /** Steps that stand ready in which the person takes no part. */
  readySteps(person: PersonId): Promise<readonly StepId[]>;
}
