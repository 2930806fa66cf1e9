import { problem } from "./problem.js";
import { ok, refused, type Result } from "./result.js";

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** Names people chose: lower-case letters, digits, hyphens; 2 to 63 characters. */
export type PoolId = Branded<string, "PoolId">;
export type UnitId = Branded<string, "UnitId">;
export type CalendarId = Branded<string, "CalendarId">;
export type TraitId = Branded<string, "TraitId">;
export type AgreementId = Branded<string, "AgreementId">;
export type ZoneId = Branded<string, "ZoneId">;
export type CohortId = Branded<string, "CohortId">;
/** `kind.name`, such as `staff.review`. */
export type ClassId = Branded<string, "ClassId">;
/** GB/T 2260 (6 digits), with the statistical extension to townships (9) and villages (12). */
export type DivisionCode = Branded<string, "DivisionCode">;
/** As the catalogue's owner wrote it; unique in a pool. */
export type ItemCode = Branded<string, "ItemCode">;
/** A person across all pools; a UUID. */
export type PersonId = Branded<string, "PersonId">;

/** Numbers the database gave. */
export type ResourceId = Branded<number, "ResourceId">;
export type AssetId = Branded<number, "AssetId">;
export type RequestId = Branded<number, "RequestId">;
export type StepId = Branded<number, "StepId">;
export type ClaimId = Branded<number, "ClaimId">;
export type CommandId = Branded<number, "CommandId">;
export type LoanId = Branded<number, "LoanId">;

const NAME = /^[a-z0-9][a-z0-9-]{1,62}$/;
const CLASS = /^(function|staff|funds|material|data)(\.[a-z0-9][a-z0-9-]{0,40}){1,3}$/;
const DIVISION = /^[1-9]\d{5}(\d{3}(\d{3})?)?$/;
// Real catalogues write codes with letters, digits, hyphens, dots and underscores.
const ITEM = /^[A-Za-z0-9][A-Za-z0-9._-]{1,119}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const parser =
  <T extends string>(pattern: RegExp, expected: string) =>
  (text: string, field?: string): Result<T> =>
    pattern.test(text)
      ? ok(text as T)
      : refused(problem("input.invalid", { expected }, field === undefined ? {} : { field }));

const nameRule = "2–63 × a–z 0–9 -";
export const parsePoolId = parser<PoolId>(NAME, nameRule);
export const parseUnitId = parser<UnitId>(NAME, nameRule);
export const parseCalendarId = parser<CalendarId>(NAME, nameRule);
export const parseTraitId = parser<TraitId>(NAME, nameRule);
export const parseAgreementId = parser<AgreementId>(NAME, nameRule);
export const parseZoneId = parser<ZoneId>(NAME, nameRule);
export const parseCohortId = parser<CohortId>(NAME, nameRule);
export const parseResourceCode = parser<string>(NAME, nameRule);
export const parseClassId = parser<ClassId>(CLASS, "function|staff|funds|material|data . a–z 0–9 -");
export const parseDivisionCode = parser<DivisionCode>(DIVISION, "GB/T 2260: 6, 9, 12 digits");
export const parseItemCode = parser<ItemCode>(ITEM, "2–120 × A–Z a–z 0–9 . _ -");
export const parsePersonId = parser<PersonId>(UUID, "UUID");
/** What a request is called in links. */
export const parsePublicId = parser<string>(UUID, "UUID");

/** For values that come from our own database, where they were parsed on the way in. */
export const trusted = <T extends string | number>(value: string | number): T => value as T;
