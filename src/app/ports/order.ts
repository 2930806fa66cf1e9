import type { Names } from "../../domain/catalogue/item.js";
import type { ClassId, ItemCode, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { PassingGround } from "../../domain/pool/order.js";
import type { StepState } from "../../domain/request/lifecycle.js";

/** What the books keep of a step's place, whether it still waits or was answered years ago. */
export interface PlacedStep {
  readonly requestPublicId: string;
  readonly number: string;
  readonly item: ItemCode;
  readonly itemVersion: number;
  readonly itemNames: Names;
  readonly unitNames: Names;
  readonly id: StepId;
  readonly name: string;
  readonly state: StepState;
  readonly attempt: number;
  readonly dueAt: Instant;
  readonly arrivedAt: Instant;
  readonly readyAt: Instant | null;
  readonly expectedMinutes: number;
  /** A confirmed ground: by its code, and how far it moves the step; null minutes: before everybody without one. */
  readonly priority: { readonly ground: string; readonly minutes: number | null } | null;
  readonly classes: readonly { readonly id: ClassId; readonly names: Names }[];
  /** Of the present attempt. */
  readonly decision: {
    readonly outcome: "granted" | "refused";
    readonly seq: number;
    readonly decidedAt: Instant;
    readonly policyVersion: number;
    readonly orderKey: number | null;
    readonly passed: { readonly step: StepId; readonly ground: PassingGround } | null;
  } | null;
}

/** Grants to steps that stood behind one that waited, by the ground recorded with each. */
export interface Passes {
  /** Looked at from here on: since the step was ready, or the newest decisions if there were too many since. */
  readonly from: Instant;
  readonly grounds: readonly { readonly ground: PassingGround; readonly count: number }[];
}

export interface OrderBook {
  /** Steps of the request that ask something, in the order of its recipe. */
  placed(publicId: string): Promise<readonly PlacedStep[]>;
  passesOf(step: StepId, key: number): Promise<Passes>;
  /** Names of grounds to be served before others. */
  groundNames(codes: readonly string[]): Promise<ReadonlyMap<string, Names>>;
}
