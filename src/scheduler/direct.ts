import type { StepId } from "../domain/id.js";
import { dayNumberOf, type Instant } from "../domain/instant.js";
import { claimIdOf } from "../domain/pool/claim-id.js";
import { refusalKind, type ClaimReason, type Refusal, type RefusalKind } from "../domain/pool/decision.js";
import { periodStart } from "../domain/pool/period.js";
import { Pick } from "./choose.js";
import { groupsOf, impossible, NO_BINDINGS, type Bindings } from "./groups.js";
import type { Allocation, Passed } from "./contract.js";
import type { Parts } from "./cycle.js";
import { useHolds } from "./make-room.js";
import { placeNamed, type Place } from "./named.js";
import { isAbsolute } from "./order.js";
import { passedBy } from "./passed.js";
import { firstOfDay } from "./place-in-time.js";
import { Lane, type Blocked, type LaneClaim } from "./queue.js";
import type { Account } from "./quota-tree.js";
import { scoreTerms } from "./score.js";
import { SortedSteps } from "./sorted-steps.js";
import type { Special } from "./special.js";
import { HOLDING, WAITING } from "./steps.js";

/*
 * Steps that are no plain demand: they name what they want, are refused at once when they cannot have it, or take
 * over what another step holds. They stand in the queue like everybody, each in a lane of its own, and are decided
 * here when their turn comes.
 */

type Answer =
  | { readonly kind: "placed"; readonly places: readonly Place[]; readonly reasons: readonly ClaimReason[] }
  | { readonly kind: "no"; readonly claim: number; readonly refusal: Refusal; readonly blocked: Blocked | undefined };

export function decideSpecial(parts: Parts, lane: Lane, step: number, special: Special, now: Instant): void {
  const { steps, assume, queue } = parts;
  const picks = special.pickFor !== null;
  // Whoever asks to take over finds it held, or asks for what is no more.
  const before = special.pickFor ?? special.replaces;
  const old = before === null ? undefined : steps.find(before);
  if (picks && (old === undefined || steps.isStarted(old))) return assume.vanish(step);
  if (!picks && special.replaces !== null && (old === undefined || steps.phaseOf(old) !== HOLDING)) {
    return assume.refuse(step, [reasonOf(lane, steps.ids[step]!, 0, GONE_SINCE)]);
  }

  const kept = picks ? assume.keptFor(special) : undefined;
  if (old !== undefined) useHolds(parts, old, -1);
  if (kept !== undefined) useHolds(parts, kept, -1);
  const answer = answerTo(parts, lane, picks ? special.pickFor! : steps.ids[step]!, now);
  const loan = answer.kind === "placed" ? borrows(parts, lane, answer.places) : undefined;
  if (answer.kind === "placed") take(parts, lane, answer.places, -1);
  if (old !== undefined) useHolds(parts, old, 1);
  if (kept !== undefined) useHolds(parts, kept, 1);

  if (picks) return answerPick(parts, lane, step, old!, answer, now);
  if (answer.kind === "no") {
    if (special.waits && answer.blocked) return queue.park(lane, answer.blocked, answer.blocked.claims, now);
    return assume.refuse(step, [reasonOf(lane, steps.ids[step]!, answer.claim, answer.refusal)]);
  }
  // Who waits lets all go first that stay within their own quota; who does not wait is answered now.
  if (loan && special.waits && !isAbsolute(steps.priorityOf(step)) && lane.borrowing === undefined) {
    return queue.awaitBorrowing(lane, startOf(parts, allocationsOf(parts, answer.places, steps.ids[step]!, 1), 0), loan.unit, loan.rule.weight === 0);
  }
  // Once confirmed, what takes its place is confirmed too.
  if (old !== undefined && steps.special.get(old)?.holdUntil === null) assume.keep(step);
  if (old !== undefined) assume.drop(old);
  take(parts, lane, answer.places, 1);
  const allocations = allocationsOf(parts, answer.places, steps.ids[step]!, steps.attemptOf(step));
  assume.grant(step, allocations, startOf(parts, allocations, now), answer.reasons, passes(parts, lane, step, answer.places, loan !== undefined));
  if (!loan) return;
  queue.borrowers.granted(loan.unit);
  parts.reclaims.stirred = true;
}

/** Somebody who was accepted earlier waits for the number that law sets. */
export const BEHIND: Refusal = { rule: "capacity", asked: 1, most: 0, kind: "short" };

