import type { ClaimScope } from "../../domain/catalogue/item.js";
import { trusted, type ClassId, type DivisionCode, type UnitId } from "../../domain/id.js";
import { dayNumberOf, HALF_HOUR_MS, onOurClock, type Instant } from "../../domain/instant.js";
import { periodAt } from "../../domain/pool/period.js";
import { problem, type Problem } from "../../domain/problem.js";
import { AMOUNT_MAX, type Amount } from "../../domain/quantity.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { ClaimAsk } from "../../scheduler/contract.js";
import type { Reading } from "../ports/store.js";

/** A claim as people ask for it: names of things, instants. */
export interface AskedClaim {
  readonly class: string;
  readonly amount: Amount;
  readonly count?: number | undefined;
  readonly traits?: readonly string[] | undefined;
  /** Whose claim it is; absent: the claimant's. */
  readonly unit?: string | undefined;
  readonly scope?: ClaimScope | undefined;
  readonly together?: boolean | undefined;
  readonly slots?: number | undefined;
  readonly spread?: boolean | undefined;
  readonly purpose?: string | undefined;
  readonly earliest?: Instant | undefined;
  readonly sameUnit?: number | undefined;
  readonly sameResource?: number | undefined;
  /** A resource's code, and its generation as it was seen. */
  readonly resource?: string | undefined;
  readonly generation?: number | undefined;
  readonly start?: Instant | undefined;
}

/** Whose place it is for: a division of the pool; when none is named, the claimant's own. */
export async function divisionAsked(read: Reading, asked: string | undefined, own: DivisionCode): Promise<Result<DivisionCode>> {
  if (asked === undefined) return ok(own);
  const known = (await read.divisions.all()).find(({ code }) => code === asked);
  return known ? ok(trusted<DivisionCode>(known.code)) : refused(problem("input.unknown_reference", { kind: "division", id: asked }, { field: "division" }));
}

/** Turns what people wrote into what the engine asks; every unknown name and impossible time is told, each at its field. */
export async function askedClaims(read: Reading, claimant: UnitId, division: DivisionCode, asked: readonly AskedClaim[]): Promise<Result<readonly ClaimAsk[]>> {
  const [classes, traits, codes] = await Promise.all([
    read.classes.all(),
    read.traits.all(),
    read.directClaims.resourcesByCode(asked.flatMap(({ resource }) => resource ?? [])),
  ]);
  const units = new Map(await Promise.all([...new Set(asked.flatMap(({ unit }) => unit ?? []))].map(async (id) => [id, await read.units.get(id)] as const)));
  const problems: Problem[] = [];
  const starts: { at: number; start: Instant; day: number; slot: number | null }[] = [];
  const claims = asked.map((claim, at): ClaimAsk => {
    const field = (name: string) => ({ field: `claims.${at}.${name}` });
    const unknown = (kind: string, id: string, name: string) => problems.push(problem("input.unknown_reference", { kind, id }, field(name)));
    const found = classes.find(({ id }) => id === claim.class);
    if (!found) unknown("class", claim.class, "class");
    for (const trait of claim.traits ?? []) if (!traits.some(({ id }) => id === trait)) unknown("trait", trait, "traits");
    if (claim.unit !== undefined && units.get(claim.unit)?.state !== "active") unknown("unit", claim.unit, "unit");
    const resource = claim.resource === undefined ? null : (codes.get(claim.resource) ?? null);
    if (claim.resource !== undefined && resource === null) unknown("resource", claim.resource, "resource");
    if (claim.resource !== undefined && claim.generation === undefined) problems.push(problem("input.missing", {}, field("generation")));
    if (claim.resource !== undefined && (claim.count ?? 1) > 1) problems.push(problem("input.out_of_range", { min: 1, max: 1 }, field("count")));
    // Of work and things a purpose is the item of a case, and is written by the pool alone: an agreement may be for some items only.
    if (claim.purpose !== undefined && (found?.kind === "staff" || found?.kind === "material")) problems.push(problem("claim.purpose_not_allowed", { class: claim.class }, field("purpose")));
    if (claim.amount < 1) problems.push(problem("input.out_of_range", { min: 1, max: AMOUNT_MAX }, field("amount")));
    for (const name of ["start", "earliest"] as const) {
      const at = claim[name];
      if (at !== undefined && !onOurClock(at)) problems.push(problem("input.invalid", { expected: "1900–9999" }, field(name)));
    }
    const kind = found?.period ?? "none";
    const dated = kind === "slot" || kind === "day";
    if (kind === "slot" && claim.start !== undefined && claim.start % HALF_HOUR_MS !== 0) problems.push(problem("input.invalid", { expected: "hh:00, hh:30" }, field("start")));
    const period = dated && claim.start !== undefined ? periodAt(kind, claim.start) : null;
    if (claim.together === true && claim.start !== undefined && period !== null) starts.push({ at, start: claim.start, day: dayNumberOf(claim.start), slot: kind === "slot" ? period : null });
    return {
      classId: trusted<ClassId>(claim.class),
      amount: claim.amount,
      count: claim.count ?? 1,
      traits: (claim.traits ?? []).map((trait) => trusted(trait)),
      scope: claim.scope ?? "pool",
      division,
      unitId: claim.unit === undefined ? claimant : trusted<UnitId>(claim.unit),
      together: claim.together ?? false,
      slots: kind === "slot" ? (claim.slots ?? 1) : 1,
      spread: claim.spread ?? false,
      purpose: claim.purpose ?? null,
      earliest: claim.earliest ?? null,
      automatic: false,
      sameUnit: claim.sameUnit ?? null,
      sameResource: claim.sameResource ?? null,
      named: resource === null && period === null ? null : { resource, generation: resource === null ? null : (claim.generation ?? null), period },
    };
  });
  // `together` means one start; a day contains its half-hours.
  const [joined, ...others] = starts;
  const apart = joined && others.find(({ day, slot }) => day !== joined.day || (slot !== null && joined.slot !== null && slot !== joined.slot));
  if (apart) problems.push(problem("input.invalid", { expected: new Date(joined.start).toISOString() }, { field: `claims.${apart.at}.start` }));
  const [first, ...rest] = problems;
  return first ? refused(first, ...rest) : ok(claims);
}
