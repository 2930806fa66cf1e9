import type { Instant } from "../../domain/instant.js";
import type { Problem } from "../../domain/problem.js";
import type { WhatIfResult } from "../../domain/what-if/result.js";
import type { Scenario } from "../../domain/what-if/scenario.js";
import type { PoolId } from "../../domain/id.js";
import type { Page, PageAsked } from "./page.js";

/** `refused` the scenario says what the copy has not · `failed` nobody works on it any more. */
export type WhatIfState = "waiting" | "running" | "done" | "refused" | "failed" | "cancelled";

export interface WhatIfSummary {
  readonly id: string;
  readonly name: string;
  readonly state: WhatIfState;
  /** Of both runs, in percent. */
  readonly progress: number;
  readonly problems: readonly Problem[];
  readonly resultHash: string | null;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly endedAt: Instant | null;
}

export interface WhatIfRecord extends WhatIfSummary {
  readonly scenario: Scenario;
  readonly result: WhatIfResult | null;
}

export interface WhatIfs {
  /** Until the transaction ends nobody else of this pool begins one. */
  lock(): Promise<void>;
  begin(one: { readonly id: string; readonly scenario: Scenario; readonly askedBy: string }): Promise<void>;
  get(id: string): Promise<WhatIfRecord | null>;
  /** Newest first. */
  list(page: PageAsked): Promise<Page<WhatIfSummary>>;
  /** Those that wait or run. */
  unfinished(): Promise<number>;
  count(): Promise<number>;
  /** Says how far it is; also shows that somebody lives. False: it was cancelled or removed. */
  progress(id: string, percent: number): Promise<boolean>;
  /** Somebody will play it, after others. */
  stillWaits(id: string): Promise<void>;
  finish(id: string, result: WhatIfResult): Promise<void>;
  stop(id: string, as: "refused" | "failed" | "cancelled", problems: readonly Problem[]): Promise<boolean>;
  /** Those nobody has worked on for so long have failed. */
  abandon(idleMs: number, why: readonly Problem[]): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Plays scenarios beside the requests that ask for them, one at a time, where serving does not wait for it. */
export interface WhatIfRunner {
  enqueue(job: { readonly pool: PoolId; readonly id: string; readonly scenario: Scenario }): void;
  /** Ends it, if it is played here. */
  cancel(id: string): void;
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}