/** Its turn has not come, and it does not wait. */
export function refuseSpecial(parts: Parts, lane: Lane, step: number, { pickFor }: Special, refusal: Refusal, now: Instant): void {
  const { steps, assume } = parts;
  const of = pickFor === null ? undefined : steps.find(pickFor);
  if (pickFor === null) assume.refuse(step, [reasonOf(lane, steps.ids[step]!, 0, refusal)]);
  else if (of === undefined) assume.vanish(step);
  else answerPick(parts, lane, step, of, no(0, refusal), now);
}

const GONE_SINCE: Refusal = { rule: "generation", asked: 1, most: 0, kind: "stale" };

/**
 * A pick that cannot be leaves the step as it was. What it held is given to it anew under the attempt that follows,
 * so that attempts and answers stay one to one.
 */
function answerPick(parts: Parts, lane: Lane, step: number, of: number, answer: Answer, now: Instant): void {
  const { steps, assume } = parts;
  const id = steps.ids[of]!;
  const attempt = steps.attemptOf(of) + (steps.phaseOf(of) === WAITING ? 0 : 1);
  const { moves } = steps.special.get(step)!;
  const picked = steps.isPicked(step);
  const passed = answer.kind === "placed" ? passes(parts, lane, step, answer.places) : null;
  assume.vanish(step);
  if (answer.kind === "placed") {
    const allocations = allocationsOf(parts, answer.places, id, attempt);
    take(parts, lane, answer.places, 1);
    return assume.regrant(of, attempt, { allocations, startsAt: startOf(parts, allocations, now), reasons: answer.reasons, passed: passed?.step === id ? null : passed, picked, movedFor: moves });
  }
  if (moves !== null) {
    // Not at its time: it is planned anew like everybody.
    if (steps.phaseOf(of) === HOLDING) assume.makeWay(of, moves);
    return;
  }
  assume.refusePick(of, attempt, [reasonOf(lane, id, answer.claim, answer.refusal)]);
  const held = steps.holdsOf(of);
  if (steps.phaseOf(of) !== HOLDING) return;
  // Read from the books with an officer who takes no part, before the command that says so: that is not given once more.
  const { barred } = steps.lanes[of]!.claims[0]!.ask;
  if (held.some(({ resource }) => barred.has(resource))) {
    assume.raiseAttempt(of, attempt);
    return assume.lapse(of, now);
  }
  const again = held.map((one): Allocation => ({ ...one, attempt: attempt + 1 }));
  useHolds(parts, of, 1);
  assume.regrant(of, attempt + 1, { allocations: again, startsAt: startOf(parts, again, now), reasons: keptReasons(parts, of, again), passed: null, picked: steps.isPicked(of), movedFor: null });
}

/** Ways to bind claims to one unit or one resource that are tried. */
const WAYS_MAX = 64;

/** Everything is given back again when the answer is no; else it is taken. */
function answerTo(parts: Parts, lane: Lane, id: StepId, now: Instant): Answer {
  for (const [claim, { ask }] of lane.claims.entries()) if (ask.refusal) return no(claim, ask.refusal);
  const never = impossible(lane) ?? parts.quota.impossible(lane);
  if (never) return no(never.claim, { ...never.refusal, kind: "invalid" });
  if (!lane.grouped) return answerAmong(parts, lane, id, NO_BINDINGS, now);
  const apart = namedApart(parts, lane);
  if (apart !== undefined) return no(apart, { rule: "group", asked: lane.claims[apart]!.ask.amount, most: 0, kind: "invalid" });
  const ways = parts.chooser.waysToBind(lane, now, firstDay(lane, now)).filter((way) => allowsNamed(parts, lane, way));
  let first: Answer | undefined;
  for (const way of ways.slice(0, WAYS_MAX)) {
    const answer = answerAmong(parts, lane, id, way, now);
    if (answer.kind === "placed") return answer;
    first ??= answer;
  }
  if (first) return first;
  const claim = lane.claims.findIndex(({ sameUnit, sameResource }) => sameUnit !== null || sameResource !== null);
  const all = lane.claims.map((_, at) => at);
  return no(claim, { rule: "group", asked: lane.claims[claim]!.ask.amount, most: 0, kind: "short" }, { claims: all, rule: "together", mostFree: all.map(() => 0) });
}

/** What is named must be among those it is bound to. */
const allowsNamed = ({ resources }: Parts, lane: Lane, way: Bindings): boolean =>
  lane.claims.every(({ named }, claim) => {
    const among = way[claim];
    const r = named?.resource == null ? undefined : resources.indexOf(named.resource);
    return !among || r === undefined || among.includes(r);
  });

