import type { Names } from "../../domain/catalogue/item.js";
import { trusted, type PoolId, type UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { RefusalKind, RefusalRule, ScoreTerms } from "../../domain/pool/decision.js";
import { periodStart } from "../../domain/pool/period.js";
import { problem } from "../../domain/problem.js";
import type { Amount } from "../../domain/quantity.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { ClaimAsk } from "../../scheduler/contract.js";
import type { OffersFound } from "../../scheduler/offers-asked.js";
import type { AppDeps } from "../deps.js";
import type { Reading } from "../ports/store.js";
import { askedClaims, divisionAsked, type AskedClaim } from "./asked-claims.js";

export interface OffersInput {
  readonly unit: string;
  readonly division?: string | undefined;
  readonly claims: readonly AskedClaim[];
  readonly limit: number;
  readonly perStart?: number | undefined;
  readonly perDay?: number | undefined;
}

export interface OfferedPart {
  readonly claim: number;
  readonly classId: string;
  readonly resource: string;
  readonly unitId: UnitId;
  readonly unitNames: Names;
  readonly start: Instant | null;
  readonly takes: readonly { readonly start: Instant | null; readonly amount: Amount }[];
  readonly terms: ScoreTerms;
}

export interface ShownOffer {
  readonly startsAt: Instant;
  readonly parts: readonly OfferedPart[];
  /** To be sent as they are: the direct claim that takes this offer. */
  readonly claims: readonly AskedClaim[];
}

export interface ShownOffers {
  /** The pool's time this was true at. */
  readonly at: Instant;
  readonly offers: readonly ShownOffer[];
  readonly complete: boolean;
  readonly refusals: readonly { readonly claim: number; readonly classId: string; readonly kind: RefusalKind; readonly rule: RefusalRule; readonly asked: Amount; readonly most: Amount }[];
}

/** Ways to have all of it at once, as things stand. Nothing is held by asking. */
export async function findOffers(deps: AppDeps, actor: Actor, pool: PoolId, input: OffersInput): Promise<Result<ShownOffers>> {
  const unitId = trusted<UnitId>(input.unit);
  const allowed = await deps.authorizer.may(actor, "offer.read", { poolId: pool, unitId });
  if (!allowed.ok) return allowed;
  const read = deps.store.read(pool);
  const unit = await read.units.get(input.unit);
  if (!unit) return refused(problem("input.unknown_reference", { kind: "unit", id: input.unit }, { field: "unit" }));
  const division = await divisionAsked(read, input.division, unit.division);
  if (!division.ok) return division;
  const claims = await askedClaims(read, unitId, division.value, input.claims);
  if (!claims.ok) return claims;
  return await offersOf(deps, pool, claims.value, input);
}

/** As `findOffers`, of claims that are known already. */
export async function offersOf(deps: AppDeps, pool: PoolId, claims: readonly ClaimAsk[], { limit, perStart = limit, perDay = limit }: Pick<OffersInput, "limit" | "perStart" | "perDay">): Promise<Result<ShownOffers>> {
  const asked = { claims, limit, perStart, perDay, answers: [] };
  // The first question after a start may have to wait for the policy to be read; the second finds it there.
  const found = (await deps.queueReader.offers(pool, asked)) ?? (await deps.queueReader.offers(pool, asked));
  if (!found) return refused(problem("service.unavailable", { retryAfterSeconds: 1 }));
  return ok(await shown(deps.store.read(pool), claims, found.value, found.at));
}

async function shown(read: Reading, asked: readonly ClaimAsk[], { offers, complete, refusals }: OffersFound, at: Instant): Promise<ShownOffers> {
  const ids = [...new Set(offers.flatMap(({ parts }) => parts.map(({ resource }) => resource)))];
  const known = await read.directClaims.codesOf(ids);
  return {
    at,
    complete,
    refusals: refusals.map(({ claim, refusal: { kind = "invalid", rule, asked: wanted, most } }) => ({ claim, classId: asked[claim]!.classId, kind, rule, asked: wanted, most })),
    offers: offers.map(({ startsAt, parts }) => ({
      startsAt,
      parts: parts.map(({ claim, resource, unitId, periodKind, takes, terms }): OfferedPart => {
        const start = (period: number): Instant | null => (periodKind === "none" ? null : periodStart(periodKind, period));
        return {
          claim,
          classId: asked[claim]!.classId,
          resource: known.get(resource)?.code ?? String(resource),
          unitId,
          unitNames: known.get(resource)?.unitNames ?? { zh: unitId, en: unitId },
          start: start(takes[0]!.period),
          takes: takes.map(({ period, amount }) => ({ start: start(period), amount })),
          terms,
        };
      }),
      claims: parts.map(({ claim, resource, generation, periodKind, takes }): AskedClaim => {
        const of = asked[claim]!;
        const dated = periodKind === "slot" || periodKind === "day";
        return {
          class: of.classId,
          amount: of.amount,
          ...(of.traits.length > 0 && { traits: of.traits }),
          unit: of.unitId,
          scope: of.scope,
          together: of.together,
          ...(periodKind === "slot" && { slots: of.slots }),
          ...(of.spread && { spread: true }),
          ...(of.purpose !== null && { purpose: of.purpose }),
          resource: known.get(resource)?.code ?? String(resource),
          generation,
          ...(dated && { start: periodStart(periodKind, takes[0]!.period) }),
        };
      }),
    })),
  };
}
