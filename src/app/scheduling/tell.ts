import { dayNumberOf, startOfDay, type Instant } from "../../domain/instant.js";
import { DYNAMIC_RULES, type DynamicRule, type Funnel, type StaticRule } from "../../domain/pool/decision.js";
import { becauseWords, changeWords, droppedWords, explainText, refusalWords } from "../../text/explain.js";
import { basisText } from "../../text/legal-basis.js";
import type { Voice } from "../../text/voice.js";
import type { ClaimAsked } from "./claim-asked.js";
import type { GrantedClaim, RefusedClaim, RequestExplanation, StepAnswer, StepExplanation } from "./explain-request.js";
import type { Change, WaitingClaim } from "./explain-waiting.js";

/** A step's explanation in sentences, for whoever it was made for. */
export function tellStep(voice: Voice, explanation: Pick<RequestExplanation, "unitNames" | "unitPhone">, step: StepExplanation): readonly string[] {
  const { t } = voice;
  const { answer } = step;
  switch (answer.kind) {
    case "not-yet":
      return [t(explainText["not-yet"], { steps: list(voice, answer.after.map(voice.name)) })];
    case "paused":
    case "ended":
      return [t(explainText[answer.kind])];
    case "granted":
      if (answer.claims.length === 0) return [t(explainText["nothing-needed"])];
      return [
        t(explainText["granted.at"], { at: voice.dateTime(answer.decidedAt), policy: answer.policyVersion, start: begins(voice, answer.startsAt ?? answer.decidedAt) }),
        ...answer.claims.flatMap((claim) => [...tellGranted(voice, claim), ...tellInName(voice, explanation, claim)]),
      ];
    case "waiting":
      return tellWaiting(voice, answer);
    case "refused":
      return tellRefused(voice, explanation, answer);
  }
}

/** Work of a day begins when the office opens, not at midnight: the day says enough. */
const begins = (voice: Voice, at: Instant): string => (at === startOfDay(dayNumberOf(at)) ? voice.date(at) : voice.dateTime(at));
/** The decision is the competent unit's, whoever acts: the answer says so, with the instrument. */
function tellInName(voice: Voice, { unitNames }: Pick<RequestExplanation, "unitNames">, { inNameBy }: GrantedClaim): string[] {
  if (inNameBy.length === 0) return [];
  const documents = list(voice, inNameBy.map(({ document, basis }) => `${document} (${basis})`));
  return [voice.t(explainText["granted.in-name-of"], { unit: voice.name(unitNames), documents })];
}

function tellGranted(voice: Voice, claim: GrantedClaim): string[] {
  const { t } = voice;
  const first = claim.given[0];
  const sentences: string[] = [];
  if (first) {
    const facts = { class: voice.name(claim.classNames), unit: voice.name(first.unitNames), amount: amountOf(voice, claim, claim.amount), when: when(voice, claim) };
    sentences.push(t(explainText[claim.kind === "function" ? "granted.authority" : "granted.given"], facts));
    if (claim.numberBasis !== null) sentences.push(t(explainText["granted.number"], { basis: claim.numberBasis }));
    const resources = [...new Set(claim.given.flatMap(({ resource }) => resource ?? []))];
    if (resources.length > 0) sentences.push(t(explainText["granted.resource"], { resources: list(voice, resources) }));
    if (first.state === "lapsed" || first.state === "released" || first.state === "annulled") sentences.push(t(explainText[`granted.${first.state}`]));
    const used = claim.given.reduce((sum, { settled }) => sum + settled, 0);
    const held = claim.given.reduce((sum, { amount }) => sum + amount, 0);
    if (first.state === "settled" && used < held) sentences.push(t(explainText["granted.settled"], { used: voice.amount(used, claim.measure) }));
  }
  if (claim.funnel) sentences.push(tellFunnel(voice, claim.funnel));
  const full = claim.dynamic.filter(({ count }) => count > 0);
  const seen = full.find(({ of }) => of !== undefined)?.of;
  if (seen !== undefined) sentences.push(t(explainText["dynamic.nearest"], { of: seen, dropped: dropped(voice, full) }));
  else if (full.length > 0) sentences.push(t(explainText.dynamic, { dropped: dropped(voice, full) }));
  if (claim.runnerUp && claim.because !== "only-one") {
    sentences.push(t(explainText["because.runner-up"], { unit: voice.name(claim.runnerUp.unitNames), why: t(becauseWords[claim.because]) }));
  } else if (claim.winner) {
    sentences.push(t(explainText["because.only-one"]));
  }
  return sentences;
}