/** A claim that one unit, or one resource, must serve with others, while what they name is of several. */
function namedApart(parts: Parts, lane: Lane): number | undefined {
  const broken = groupsOf(lane).find(({ members, values }) => {
    const bound = (of: readonly (readonly number[])[]): Bindings => lane.claims.map((_, claim) => of[members.indexOf(claim)] ?? null);
    return !values.some((of) => allowsNamed(parts, lane, bound(of)));
  });
  return broken?.members[0];
}

/** The first day on which something is named, or today. */
function firstDay(lane: Lane, now: Instant): number {
  const starts = lane.claims.flatMap(({ ask, named }) => (named?.period != null && ask.period !== "none" ? [periodStart(ask.period, named.period)] : []));
  return dayNumberOf(starts.length > 0 ? Math.max(now, Math.min(...starts)) : now);
}

function answerAmong(parts: Parts, lane: Lane, id: StepId, among: Bindings, now: Instant): Answer {
  const { resources, chooser } = parts;
  const places: Place[] = [];
  const reasons: ClaimReason[] = [];
  const free = lane.claims.map((_, at) => at).filter((at) => lane.claims[at]!.named === null);
  for (const [claim, asked] of lane.claims.entries()) {
    if (asked.named === null) continue;
    const found = placeNamed(parts, asked, asked.named, claim, among[claim] ?? null, now);
    if (found.kind === "no") {
      take(parts, lane, places, -1);
      const { refusal } = found;
      const later = refusal.kind === "in-use" || refusal.kind === "short";
      return no(claim, refusal, later ? { claims: [claim], rule: refusal.rule === "calendar" ? "calendar" : "capacity", mostFree: [refusal.most] } : undefined);
    }
    const account = parts.quota.accountsOf(lane)[claim];
    const room = account ? Math.min(...found.places.map(({ period }) => account.tree.roomAt(account, period, false))) : Infinity;
    const needs = Math.max(...found.places.map(({ amount }) => amount)) * asked.count;
    if (room < needs) {
      take(parts, lane, places, -1);
      return no(claim, { rule: "quota", asked: needs, most: room, kind: "short" }, { claims: [claim], rule: "quota", mostFree: [room] });
    }
    take(parts, lane, found.places, 1);
    places.push(...found.places);
    reasons[claim] = { ...reasonHead(lane, id, claim), outcome: "granted", dynamic: found.dropped, winner: found.winner };
  }

  if (free.length > 0) {
    // The rest is chosen as ever, on the day, or at the start, of what was named.
    const named = places.find(({ claim }) => lane.claims[claim]!.ask.period === "slot" || lane.claims[claim]!.ask.period === "day");
    const rest = free.map((at) => lane.claims[at]!);
    const earliest = named === undefined ? null : periodStart(lane.claims[named.claim]!.ask.period, named.period);
    const from = (claim: LaneClaim): LaneClaim => (earliest === null ? claim : { ...claim, earliest: Math.max(claim.together ? earliest : dayStart(earliest), claim.earliest ?? 0) });
    const sub = new Lane("", rest.map(from), new SortedSteps(() => false), "");
    const choice = lane.grouped ? chooser.chooseAmong(sub, now, free.map((at) => among[at] ?? null)) : chooser.choose(sub, now);
    if (choice.kind !== "chosen") {
      take(parts, lane, places, -1);
      if (choice.kind === "impossible") return no(free[choice.claim]!, choice.refusal);
      const { blocked } = choice;
      const claim = free[blocked.claims[0]!]!;
      return no(claim, short(lane, claim, blocked), { ...blocked, claims: blocked.claims.map((at) => free[at]!) });
    }
    for (let at = 0; at < chooser.taken; at += 1) {
      places.push({ claim: free[chooser.takenClaim[at]!]!, r: chooser.takenR[at]!, period: chooser.takenPeriod[at]!, amount: chooser.takenAmount[at]! });
    }
    if (earliest !== null && !meets(parts, lane, places, earliest)) {
      take(parts, lane, places, -1);
      return no(free[0]!, { rule: "calendar", asked: lane.claims[free[0]!]!.ask.amount, most: 0, kind: "short" }, { claims: lane.claims.map((_, at) => at), rule: "together", mostFree: lane.claims.map(() => 0) });
    }
    free.forEach((claim, at) => {
      const pick = chooser.picks[at]!;
      reasons[claim] = {
        ...reasonHead(lane, id, claim),
        outcome: "granted",
        dynamic: pick.dropped,
        winner: { resource: resources.idOf(pick.r), terms: scoreTerms(pick.period, pick.near, pick.load) },
        ...(pick.nextR >= 0 && { runnerUp: { resource: resources.idOf(pick.nextR), terms: scoreTerms(pick.nextPeriod, pick.nextNear, pick.nextLoad) } }),
      };
    });
  }
  return { kind: "placed", places, reasons };
}

