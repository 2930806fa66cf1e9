import type { ClassId, ItemCode, TraitId, UnitId } from "../id.js";
import type { Amount } from "../quantity.js";

export interface Names {
  readonly zh: string;
  readonly en: string;
}

/** The five task types of applications (政务服务事项 依申请类). */
export const TASK_TYPES = ["licence", "confirmation", "payment", "public-service", "other"] as const;
export type TaskType = (typeof TASK_TYPES)[number];

export type Audience = "person" | "enterprise";
export type Level = "prefecture" | "county" | "township";

/** Where a step stands in the applicant's eyes: 收件 受理 审查 决定 送达, plus inspection and payment. */
export const STAGES = ["accept", "review", "inspect", "decide", "pay", "deliver"] as const;
export type Stage = (typeof STAGES)[number];

export type StepMode = "human" | "automatic" | "external";

/** `competent`: only the competent unit's own resources. `pool`: any unit whose jurisdiction covers the place. */
export type ClaimScope = "competent" | "pool";

/** What a step will ask of the pool. */
export interface RecipeClaim {
  readonly class: ClassId;
  readonly amount: Amount;
  /** Different resources, each giving the amount: two officers, three vehicles; default 1. */
  readonly count?: number;
  readonly traits?: readonly TraitId[];
  readonly scope: ClaimScope;
  /** One start with the step's other `together` claims. */
  readonly together?: boolean;
  /** Consecutive half-hours of a slot class; default 1. */
  readonly slots?: number;
  /** May be split over several periods. */
  readonly spread?: boolean;
  /** Funds: the earmark that must be met. */
  readonly purpose?: string;
}

/** A law and its article. */
export interface LegalBasis {
  readonly law: Names;
  readonly article: string;
}

export interface RecipeStep {
  /** Unique within the recipe. */
  readonly step: string;
  readonly stage: Stage;
  readonly names: Names;
  readonly mode: StepMode;
  /** Steps that must be done first. */
  readonly after: readonly string[];
  readonly claims: readonly RecipeClaim[];
  /** Whoever worked these steps takes no part in this one, and by which law: the reviewer is not the decider. */
  readonly notBy?: LegalBasis & { readonly steps: readonly string[] };
  /** Why an inspection is not made by two certified officers of the acting organ. */
  readonly alone?: LegalBasis & { readonly reason: Names };
}

export interface Recipe {
  readonly steps: readonly RecipeStep[];
}

export interface Material {
  readonly material: string;
  readonly names: Names;
  readonly source: "applicant" | "government";
  readonly form: "original" | "copy" | "electronic";
  readonly copies: number;
  /** Government holds it already: the applicant need not bring it. */
  readonly waived: boolean;
  readonly note?: Names;
}

export interface FormField {
  readonly field: string;
  readonly names: Names;
  readonly type: "text" | "textarea" | "number" | "date" | "choice" | "division" | "phone" | "id-number";
  readonly required: boolean;
  readonly options?: readonly { readonly value: string; readonly names: Names }[];
  readonly hint?: Names;
  /** Masked on display and read only with a reason. */
  readonly personal?: boolean;
}

/** Everything an item's guide says (办事指南). Limits are working days. */
export interface ItemGuide {
  readonly item: ItemCode;
  readonly names: Names;
  readonly taskType: TaskType;
  readonly audience: readonly Audience[];
  readonly theme: string;
  readonly themeNames: Names;
  readonly lifeEvents: readonly string[];
  readonly line: string;
  readonly level: Level;
  /** Fixed holder; else the unit of that line and level at the place. */
  readonly unit?: UnitId;
  readonly basis: readonly LegalBasis[];
  /** The law leaves a choice to the officer (裁量): no machine decides it, whatever a request or a recipe says. */
  readonly discretion?: LegalBasis;
  readonly statutoryDays: number;
  readonly promisedDays: number;
  readonly visits: number;
  readonly modes: readonly string[];
  readonly conditions: readonly Names[];
  readonly materials: readonly Material[];
  readonly fee: { readonly fen: Amount; readonly basis?: string };
  readonly result: Names;
  readonly form: readonly FormField[];
  readonly recipe: Recipe;
  readonly source: string;
}

/** One version of an item as the catalogue holds it. */
export interface Item {
  readonly code: ItemCode;
  readonly version: number;
  readonly state: "draft" | "published" | "superseded" | "retired";
  readonly guessed: boolean;
  readonly guide: ItemGuide;
  readonly generation: number;
}
