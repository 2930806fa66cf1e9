import type { z } from "@hono/zod-openapi";
import type { QueueLine } from "../../app/scheduling/list-queue.js";
import type { ClaimAsked } from "../../app/scheduling/claim-asked.js";
import type { Candidate, GrantedClaim, RefusedClaim, StepAnswer } from "../../app/scheduling/explain-request.js";
import type { WaitingClaim } from "../../app/scheduling/explain-waiting.js";
import type { explanationSchema, queuePage } from "../../contract/schemas/explanation.js";
import type { Funnel } from "../../domain/pool/decision.js";
import { iso, isoOrNull, shownAmount } from "./shown-request.js";

type ShownAnswer = z.input<typeof explanationSchema>["steps"][number]["answer"];

/** How the pool treated a step, as values. */
export function shownAnswer(answer: StepAnswer): ShownAnswer {
  switch (answer.kind) {
    case "not-yet":
      return { kind: answer.kind, after: [...answer.after] };
    case "paused":
    case "ended":
      return { kind: answer.kind };
    case "granted":
      return { ...decided(answer), kind: answer.kind, startsAt: isoOrNull(answer.startsAt), claims: answer.claims.map(granted) };
    case "waiting":
      return { kind: answer.kind, at: isoOrNull(answer.at), fresh: answer.fresh, claims: answer.claims.map(waiting) };
    case "refused":
      return { ...decided(answer), kind: answer.kind, claims: answer.claims.map(refused), basis: [...answer.basis] };
  }
}

const decided = ({ decidedAt, seq, policyVersion }: { readonly decidedAt: number; readonly seq: number; readonly policyVersion: number }) => ({
  decidedAt: iso(decidedAt),
  seq,
  policyVersion,
});

const asked = ({ ordinal, classId, classNames, kind, measure, period, amount, slots, count, traits, scope, purpose }: ClaimAsked) => ({
  claim: ordinal,
  class: classId as string,
  classNames,
  kind,
  measure,
  period,
  amount: shownAmount(classId, amount),
  slots,
  count,
  traits: traits.map(({ id }) => id as string),
  scope,
  purpose,
});

const shownFunnel = ({ considered, dropped, left }: Funnel) => ({ considered, dropped: [...dropped], left });
const funnelOrNull = (funnel: Funnel | null) => (funnel === null ? null : shownFunnel(funnel));
const shownCandidate = (candidate: Candidate | null) => (candidate === null ? null : { ...candidate, terms: { ...candidate.terms } });

const granted = (claim: GrantedClaim) => ({
  ...asked(claim),
  funnel: funnelOrNull(claim.funnel),
  dynamic: [...claim.dynamic],
  winner: shownCandidate(claim.winner),
  runnerUp: shownCandidate(claim.runnerUp),
  because: claim.because,
  numberBasis: claim.numberBasis,
  given: claim.given.map(({ amount, settled, ...period }) => ({ ...period, amount: shownAmount(claim.classId, amount), settled: shownAmount(claim.classId, settled) })),
});

const waiting = (claim: WaitingClaim) => ({
  ...asked(claim),
  funnel: shownFunnel(claim.funnel),
  rule: claim.rule,
  asked: shownAmount(claim.classId, claim.asked),
  mostFree: shownAmount(claim.classId, Math.max(0, claim.mostFree)),
  rank: claim.rank,
  waiting: claim.waiting,
  expectedAt: isoOrNull(claim.expectedAt),
  expectedEarliestAt: isoOrNull(claim.expectedEarliestAt),
  expectedLatestAt: isoOrNull(claim.expectedLatestAt),
  wouldHelp: claim.wouldHelp.map((change) => (change.kind === "capacity" ? { ...change, amount: shownAmount(claim.classId, change.amount), periods: [...change.periods] } : change)),
});

const refused = (claim: RefusedClaim) => ({
  ...asked(claim),
  funnel: funnelOrNull(claim.funnel),
  rule: claim.rule,
  asked: shownAmount(claim.classId, claim.asked),
  most: shownAmount(claim.classId, claim.most),
});

export const shownQueueLine = (line: QueueLine): z.input<typeof queuePage>["rows"][number] => ({
  ...(line.asks.kind === "request"
    ? { request: line.asks.publicId, number: line.asks.number, item: line.asks.item, itemNames: line.asks.itemNames, directClaim: null, title: null, state: null }
    : { request: null, number: null, item: null, itemNames: null, directClaim: line.asks.publicId, title: line.asks.title, state: line.asks.state }),
  step: line.name,
  names: line.stepNames,
  unit: line.unitId,
  unitNames: line.unitNames,
  division: line.division,
  divisionNames: line.divisionNames,
  needs: line.needs.map(({ classId, names, amount, measure }) => ({ class: classId, names, amount: shownAmount(classId, amount), measure })),
  reason: line.waitingFor?.rule ?? line.reasons.find(({ outcome }) => outcome === "refused")?.refusal?.rule ?? null,
  waitsFor: line.waitingFor?.classNames ?? null,
  rank: line.waitingFor?.rank ?? null,
  receivedAt: iso(line.receivedAt),
  occurredAt: isoOrNull(line.occurredAt),
  readyAt: iso(line.readyAt),
  dueAt: iso(line.dueAt),
});