const no = (claim: number, refusal: Refusal, blocked?: Blocked): Answer => ({ kind: "no", claim, refusal, blocked });

function short(lane: Lane, claim: number, { rule, mostFree }: Blocked): Refusal {
  const kind: RefusalKind = "short";
  return { rule: rule === "calendar" || rule === "quota" ? rule : "capacity", asked: lane.claims[claim]!.ask.amount, most: mostFree[0]!, kind };
}

const dayStart = (at: Instant): Instant => periodStart("day", dayNumberOf(at));

function passes(parts: Parts, lane: Lane, step: number, places: readonly Place[], loan = false): Passed | null {
  const { picks } = parts.chooser;
  while (picks.length < lane.claims.length) picks.push(new Pick());
  for (const { claim, r, period } of places.toReversed()) Object.assign(picks[claim]!, { r, period });
  return passedBy(parts, lane, step, { borrows: loan, inTime: false, awake: [] });
}

/** What was chosen beside what was named falls on its day, and `together` on its start. */
function meets({ resources }: Parts, lane: Lane, places: readonly Place[], at: Instant): boolean {
  const day = dayNumberOf(at);
  const seen = new Set<number>();
  return places.every(({ claim, r, period }) => {
    if (seen.has(claim) || lane.claims[claim]!.named !== null) return true;
    seen.add(claim);
    const kind = resources.kindOf(r);
    if (kind === "slot") return lane.claims[claim]!.together ? periodStart(kind, period) === at : firstOfDay(day) <= period && period < firstOfDay(day + 1);
    return kind !== "day" || period === day;
  });
}

/** When the work can begin: the latest of the claims' first periods, and not before now. */
function startOf({ resources }: Parts, allocations: readonly Allocation[], now: Instant): Instant {
  const first = new Map<number, Instant>();
  for (const { claim, resource, period } of allocations) {
    const kind = resources.kindOf(resources.indexOf(resource)!);
    if (kind !== "none") first.set(claim, Math.min(first.get(claim) ?? Infinity, periodStart(kind, period)));
  }
  return Math.max(now, ...first.values());
}

function allocationsOf({ resources }: Parts, places: readonly Place[], step: StepId, attempt: number): Allocation[] {
  return places
    .map(({ claim, r, period, amount }): Allocation => ({ claim: claimIdOf(step, claim), step, attempt, resource: resources.idOf(r), period, amount }))
    .sort((a, b) => a.claim - b.claim || a.period - b.period || a.resource - b.resource);
}

const reasonHead = (lane: Lane, step: StepId, claim: number) => {
  const { shape } = lane.claims[claim]!.ask;
  return { claim: claimIdOf(step, claim), class: shape.facts.classId, shape: shape.hash };
};

const reasonOf = (lane: Lane, step: StepId, claim: number, refusal: Refusal): ClaimReason => ({ ...reasonHead(lane, step, claim), outcome: "refused", dynamic: [], refusal: { ...refusal, kind: refusalKind(refusal) } });

/** What it held it holds on: by the terms as they are now, and nobody was compared with it. */
function keptReasons({ steps, resources }: Parts, step: number, allocations: readonly Allocation[]): ClaimReason[] {
  const lane = steps.lanes[step]!;
  return lane.claims.map(({ ask }, claim) => {
    const first = allocations.find((one) => one.claim === claimIdOf(steps.ids[step]!, claim))!;
    const r = resources.indexOf(first.resource)!;
    const near = ask.nearOf(r);
    return {
      ...reasonHead(lane, steps.ids[step]!, claim),
      outcome: "granted",
      dynamic: [],
      winner: { resource: first.resource, terms: scoreTerms(first.period, near, resources.loadAt(r, first.period, 0)) },
    };
  });
}

/** The account that what was placed takes above its nominal quota. */
function borrows({ quota }: Parts, lane: Lane, places: readonly Place[]): Account | undefined {
  const accounts = quota.accountsOf(lane);
  const claim = quota.borrowing(accounts, places.length, places.map((place) => place.claim), places.map(({ period }) => period));
  return claim === undefined ? undefined : accounts[claim];
}

function take({ resources, quota }: Parts, lane: Lane, places: readonly Place[], sign: 1 | -1): void {
  const accounts = quota.accountsOf(lane);
  for (const { claim, r, period, amount } of places) {
    resources.use(r, period, sign * amount);
    const account = accounts[claim];
    account?.tree.charge(account, period, sign * amount);
  }
}
