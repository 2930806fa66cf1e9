import type { z } from "@hono/zod-openapi";
import type { DirectClaimRecord } from "../../app/ports/direct-claim.js";
import type { AskedClaim } from "../../app/direct/asked-claims.js";
import type { ShownOffers } from "../../app/direct/find-offers.js";
import type { DirectExplanation } from "../../app/direct/read-direct-claims.js";
import type { directClaimView, directExplanation, directPartInput, offersFound } from "../../contract/schemas/direct-claim.js";
import { refusalKind } from "../../domain/pool/decision.js";
import { periodStart } from "../../domain/pool/period.js";
import { parseAmount } from "../../domain/quantity.js";
import type { Problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { directText, refusalKindWords } from "../../text/direct-claims.js";
import { explainText } from "../../text/explain.js";
import type { Voice } from "../../text/voice.js";
import { iso, isoOrNull, shownAmount } from "./shown-request.js";

type PartIn = z.output<typeof directPartInput> & { readonly count?: number | undefined; readonly earliest?: string | undefined; readonly sameUnit?: number | undefined; readonly sameResource?: number | undefined };

/** What was sent, with amounts as numbers and instants as ours. */
export function askedOf(claims: readonly PartIn[]): Result<readonly AskedClaim[]> {
  const problems: Problem[] = [];
  const asked = claims.map(({ amount, start, earliest, ...rest }, at): AskedClaim => {
    const read = parseAmount(String(amount), { field: `claims.${at}.amount` });
    if (!read.ok) problems.push(...read.problems);
    return {
      ...rest,
      amount: read.ok ? read.value : 1,
      ...(start !== undefined && { start: Date.parse(start) }),
      ...(earliest !== undefined && { earliest: Date.parse(earliest) }),
    };
  });
  const [first, ...others] = problems;
  return first ? refused(first, ...others) : ok(asked);
}

export const shownOffers = ({ at, offers, complete, refusals }: ShownOffers): z.input<typeof offersFound> => ({
  at: iso(at),
  complete,
  refusals: refusals.map(({ claim, classId, kind, rule, asked, most }) => ({ claim, class: classId, kind, rule, asked: shownAmount(classId, asked), most: shownAmount(classId, most) })),
  offers: offers.map(({ startsAt, parts, claims }) => ({
    startsAt: iso(startsAt),
    parts: parts.map(({ claim, classId, resource, unitId, unitNames, start, takes, terms }) => ({
      claim,
      class: classId,
      resource,
      unit: unitId,
      unitNames,
      start: isoOrNull(start),
      takes: takes.map((one) => ({ start: isoOrNull(one.start), amount: shownAmount(classId, one.amount) })),
      terms: { ...terms },
    })),
    claims: claims.map(({ start, earliest: _, count: _count, sameUnit: _unit, sameResource: _resource, traits, amount, ...claim }) => ({
      ...claim,
      amount: shownAmount(claim.class, amount),
      ...(traits && { traits: [...traits] }),
      ...(start !== undefined && { start: iso(start) }),
    })),
  })),
});

export function shownDirectClaim(claim: DirectClaimRecord, operation: { readonly id: number; readonly done: boolean } | null = null): z.input<typeof directClaimView> {
  const reason = claim.reasons.find(({ outcome }) => outcome === "refused");
  const refusal = reason?.refusal;
  return {
    claim: claim.publicId,
    unit: claim.unitId,
    unitNames: claim.unitNames,
    title: claim.title,
    project: claim.project,
    division: claim.division,
    state: claim.state,
    holdUntil: claim.state === "held" ? isoOrNull(claim.holdUntil) : null,
    createdAt: iso(claim.createdAt),
    confirmedAt: isoOrNull(claim.confirmedAt),
    endedAt: isoOrNull(claim.endedAt),
    changing: claim.changing,
    generation: claim.generation,
    claims: claim.parts.map((part) => ({
      class: part.classId,
      classNames: part.classNames,
      measure: part.measure,
      amount: shownAmount(part.classId, part.amount),
      slots: part.slots,
      together: part.together,
      unit: part.unitId,
      unitNames: part.unitNames,
      resource: part.named,
      given: part.given.map(({ resource, unitId, unitNames, period, amount, state }) => ({
        resource,
        unit: unitId,
        unitNames,
        start: part.periodKind === "none" ? null : iso(periodStart(part.periodKind, period)),
        amount: shownAmount(part.classId, amount),
        state,
      })),
    })),
    refusal: reason && refusal ? { class: reason.class, kind: refusalKind(refusal), rule: refusal.rule, asked: shownAmount(reason.class, refusal.asked), most: shownAmount(reason.class, refusal.most) } : null,
    operation,
  };
}

export function shownDirectExplanation(voice: Voice, { claim, reasons, funnels }: DirectExplanation): z.input<typeof directExplanation> {
  const partOf = (id: number) => claim.parts[id % 64];
  return {
    claim: claim.publicId,
    state: claim.state,
    sentences: reasons.length === 0 ? [voice.t(directText["explain.waits"])] : reasons.flatMap((reason) => sentences(voice, reason, partOf(reason.claim), funnels.get(reason.shape))),
    claims: reasons.map(({ class: classId, outcome, shape, winner, refusal }) => {
      const funnel = funnels.get(shape);
      return {
        class: classId,
        outcome,
        funnel: funnel ? { ...funnel, dropped: funnel.dropped.map((one) => ({ ...one })) } : null,
        terms: winner ? { ...winner.terms } : null,
        refusal: refusal ? { kind: refusalKind(refusal), rule: refusal.rule, asked: shownAmount(classId, refusal.asked), most: shownAmount(classId, refusal.most) } : null,
      };
    }),
  };
}

function sentences(voice: Voice, { outcome, refusal }: DirectExplanation["reasons"][number], part: DirectClaimRecord["parts"][number] | undefined, funnel: { readonly considered: number; readonly left: number } | undefined): string[] {
  const named = part ? voice.name(part.classNames) : "";
  const [given] = part?.given ?? [];
  const seen = funnel ? [voice.t(explainText.funnel, { considered: funnel.considered, left: funnel.left })] : [];
  if (outcome === "granted") return [voice.t(directText["explain.granted"], { class: named, resource: given?.resource ?? "", unit: given ? voice.name(given.unitNames) : "" }), ...seen];
  return [voice.t(directText["explain.refused"], { class: named, kind: voice.t(refusalKindWords[refusal ? refusalKind(refusal) : "short"]) }), ...seen];
}
