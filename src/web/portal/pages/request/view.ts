import type { TimelineEntry } from "../../../../app/request/request-view.js";
import type { Names, Stage, StepMode } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";
import type { RequestStateWord, StepStateWord } from "../../../../text/words.js";
import type { DeadlineView } from "../../components/deadline.js";

/** What is told beside the steps themselves. */
export type RequestEventWord = Exclude<TimelineEntry["event"], "received" | "step-started" | "step-done" | "step-rejected">;

export interface RequestView {
  readonly publicId: string;
  readonly number: string;
  readonly item: Names;
  readonly itemCode: string;
  readonly unit: Names;
  readonly unitPhone: string | null;
  /** Who is responsible in law, where a task force has it. */
  readonly lead: Names | null;
  readonly division: Names;
  readonly enterprise: string | null;
  readonly state: RequestStateWord;
  readonly receivedAt: Instant;
  readonly occurredAt: Instant | null;
  readonly promisedDueAt: Instant;
  readonly statutoryDueAt: Instant;
  readonly pausedAt: Instant | null;
  readonly closedAt: Instant | null;
  readonly grounds: string | null;
  readonly deadline: DeadlineView;
  /** Sentences: how many are before what waits, and on which grounds. */
  readonly order: readonly string[];
  readonly steps: readonly StepView[];
  /** What happened besides steps. */
  readonly events: readonly {
    readonly at: Instant;
    readonly event: RequestEventWord;
    readonly title: string;
    readonly units: readonly Names[];
    readonly grounds: string | null;
    /** What else is to be said: the law it rests on, what happens next. */
    readonly notes: readonly string[];
    /** It changes what is still to come, so it is said at the top, too. */
    readonly unsettled: boolean;
  }[];
  /** Steps for which the reader may choose when to come. */
  readonly appointments: readonly AppointmentView[];
  /** What became of the time that was just chosen. */
  readonly appointmentAnswer: AppointmentAnswer | undefined;
  readonly siblings: readonly { readonly publicId: string; readonly number: string; readonly item: Names; readonly state: RequestStateWord }[];
  /** For the applicant: the code of the receipt. */
  readonly statusCode: string | undefined;
  /** What was written with each supplement. */
  readonly supplements: readonly string[];
  /** Undefined: the reader may follow the request, not read its answers. */
  readonly answers: readonly { readonly label: string; readonly value: string | undefined }[] | undefined;
  /** Acts open to this reader now. */
  readonly may: { readonly withdraw: boolean; readonly supplement: boolean; readonly annul: readonly string[] };
}

export interface StepView {
  readonly names: Names;
  readonly stage: Stage;
  readonly mode: StepMode;
  readonly state: StepStateWord;
  /** Who works on it: the units whose resources it was given. */
  readonly units: readonly Names[];
  readonly dueAt: Instant;
  readonly plannedAt: Instant | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly grounds: string | null;
  /** Sentences: how the pool treated this step. */
  readonly explanation: readonly string[];
}

export const APPOINTMENT_ANSWERS = ["done", "asked", "cancelled", "taken"] as const;
export type AppointmentAnswer = (typeof APPOINTMENT_ANSWERS)[number];

export interface AppointmentView {
  readonly step: string;
  readonly names: Names;
  /** When it is arranged for; null: it waits. */
  readonly arranged: Instant | null;
  /** It is arranged for the time that was chosen, so it can be given back. */
  readonly picked: boolean;
  /** Null: nobody can say just now. */
  readonly times: readonly Instant[] | null;
  /** Times held for the applicant, whose own could not be kept; without any: they ended, unchosen. */
  readonly held: { readonly wasAt: Instant | null; readonly starts: readonly Instant[]; readonly until: Instant } | null;
  readonly idempotencyKey: string;
}