function when(voice: Voice, { period, given }: GrantedClaim): string {
  const first = given[0];
  if (!first) return "";
  const label = voice.period(period, first.period);
  const periods = new Set(given.map((one) => one.period)).size;
  return periods === 1 ? label : voice.t(explainText["granted.periods"], { first: label, count: periods });
}

export function tellFunnel(voice: Voice, { considered, dropped: all, left }: Funnel): string {
  const some = all.filter(({ count }) => count > 0);
  if (some.length === 0) return voice.t(explainText.funnel, { considered, left });
  return voice.t(explainText["funnel.dropped"], { considered, left, dropped: dropped(voice, some) });
}

const dropped = (voice: Voice, rules: readonly { readonly rule: StaticRule | DynamicRule; readonly count: number }[]): string =>
  list(
    voice,
    rules.map(({ rule, count }) => voice.t(explainText["funnel.one"], { count, why: voice.t(droppedWords[rule]) })),
  );

function tellWaiting(voice: Voice, { at, fresh, claims }: Extract<StepAnswer, { kind: "waiting" }>): string[] {
  const { t } = voice;
  if (claims.length === 0) return [t(at === null ? explainText["waiting.nobody"] : changeWords.turn)];
  const sentences = claims.flatMap((claim) => tellWaitingClaim(voice, claim));
  if (!fresh && at !== null) sentences.push(t(explainText["waiting.as-of"], { at: voice.dateTime(at) }));
  return sentences;
}

function tellWaitingClaim(voice: Voice, claim: WaitingClaim): string[] {
  const { t } = voice;
  const { rule, wouldHelp, expectedAt, expectedEarliestAt, expectedLatestAt } = claim;
  const sentences = [t(explainText["waiting.needs"], asking(voice, claim, claim.asked))];
  if (claim.rule === "capacity") sentences.push(t(explainText["waiting.most-free"], { free: voice.amount(Math.max(0, claim.mostFree), claim.measure) }));
  sentences.push(t(explainText["waiting.rank"], { rank: claim.rank, waiting: claim.waiting }));
  if (claim.rule !== "policy" && claim.rule !== "turn") {
    const dated = expectedAt !== null && expectedEarliestAt !== null && expectedLatestAt !== null;
    sentences.push(
      dated
        ? t(explainText["waiting.expected"], { at: voice.date(expectedAt), from: voice.date(expectedEarliestAt), to: voice.date(expectedLatestAt) })
        : t(explainText["waiting.no-date"]),
    );
  }
  // A change that was tried says more than what the rule alone lets one expect.
  sentences.push(...(wouldHelp.length > 0 ? wouldHelp.map((change) => tellChange(voice, claim, change)) : [t(changeWords[rule])]));
  sentences.push(tellFunnel(voice, claim.funnel));
  return sentences;
}

function tellChange(voice: Voice, claim: WaitingClaim, change: Change): string {
  const { t, name } = voice;
  switch (change.kind) {
    case "capacity": {
      const [first = 0] = change.periods;
      const label = voice.period(claim.period, first);
      const when = change.periods.length === 1 ? label : t(explainText["granted.periods"], { first: label, count: change.periods.length });
      return t(explainText["change.capacity"], { unit: name(change.unitNames), amount: voice.amount(change.amount, claim.measure), class: name(claim.classNames), when });
    }
    case "ahead-leave":
      return t(explainText["change.ahead-leave"], { count: change.count });
    case "rule":
      return t(explainText["change.rule"], { count: change.resources, why: t(droppedWords[change.rule]) });
  }
}

