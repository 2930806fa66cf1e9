import type { ClassId, ResourceId, StepId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { CapacityClass } from "../domain/pool/class.js";
import type { WaitingRule } from "../domain/pool/decision.js";
import type { Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { Barred, ClaimAsk, NamedSupply, Priority, StepAsk } from "./contract.js";
import type { Field } from "./field.js";
import { IndexedHeap, type Heaped } from "./indexed-heap.js";
import { isAbsolute } from "./order.js";
import { ParkedHeads } from "./parked-heads.js";
import { Borrowers, type Borrowing } from "./quota-borrowers.js";
import { NO_ACCOUNTS, type Accounts, type QuotaBook } from "./quota-book.js";
import type { Account, UnitAccounts } from "./quota-tree.js";
import { shapeKey } from "./rules/static-rules.js";
import { barredKey, NOBODY, type Ask, type Shape } from "./shape.js";
import type { ShapeBook } from "./shape-book.js";
import { SortedSteps } from "./sorted-steps.js";
import { standsAlone } from "./special.js";
import type { ResourceTable } from "./state.js";
import { WAITING, type StepTable } from "./steps.js";
import type { Ints } from "./typed-arrays.js";

/*
 * Who is next.
 *
 * Steps that ask exactly the same stand in one lane, in the order of due date minus expected work, then arrival,
 * then id. Only a lane's head is ever tried: when it cannot have what it asks, nobody behind it can, so nobody
 * behind overtakes. Lanes are tried in the order of their heads; a lane that fails holds up no other.
 *
 * A lane that fails is parked on the asks that block it, and is woken by three things only: something of a
 * resource that may serve one of those asks becomes free (or its window moves), the shapes it reads are compiled
 * anew (a resource, a class or the policy changed), a policy answer arrives. Never by time, never by arrivals,
 * never by a scan. A lane that its unit's quota blocks is woken by room on that account, too.
 *
 * Parking must be sound: a parked lane could not be granted anything now. Decisions then depend on the queue and
 * the books alone, not on who was parked where, and a restarted engine continues as if it had never stopped. It is as
 * sound as the search among claims of one step that compete, which tries a fixed number of combinations (choose.ts).
 */

export interface LaneClaim {
  readonly ask: Ask;
  readonly together: boolean;
  /** Different resources. */
  readonly count: number;
  /** Claims with one number are served by one unit, or by one resource. */
  readonly sameUnit: number | null;
  readonly sameResource: number | null;
  readonly earliest: Instant | null;
  readonly named: NamedSupply | null;
}

/** What a lane's head was refused for the moment, from the values that were read then. */
export interface Blocked {
  /** Indices of the claims that block. */
  readonly claims: readonly number[];
  readonly rule: WaitingRule;
  /** By claim of `claims`: the most any one had free in one period. */
  readonly mostFree: readonly Amount[];
}

export const NOT_TRIED: Blocked = { claims: [0], rule: "turn", mostFree: [0] };
const BEHIND_NUMBER: Blocked = { claims: [0], rule: "number", mostFree: [0] };
const UNANSWERED: Blocked = { claims: [0], rule: "policy", mostFree: [0] };

const NO_NUMBERS: readonly number[] = [];

/** Steps that ask exactly the same: same shapes, amounts, slots and times, and the same officers who take no part. */
export class Lane implements Heaped {
  heapAt = -1;
  /** Waiting and holding. */
  members = 0;
  blocked: Blocked = NOT_TRIED;
  /** Tried since anything that could help it changed: only what is kept for others may be other than it was. */
  again = false;
  /** Resources with a number set by law that it may draw from; it is then kept in the order of arrival. */
  numbers: readonly number[] = NO_NUMBERS;
  /** Whether that is what it may draw from now: read since it came, and since anything changed that decides it. */
  numbersRead = false;
  /** By claim, what it is charged to: as the quota book found it at an edition of its rules. */
  accounts: Accounts = NO_ACCOUNTS;
  accountsEdition = -1;
  /** It waits for room on these. */
  parkedOn: Account[] | undefined;
  /** It would borrow, and waits until nobody can be given anything within their own quota. */
  borrowing: Borrowing | undefined;
  readonly shapes: readonly Shape[];
  readonly classIds: readonly ClassId[];
  /** Claims that differ but ask the same class: the first may take what only the second could use. */
  readonly rivals: boolean;
  /** Some of its claims must be served by one unit, or by one resource. */
  readonly grouped: boolean;

  constructor(
    readonly key: string,
    readonly claims: readonly LaneClaim[],
    public queue: SortedSteps,
    /** The key without who takes no part. */
    readonly openKey: string,
  ) {
    this.shapes = [...new Set(claims.map((claim) => claim.ask.shape))];
    this.classIds = [...new Set(this.shapes.map(({ facts }) => facts.classId))];
    this.grouped = claims.some(({ sameUnit, sameResource }) => sameUnit !== null || sameResource !== null);
    this.rivals = claims.some((a) =>
      claims.some(
        (b) =>
          a.ask.shape.facts.classId === b.ask.shape.facts.classId &&
          (a.ask !== b.ask || a.together !== b.together || a.earliest !== b.earliest || (a !== b && a.count + b.count > 2)),
      ),
    );
  }

  /** Who is next in it; only of a lane that somebody waits in. */
  get head(): number {
    return this.queue.first()!;
  }
}

const sameNumbers = (some: readonly number[], others: readonly number[]): boolean => some.length === others.length && some.every((r, at) => r === others[at]);

const barredSet = (barred: readonly Barred[]): ReadonlySet<ResourceId> =>
  barred.length === 0 ? NOBODY : new Set(barred.map(({ resource }) => resource).sort((a, b) => a - b));

const withoutBarred = (claim: LaneClaim, barred: ReadonlySet<ResourceId>): LaneClaim => ({
  ...claim,
  ask: claim.ask.shape.ask(claim.ask.amount, claim.ask.slots, claim.ask.spread, barred),
});

export class Queue {
  private readonly lanes = new Map<string, Lane>();
  /** Steps that ask the same mostly share one array of claims. */
  private readonly byClaims = new WeakMap<readonly ClaimAsk[], Lane>();
  private readonly runnable: IndexedHeap<Lane>;
  /** Lanes without policy answers, and those that must not overtake them meanwhile. */
  private readonly unanswered = new Set<Lane>();
  /** The most urgent of those, by class; made again when `unansweredMoved`. */
  private readonly unansweredFirst = new Map<ClassId, Lane>();
  private unansweredMoved = false;
  /** Lanes behind somebody who waits for the same number set by law. */
  private readonly behindNumber = new Set<Lane>();
  private numbersChanged = false;
  /** Parked on what blocks them: whom a grant may pass. */
  private readonly parked: ParkedHeads;
  readonly borrowers: Borrowers;
  /** Lanes that were woken since the engine began, each counted when it goes from parked to runnable. */
  wakes = 0;
  /** Somebody left who was not served: lenders may need less than when borrowers were last tried. */
  private left = false;

  constructor(
    private readonly steps: StepTable,
    private readonly resources: ResourceTable,
    private readonly shapes: ShapeBook,
    private readonly classes: ReadonlyMap<ClassId, CapacityClass>,
    private readonly quota: QuotaBook,
  ) {
    this.borrowers = new Borrowers(steps, quota);
    const before = (a: Lane, b: Lane): boolean => steps.before(a.head, b.head);
    this.runnable = new IndexedHeap<Lane>((lane) => steps.keyAt(lane.head), before);
    this.parked = new ParkedHeads(before);
  }

  /** The lane of a step that asks, made when it is the first to ask this. */
  laneFor(ask: StepAsk): Lane {
    const shared = ask.barred.length === 0 && !standsAlone(ask);
    const known = shared ? this.byClaims.get(ask.claims) : undefined;
    // A lane that everybody left is not found by its key, and comes back as it is.
    const again = known && known.members === 0 ? (this.lanes.get(known.key) ?? known) : known;
    if (again?.claims.every(({ ask: { gone } }) => !gone)) return again;
    let key = "";
    for (const claim of ask.claims) {
      key += `${shapeKey(claim)}${claim.amount}/${claim.slots}/${claim.spread ? "s" : ""}${claim.together ? "t" : ""}`;
      if (claim.count !== 1) key += `*${claim.count}`;
      if (claim.sameUnit !== null) key += `u${claim.sameUnit}`;
      if (claim.sameResource !== null) key += `r${claim.sameResource}`;
      key += claim.earliest === null ? ";" : `/${claim.earliest};`;
    }
    // What is refused at once, names what it wants or takes over another's holds is its own head, always.
    if (standsAlone(ask)) key += `#${ask.id}`;
    const barred = barredSet(ask.barred);
    const openKey = key;
    key += barredKey(barred);
    const lane = this.lanes.get(key) ?? new Lane(key, ask.claims.map((claim) => this.laneClaim(claim, barred)), new SortedSteps(this.steps.before), openKey);
    if (shared) this.byClaims.set(ask.claims, lane);
    return lane;
  }

  /**
   * Other officers take no part in the step now: it stands in the lane of those who ask the same of the same officers.
   * A fact: where a batch that touched the step is forgotten, the step comes back in this lane.
   */
  bar(step: number, without: readonly Barred[]): void {
    const old = this.steps.lanes[step]!;
    const barred = barredSet(without);
    const key = old.openKey + barredKey(barred);
    if (key === old.key) return;
    const lane = this.lanes.get(key) ?? new Lane(key, old.claims.map((claim) => withoutBarred(claim, barred)), new SortedSteps(this.steps.before), old.openKey);
    const waits = this.steps.phaseOf(step) === WAITING;
    if (waits) this.dequeue(step);
    this.leave(old);
    this.steps.lanes[step] = lane;
    this.join(lane);
    if (waits) this.enqueue(step);
  }

  /** A lane for one alone that asks the same as those of another, and names what it wants of each claim. */
  laneNaming(id: StepId, { key, openKey, claims }: Lane, named: readonly NamedSupply[]): Lane {
    const own = `#${id}`;
    return new Lane(key + own, claims.map((claim, at): LaneClaim => ({ ...claim, named: named[at] ?? null })), new SortedSteps(this.steps.before), openKey + own);
  }

  private laneClaim(claim: ClaimAsk, barred: ReadonlySet<ResourceId>): LaneClaim {
    const shape = this.shapes.shape(shapeKey(claim), claim);
    const { count, sameUnit, sameResource } = claim;
    // Whether somebody could serve it is not seen by looking at one candidate after another.
    if (count > 1 || sameUnit !== null || sameResource !== null) shape.demanding = true;
    return {
      ask: shape.ask(claim.amount, claim.slots, claim.spread, barred),
      together: claim.together,
      count,
      sameUnit,
      sameResource,
      earliest: claim.earliest,
      named: claim.named,
    };
  }

  /** A step, or many, belong to their lane while they wait or hold. */
  join(lane: Lane, many = 1): void {
    lane.members += many;
    if (lane.members > many) return;
    // It may come back, and heard of nothing meanwhile.
    lane.numbersRead = false;
    this.lanes.set(lane.key, lane);
    for (const shape of lane.shapes) shape.lanes.add(lane);
    for (const { ask } of lane.claims) this.shapes.use(ask);
  }

  leave(lane: Lane): void {
    lane.members -= 1;
    if (lane.members > 0) return;
    this.lanes.delete(lane.key);
    for (const shape of lane.shapes) shape.lanes.delete(lane);
    for (const { ask } of lane.claims) this.shapes.rest(ask);
  }

  enqueue(step: number): void {
    const lane = this.steps.lanes[step]!;
    const wasEmpty = lane.queue.size === 0;
    lane.queue.insert(step);
    this.quota.waits(lane, step, 1);
    for (const shape of lane.shapes) {
      shape.waiting += 1;
      shape.firstAt ??= this.steps.arrivedAt(step);
    }
    this.steps.setPhase(step, WAITING);
    // Behind a parked head nobody else can be served either. Before it somebody may: what is kept for others is not kept
    // from those before them, and for an emergency room is made.
    if (wasEmpty) lane.blocked = NOT_TRIED;
    lane.again = false;
    if (wasEmpty || lane.heapAt >= 0) this.runnable.put(lane);
    else if (lane.head === step) this.wake(lane);
    else this.headMoved(lane);
    this.noteNumbers(lane);
  }

  /** Many will come to it: no heap can order a lane whose head changes while it stands there. `cameAll` follows. */
  setAside(lane: Lane): void {
    this.rest(lane);
  }

  /** As `enqueue` of each, which waits already; the lane is set aside. Whoever is first may be another then. */
  cameAll(lane: Lane, steps: Ints): void {
    lane.queue.appendAll(steps);
    if (this.quota.inForce) for (const step of steps) this.quota.waits(lane, step, 1);
    for (const shape of lane.shapes) shape.waiting += steps.length;
    if (lane.queue.size === 0) return;
    lane.blocked = NOT_TRIED;
    this.wake(lane);
    this.noteNumbers(lane);
  }

  /** Takes a step out of its lane; the caller gives it its next phase. */
  dequeue(step: number): void {
    const lane = this.steps.lanes[step]!;
    if (lane.queue.remove(step)) this.quota.waits(lane, step, -1);
    this.left = true;
    for (const shape of lane.shapes) {
      shape.waiting -= 1;
      if (shape.waiting > 0) continue;
      shape.scarceSince = null;
      shape.grantedSince = 0;
    }
    if (lane.queue.size === 0) this.rest(lane);
    else if (lane.heapAt >= 0) this.runnable.put(lane);
    else this.headMoved(lane);
    this.noteNumbers(lane);
  }

  /** A step gets another place in its lane, and its lane among lanes. */
  setPriority(step: number, priority: Priority | null): void {
    const lane = this.steps.lanes[step]!;
    const waits = this.steps.phaseOf(step) === WAITING;
    if (waits && lane.queue.remove(step)) this.quota.waits(lane, step, -1);
    this.steps.setPriority(step, priority);
    if (!waits) return;
    lane.queue.insert(step);
    this.quota.waits(lane, step, 1);
    this.wake(lane);
  }

  /** What the step holds was an emergency's, and is no more: whoever is blocked may have it moved. */
  mayMakeWay(step: number): void {
    for (const classId of this.steps.lanes[step]!.classIds) {
      for (const shape of this.shapes.shapesOf(classId)) for (const lane of [...shape.lanes]) this.wake(lane);
    }
  }

  /** The parked lane with the most urgent head among those that ask the class. */
  mostUrgentParked(classId: ClassId): Lane | undefined {
    return this.parked.first(classId);
  }

  /** The other lane with the most urgent head that asks one of its classes, blocked or not, if its key is below. */
  mostUrgentBeside(lane: Lane, key: number): Lane | undefined {
    let first = this.runnable.firstBelow(key, (other) => other !== lane && other.classIds.some((classId) => lane.classIds.includes(classId)));
    for (const classId of lane.classIds) {
      for (const other of [this.parked.first(classId), this.firstUnanswered(classId)]) if (other && (!first || this.steps.before(other.head, first.head))) first = other;
    }
    return first;
  }

  /** Parked lanes whose head's key has passed, the most urgent `max`, are to be tried again. Answers how many. */
  wakeOverdue(now: Instant, max: number): number {
    const overdue = this.parked.firstWhile((lane) => this.steps.keyAt(lane.head) <= now, max);
    for (const lane of overdue) this.tryAgain(lane);
    return overdue.length;
  }

  /** Lanes that wait for answers of the policy, or with those that do. */
  get unansweredCount(): number {
    return this.unanswered.size;
  }

  /** Nothing changed for the lane but what is kept for others. */
  tryAgain(lane: Lane): void {
    this.wake(lane);
    lane.again = true;
  }

  /** What a compiled lane may draw from; with a number set by law it stands in the order of arrival. */
  setNumbers(lane: Lane, numbers: readonly number[]): void {
    lane.numbersRead = true;
    if (sameNumbers(lane.numbers, numbers)) return;
    const was = lane.numbers.length > 0;
    lane.numbers = numbers;
    if (was === numbers.length > 0) return this.numbersMove();
    lane.queue = lane.queue.inOrder(numbers.length > 0 ? this.steps.arrivedBefore : this.steps.before);
    if (lane.heapAt >= 0) this.runnable.put(lane);
    else if (lane.queue.size > 0) this.headMoved(lane);
    this.numbersMove();
  }

  /** Whether anything moved that asks for a number, since it was last asked. */
  numbersMoved(): boolean {
    const moved = this.numbersChanged;
    this.numbersChanged = false;
    return moved;
  }

  parkBehindNumber(lane: Lane): void {
    this.rest(lane);
    lane.blocked = BEHIND_NUMBER;
    this.parked.put(lane);
    this.behindNumber.add(lane);
  }

  /** Who waits behind may be first now. Asked when the lane itself has its place: no other can be placed beside one whose head has changed. */
  private noteNumbers(lane: Lane): void {
    if (lane.numbers.length > 0 || (!lane.numbersRead && lane.shapes.some((shape) => this.isGate(shape)))) this.numbersMove();
  }

  /** What the lane may draw from is to be read again. */
  private rereadNumbers(lane: Lane): void {
    lane.numbersRead = false;
    this.noteNumbers(lane);
  }

  /** Only a gate can have a number. */
  private isGate({ facts }: Shape): boolean {
    return this.classes.get(facts.classId)?.kind === "function";
  }

  private numbersMove(): void {
    this.numbersChanged = true;
    for (const other of [...this.behindNumber]) this.wake(other);
  }

  /** The lane whose head is next, or undefined when every lane is parked or empty. */
  next(): Lane | undefined {
    return this.runnable.first();
  }

  /** The lane whose turn it is to borrow, when no lane is to be tried. */
  nextBorrower(): Lane | undefined {
    return this.borrowers.next();
  }

  /** There are other quotas: what waits for each is counted anew. */
  quotasDeclared(): void {
    if (!this.quota.inForce) return;
    for (const lane of this.lanes.values()) if (this.quota.accountsOf(lane).length > 0) for (const step of lane.queue.all()) this.quota.waits(lane, step, 1);
  }

  /**
   * A turn begins. Who waits to borrow, can wait no longer, and was put aside while it could, is tried again in the order of the queue. Who could
   * not even then, and was put aside because lenders need what is theirs, is only when somebody left: what is granted takes as much from
   * what is there as from what they need.
   */
  wakeWhoCannotWait(now: Instant): void {
    for (const { lane, start, lasts } of this.borrowers.all()) if ((this.left || !lasts) && this.quota.cannotWait(lane, start, now)) this.wake(lane);
  }

  /** It ends: whoever was served is none who left. */
  allServed(): void {
    this.left = false;
  }

  /** The lane's head can be given what it asks at `start`, by going above the unit's own quota. */
  awaitBorrowing(lane: Lane, start: Instant, unit: UnitAccounts, idle: boolean): void {
    this.rest(lane);
    lane.blocked = NOT_TRIED;
    this.parked.put(lane);
    lane.claims.forEach(({ ask }) => ask.park(lane));
    this.quota.park(lane, lane.claims.map((_, at) => at), "any");
    this.borrowers.put(lane, start, unit, idle, this.quota.cannotWait(lane, start, this.quota.now));
  }

  /** What was given back on accounts wakes whoever waits for it; what somebody may use is another, and everybody of the class looks again. */
  wakeForQuota(): void {
    for (const [classId, byRules] of this.quota.takeChanged()) {
      for (const shape of this.shapes.shapesOf(classId)) {
        for (const lane of [...shape.lanes]) if (byRules || this.quota.accountsOf(lane).length > 0) this.wake(lane);
      }
    }
    for (const lane of this.quota.takeFreed()) this.wake(lane);
  }

  /** Parked lanes whose heads may take back what others have borrowed. */
  wakeTakers(): void {
    for (const lane of this.quota.takers()) this.wake(lane);
  }

  park(lane: Lane, blocked: Blocked, on: readonly number[], now: Instant): void {
    this.rest(lane);
    lane.blocked = blocked;
    this.parked.put(lane);
    if (this.quota.accountsOf(lane).length > 0) {
      this.quota.park(lane, on, blocked.rule === "quota" ? "enough" : blocked.rule === "together" || blocked.rule === "reserved" ? "any" : "none");
      // Beside what others have borrowed, anything that comes free may be enough.
      for (const { ask } of lane.claims) ask.park(lane);
    }
    for (const at of on) {
      const { ask } = lane.claims[at]!;
      ask.park(lane);
      ask.shape.scarceSince ??= now;
    }
  }

  parkUnanswered(lane: Lane, blocked: Blocked = UNANSWERED): void {
    this.rest(lane);
    lane.blocked = blocked;
    this.unanswered.add(lane);
    if (!this.unansweredMoved) this.noteUnanswered(lane);
  }

  /**
   * A more urgent lane with a claim to one of the same classes waits for policy answers. Our own delay is no ground
   * for overtaking: this lane waits with it.
   */
  mustNotOvertake(lane: Lane): boolean {
    const head = lane.queue.first()!;
    return lane.shapes.some(({ facts }) => {
      const other = this.firstUnanswered(facts.classId);
      return other !== undefined && this.steps.before(other.queue.first()!, head);
    });
  }

  private firstUnanswered(classId: ClassId): Lane | undefined {
    if (this.unanswered.size === 0) return undefined;
    if (this.unansweredMoved) {
      this.unansweredMoved = false;
      this.unansweredFirst.clear();
      for (const other of this.unanswered) this.noteUnanswered(other);
    }
    return this.unansweredFirst.get(classId);
  }

  wakeUnanswered(): void {
    for (const lane of [...this.unanswered]) this.wake(lane);
  }

  /** Of a lane that is not in the heap. */
  private headMoved(lane: Lane): void {
    // Another head may begin elsewhere in the order of borrowers.
    if (lane.borrowing) this.wake(lane);
    else if (this.unanswered.has(lane)) this.unansweredMoved = true;
    else this.parked.moved(lane);
  }

  private noteUnanswered(lane: Lane): void {
    for (const { facts } of lane.shapes) {
      const first = this.unansweredFirst.get(facts.classId);
      if (!first || this.steps.before(lane.queue.first()!, first.queue.first()!)) {
        this.unansweredFirst.set(facts.classId, lane);
      }
    }
  }

  /** Too little for what it asks may be enough with what others would have to give up. O(emergencies that are parked). */
  private wakeEmergencies(classId: ClassId): void {
    for (const lane of this.parked.firstWhile((one) => isAbsolute(this.steps.priorityOf(one.head)), Infinity)) {
      if (lane.classIds.includes(classId)) this.wake(lane);
    }
  }

  /** Something of the resource became free in the period. */
  freed(r: number, period: Period): void {
    const free = this.resources.freeAt(r, period);
    if (this.steps.anyPriority) this.wakeEmergencies(this.resources.factsOf(r).classId);
    if (free <= 0) return;
    for (const field of this.resources.profileOf(r).fields) {
      for (const ask of field.parked) {
        if (ask.spreads || free >= ask.amount) this.wakeAll(ask.parked);
        else if (this.quota.inForce) for (const lane of [...ask.parked]) if (this.quota.mayTakeBack(lane)) this.wake(lane);
      }
    }
  }

  /** A resource among those who may serve has another window, came or went. Where nobody is able any more, a lane parked on another claim is to be refused too. */
  fieldChanged(field: Field): void {
    if (field.mayRefuse()) for (const shape of field.shapes) this.wakeAll(shape.lanes);
    else for (const ask of field.parked) this.wakeAll(ask.parked);
    for (const shape of field.shapes) if (this.isGate(shape)) for (const lane of shape.lanes) this.rereadNumbers(lane);
  }

  /** Who may serve the shape is to be found anew: even a lane parked on another claim may now be impossible. */
  shapeChanged(shape: Shape): void {
    shape.state = "stale";
    this.wakeShape(shape);
  }

  wakeShape(shape: Shape): void {
    this.wakeAll(shape.lanes);
    for (const lane of shape.lanes) this.rereadNumbers(lane);
  }

  get laneCount(): number {
    return this.lanes.size;
  }

  waitingLanes(): Iterable<Lane> {
    return [...this.lanes.values()].filter((lane) => lane.queue.size > 0);
  }

  private wakeAll(lanes: ReadonlySet<Lane>): void {
    for (const lane of [...lanes]) this.wake(lane);
  }

  private wake(lane: Lane): void {
    if (lane.queue.size === 0) return;
    if (lane.heapAt < 0) this.wakes += 1;
    this.rest(lane);
    lane.again = false;
    this.runnable.put(lane);
  }

  /** Out of the heap and off every parking place. */
  private rest(lane: Lane): void {
    this.runnable.remove(lane);
    if (this.unanswered.delete(lane)) this.unansweredMoved = true;
    this.parked.remove(lane);
    this.behindNumber.delete(lane);
    for (const { ask } of lane.claims) ask.unpark(lane);
    this.borrowers.remove(lane);
    this.quota.unpark(lane);
  }
}
