import type { Names } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";
import type { Measure } from "../../../../domain/pool/class.js";
import type { PeriodKind, Period } from "../../../../domain/pool/period.js";
import type { Problem } from "../../../../domain/problem.js";
import type { StepStateWord } from "../../../../text/words.js";
import type { DeadlineView } from "../../components/deadline.js";
import type { RequestView } from "../request/view.js";

/** `todo` granted and not begun · `working` begun · `waiting` still without a place. */
export type QueueTab = "todo" | "working" | "waiting";

export interface DeskView {
  readonly unit: { readonly id: string; readonly names: Names };
  /** Units the person works for; a choice is shown when there are several. */
  readonly units: readonly { readonly id: string; readonly names: Names }[];
  readonly tab: QueueTab;
  readonly counts: Readonly<Record<QueueTab, number>>;
  readonly queue: readonly QueueRow[];
  readonly next: string | undefined;
  readonly selected: CaseView | undefined;
}

export interface QueueRow {
  readonly publicId: string;
  /** Within the recipe: with the request it names the step. */
  readonly stepName: string;
  readonly number: string;
  readonly item: Names;
  readonly step: Names;
  readonly place: Names;
  readonly deadline: DeadlineView;
  readonly plannedAt: Instant | null;
  /** Another unit's case: this one lends a hand. */
  readonly serving: boolean;
  /** The machine does it, unless it may not exercise the authority the step holds. */
  readonly automatic: boolean;
}

export interface CaseView {
  readonly publicId: string;
  readonly stepName: string;
  readonly stepNames: Names;
  readonly state: StepStateWord;
  readonly generation: number;
  readonly idempotencyKey: string;
  readonly request: RequestView;
  readonly allocations: readonly {
    readonly claimId: number;
    readonly resource: string;
    readonly resourceHref: string;
    readonly unit: Names;
    readonly classNames: Names;
    readonly measure: Measure;
    readonly periodKind: PeriodKind;
    readonly period: Period;
    readonly amount: number;
    readonly state: "held" | "settled" | "released" | "lapsed" | "annulled";
  }[];
  /** Personal values stand unmasked on this one page. */
  readonly revealed: boolean;
  readonly may: { readonly start: boolean; readonly complete: boolean; readonly reject: boolean; readonly askSupplement: boolean; readonly reveal: boolean; readonly handOver: boolean; readonly refer: boolean };
  /** To whom begun work may be handed over. */
  readonly officers: readonly { readonly value: string; readonly label: string }[];
  /** Why whoever looks takes no part in this step. */
  readonly barred: "own-case" | "recusal" | "separation" | undefined;
  /** Minutes of staff held, when there are any: what completing settles. */
  readonly staffClaims: readonly { readonly claimId: number; readonly classNames: Names; readonly heldMinutes: number }[];
  readonly problems: readonly Problem[];
  /** What was typed when a form came back with problems. */
  readonly typed: Readonly<Record<string, string>>;
  readonly explanation: readonly string[];
}