function tellRefused(
  voice: Voice,
  { unitNames, unitPhone }: Pick<RequestExplanation, "unitNames" | "unitPhone">,
  { decidedAt, policyVersion, claims, basis }: Extract<StepAnswer, { kind: "refused" }>,
): string[] {
  const { t } = voice;
  const sentences = [t(explainText["refused.at"], { at: voice.dateTime(decidedAt), policy: policyVersion }), ...unrepeated(claims.map((claim) => tellRefusedClaim(voice, claim)))];
  if (basis.length > 0) {
    sentences.push(t(explainText["refused.basis"], { basis: list(voice, basis.map((one) => basisText(voice, one))) }));
  }
  // Nobody left to act for lack of capacity is the pool's matter; for a ground in a person it lies with the head.
  sentences.push(t(explainText[claims.some(({ rule }) => rule === "persons") ? "refused.remedy.head" : "refused.remedy"], { unit: voice.name(unitNames) }));
  if (unitPhone) sentences.push(t(explainText["refused.contact"], { unit: voice.name(unitNames), phone: unitPhone }));
  return sentences;
}

function tellRefusedClaim(voice: Voice, claim: RefusedClaim): string[] {
  // What the rule measured may be half-hours or heads; what was asked for is the claim's own amount.
  const sentences = [voice.t(explainText["refused.needs"], asking(voice, claim, claim.amount))];
  if (officersLeft(claim) > 0) {
    sentences.push(voice.t(explainText["refused.too-few-officers"], { count: claim.count, most: claim.most }));
  } else if (claim.rule !== null) {
    sentences.push(
      voice.t(refusalWords[claim.rule], {
        asked: voice.amount(claim.asked, claim.measure),
        most: voice.amount(claim.most, claim.measure),
        traits: list(voice, claim.traits.map(({ names }) => voice.name(names))),
      }),
    );
  }
  if (claim.funnel) sentences.push(tellRefusedFunnel(voice, claim, claim.funnel));
  return sentences;
}

/** What the funnel left fell to the rule that is told: to say that it could do it would contradict the refusal. */
export function lastDropped({ funnel, rule, ...claim }: Pick<RefusedClaim, "funnel" | "rule" | "most" | "count">): { readonly rule: DynamicRule; readonly count: number } | undefined {
  const last = DYNAMIC_RULES.find((one) => one === rule);
  return last === undefined || funnel === null || funnel.left === 0 ? undefined : { rule: last, count: funnel.left - officersLeft({ rule, ...claim }) };
}

/** Where several are needed, rules about persons may leave one or more, and too few. */
const officersLeft = ({ rule, most, count }: Pick<RefusedClaim, "rule" | "most" | "count">): number => (rule === "persons" && count > 1 ? most : 0);

function tellRefusedFunnel(voice: Voice, claim: RefusedClaim, funnel: Funnel): string {
  const last = lastDropped(claim);
  if (last === undefined) return tellFunnel(voice, funnel);
  return voice.t(explainText["funnel.dropped"], { considered: funnel.considered, left: officersLeft(claim), dropped: dropped(voice, [...funnel.dropped.filter(({ count }) => count > 0), last]) });
}

/** Several inspectors of one team are asked for and refused in the same words: those are said once. */
const unrepeated = (told: readonly (readonly string[])[]): string[] => told.filter((one, at) => told.findIndex((other) => other.join() === one.join()) === at).flat();

const asking = (voice: Voice, claim: ClaimAsked, amount: number) => ({ class: voice.name(claim.classNames), asked: amountOf(voice, claim, amount) });

const amountOf = (voice: Voice, { count, measure }: Pick<ClaimAsked, "count" | "measure">, amount: number): string =>
  count === 1 ? voice.amount(amount, measure) : voice.t(explainText["amount.each"], { count, amount: voice.amount(amount, measure) });

const list = (voice: Voice, parts: readonly string[]): string => parts.join(voice.language === "zh" ? "、" : ", ");
