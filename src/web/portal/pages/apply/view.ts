import type { FormField, Material, Names } from "../../../../domain/catalogue/item.js";
import type { Problem } from "../../../../domain/problem.js";

export interface PlaceOption {
  readonly value: string;
  readonly names: Names;
  /** Townships stand under their county. */
  readonly group?: Names;
}

/** What every page of one application knows. */
export interface ApplyView {
  /** An item or a bundle. */
  readonly names: Names;
  readonly guideHref: string;
  readonly problems: readonly Problem[];
  /** 1-based, and how many pages there are. */
  readonly step: number;
  readonly steps: number;
}

export interface BeginView extends ApplyView {
  readonly action: string;
  /** Of a draft that exists; without one the form makes it. */
  readonly generation?: number;
  readonly idempotencyKey: string;
  readonly returning: boolean;
  readonly places: readonly PlaceOption[];
  readonly division: string | undefined;
  /** Whom the person may apply for; empty strings stand for themselves. */
  readonly who: readonly { readonly code: string; readonly name: string }[];
  readonly mayBeSelf: boolean;
  readonly enterprise: string | undefined;
}

export interface DetailsView extends ApplyView {
  readonly action: string;
  readonly back: string;
  readonly generation: number;
  readonly fields: readonly FormField[];
  readonly answers: Readonly<Record<string, string>>;
  readonly places: readonly PlaceOption[];
  /** Return to check-answers instead of going on. */
  readonly returning: boolean;
}

export interface PapersView extends ApplyView {
  readonly action: string;
  readonly back: string;
  readonly generation: number;
  readonly returning: boolean;
  readonly materials: readonly Material[];
  readonly ready: readonly string[];
}

export interface CheckView extends ApplyView {
  readonly action: string;
  readonly back: string;
  readonly generation: number;
  readonly idempotencyKey: string;
  readonly place: string;
  readonly placeHref: string;
  readonly applicant: string;
  readonly answers: readonly { readonly field: string; readonly label: string; readonly value: string | undefined; readonly href: string }[];
  readonly materials: readonly Material[];
  readonly ready: readonly string[];
  readonly papersHref: string;
}

/** Few questions a page: personal ones together, long texts alone, at most four of the rest. */
const GROUP_MAX = 4;

export function groupFields(fields: readonly FormField[]): readonly (readonly FormField[])[] {
  const groups: FormField[][] = [];
  const personal = fields.filter((field) => field.personal === true);
  const rest = fields.filter((field) => field.personal !== true);
  for (const list of [personal, rest]) {
    let open: FormField[] | undefined;
    for (const field of list) {
      if (open === undefined || open.length >= GROUP_MAX) groups.push((open = []));
      open.push(field);
    }
  }
  return groups;
}
