import type { ClassId, CohortId, DivisionCode, RequestId, ResourceId, StepId, TraitId, UnitId } from "../../src/domain/id.js";
import { DAY_MS } from "../../src/domain/instant.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import { withinLabour } from "../../src/domain/pool/labour.js";
import { periodAt, type Period, type PeriodKind } from "../../src/domain/pool/period.js";
import { PLAIN_CLAIM, PLAIN_STEP, type Barred, type CapacityWindow, type ClaimAsk, type Decision, type Priority, type Delegation, type ResourceSupply, type StepAsk } from "../../src/scheduler/contract.js";
import type { QuotaRule, QuotaRules } from "../../src/scheduler/quota-rules.js";
import { Pool } from "./books.js";
import { classOf, instantOf, limitsOf, list, same, textOfPeriod, Words, type Scene } from "./scene-words.js";

/*
 * Scenes: the engine's tests in plain text. How to write one: test/scheduler/scenes/README.md.
 */

const groupOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

/** `any` under an agreement for all items · `nothing` under none that is in force · else the items it is for. */
const agreedOf = (text: string | undefined): Pick<ResourceSupply, "agreement"> =>
  text === undefined ? {} : { agreement: { inForce: text !== "nothing", items: text === "any" || text === "nothing" ? null : list(text) } };

/** Runs one scene to its end; throws at the line whose expectation does not hold. */
export function play(scene: Scene): void {
  const stage = new Stage();
  for (const { text, line } of scene.lines) {
    try {
      stage.line(text);
    } catch (error) {
      throw new Error(`line ${line}: ${text}\n  ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  stage.settle();
}

const ACTS: ReadonlySet<string> = new Set(["start", "end", "drop", "again", "undelegate"]);

class Stage {
  private pool = new Pool();
  private readonly ids = new Map<string, number>();
  private readonly supplies = new Map<string, ResourceSupply>();
  private readonly placeOfUnit = new Map<string, string>();
  private readonly claimsOf = new Map<string, ClaimAsk[]>();
  private draft: { name: string; ask: Omit<StepAsk, "claims">; claims: ClaimAsk[]; place: string; unit: string } | undefined;
  private asked = false;
  private readonly denied = new Set<string>();
  private readonly delegations: Delegation[] = [];

  constructor() {
    this.pool.books.allows = (q) => !this.denied.has(`${q.resourceUnit}>${q.claimUnit}:${q.classId}`);
  }

  line(text: string): void {
    const [verb = "", ...rest] = text.split(/\s+/);
    const words = new Words(rest);
    if (verb === "claim") return this.claim(words);
    this.submit();
    // Whoever asked before has been answered before somebody acts; acts in a row are one batch.
    if (this.asked && ACTS.has(verb)) this.settle();
    switch (verb) {
      case "at":
        this.settle();
        this.pool.books.now = instantOf(words.plain.splice(0).join("/"));
        this.pool.say({ kind: "tick" });
        break;
      case "unit":
        this.placeOfUnit.set(words.plain.shift()!, words.text("in")!);
        break;
      case "class":
        this.pool.say({ kind: "classes", classes: [classOf(words)] });
        break;
      case "resource":
        this.resource(words);
        break;
      case "again":
        this.again(words);
        break;
      case "step":
        this.step(words);
        break;
      case "start":
        this.pool.say({ kind: "started", step: this.id<StepId>(words.plain.shift()!) });
        break;
      case "end":
        this.end(words);
        break;
      case "annul":
        this.annul(words.plain.shift()!);
        break;
      case "drop":
        this.pool.say({ kind: "dropped", steps: words.plain.splice(0).map((name) => this.id<StepId>(name)) });
        break;
      case "pick":
        this.pick(words);
        break;
      case "prioritise":
        this.pool.say({ kind: "prioritised", steps: [{ step: this.known<StepId>(words.plain.shift()!), priority: this.ground(words) }] });
        break;
      case "deny":
        this.policy(words, (rule) => this.denied.add(rule));
        break;
      case "allow":
        this.policy(words, (rule) => this.denied.delete(rule));
        break;
      case "evacuate":
        this.evacuate(words);
        break;
      case "lend":
        this.lend(words);
        break;
      case "barred":
        this.barred(words);
        break;
      case "delegate":
        this.delegate(words);
        break;
      case "undelegate":
        this.undelegate(words);
        break;
      case "cohort":
        this.quotas({ cohorts: [...this.rules.cohorts, { id: words.plain.shift() as CohortId, parent: (words.text("in") ?? null) as CohortId | null }] });
        break;
      case "quota":
        this.quota(words);
        break;
      case "half-life":
        this.quotas({ halfLifeDays: Number(words.plain.shift()) });
        break;
      case "commit-fails":
        this.pool.failCommits += 1;
        break;
      case "restart":
        this.settle();
        this.pool.restart();
        break;
      case "expect":
        this.settle();
        this.expect(words);
        break;
      case "because":
        this.because(words);
        break;
      default:
        throw new Error(`unknown word ${verb}`);
    }
    words.done();
  }

  /** `evacuate desk,hall from=2026-03-03 to=2026-03-05 what-fits-stays for=drain:1`; `what-is-outside spared=a,b`. */
  private evacuate(words: Words): void {
    const names = list(words.plain.shift());
    const from = words.text("from");
    const to = words.text("to");
    const range = { from: from === undefined ? this.pool.books.now : instantOf(from), to: to === undefined ? null : instantOf(to), whatFitsStays: words.has("what-fits-stays") };
    const spared = words.has("what-is-outside") ? { whatFitsStays: true, spared: list(words.text("spared")).map((name) => this.known<StepId>(name)) } : {};
    this.pool.say({ kind: "evacuated", resources: names.map((name) => ({ resource: this.known<ResourceId>(name), ...range, ...spared })), ground: words.text("for") ?? "drain:1" });
  }

  /** `barred a desk:separation`: these officers, and nobody else, take no part in the step. */
  private barred(words: Words): void {
    const step = this.id<StepId>(words.plain.shift()!);
    this.pool.say({ kind: "barred", steps: [{ step, barred: this.barredOf(words.plain.splice(0)) }] });
  }

  /** `desk:own-case`; without a ground: `recusal`. */
  private barredOf(pairs: readonly string[]): Barred[] {
    return pairs
      .map((pair) => {
        const [name = "", ground = "recusal"] = pair.split(":");
        return { resource: this.known<ResourceId>(name), ground: ground as Barred["ground"] };
      })
      .sort((a, b) => a.resource - b.resource);
  }

  /** `delegate north>south staff.decision from=2026-03-02 to=2026-03-05`. */
  private delegate(words: Words): void {
    const [from = "", to = ""] = words.plain.shift()!.split(">");
    const classId = words.plain.shift() as ClassId;
    const since = words.text("from");
    const until = words.text("to");
    this.delegations.push({
      chain: [this.delegations.length + 1],
      from: from as UnitId,
      to: to as UnitId,
      classId,
      validFrom: since === undefined ? this.pool.books.now : instantOf(since),
      validTo: until === undefined ? null : instantOf(until),
    });
    this.pool.say({ kind: "delegations", delegations: [...this.delegations] });
  }

  private undelegate(words: Words): void {
    const [from, to] = words.plain.shift()!.split(">");
    const classId = words.plain.shift();
    const at = this.delegations.findIndex((one) => one.from === from && one.to === to && one.classId === classId);
    this.delegations.splice(at, 1);
    this.pool.say({ kind: "delegations", delegations: [...this.delegations] }, { kind: "tick" });
  }

  private get rules(): QuotaRules {
    return this.pool.books.quotas;
  }

  /** `quota north staff.review own in=city borrow=60 lend=0 weight=2` · `quota north staff.review gone`. */
  private quota(words: Words): void {
    const unitId = words.plain.shift() as UnitId;
    const classId = words.plain.shift() as ClassId;
    const nominal = words.plain.shift()!;
    const limit = (key: string): number | null => ((text) => (text === undefined ? null : Number(text)))(words.text(key));
    const others = this.rules.quotas.filter((rule) => rule.unitId !== unitId || rule.classId !== classId);
    const rule: QuotaRule = {
      unitId,
      classId,
      cohort: (words.text("in") ?? this.rules.cohorts[0]?.id ?? "") as CohortId,
      nominal: nominal === "own" ? "own" : Number(nominal),
      borrowingLimit: limit("borrow"),
      lendingLimit: limit("lend"),
      weight: words.number("weight", 1),
    };
    this.quotas({ quotas: nominal === "gone" ? others : [...others, rule] });
  }

  private quotas(some: Partial<QuotaRules>): void {
    this.settle();
    const quotas = { ...this.rules, ...some };
    this.pool.say({ kind: "quotas", quotas }, { kind: "quotaSettled", rows: [...this.pool.books.settled.values()] });
  }

  /** Lets the engine decide whatever was said. */
  settle(): void {
    this.submit();
    this.asked = false;
    if (this.pool.hasNews) this.pool.decide();
  }

  private id<T extends number>(name: string): T {
    let id = this.ids.get(name);
    if (id === undefined) this.ids.set(name, (id = this.ids.size + 1));
    return id as T;
  }

  private known<T extends number>(name: string): T {
    if (!this.ids.has(name)) throw new Error(`nobody is called ${name}`);
    return this.id<T>(name);
  }

  private kindOf(classId: ClassId): PeriodKind {
    const cls = this.pool.books.classes.get(classId);
    if (!cls) throw new Error(`no class ${classId}`);
    return cls.period;
  }

  private resource(words: Words): void {
    const name = words.plain.shift()!;
    const classId = words.plain.shift() as ClassId;
    const unit = words.text("of") ?? "north";
    const place = this.placeOfUnit.get(unit) ?? "522301";
    this.declare(name, {
      id: this.id<ResourceId>(name),
      unitId: unit as UnitId,
      classId,
      traits: list(words.text("traits")) as TraitId[],
      jurisdiction: list(words.text("covers") ?? place) as DivisionCode[],
      unitDivision: place as DivisionCode,
      limits: limitsOf(words.text("limits")),
      earmark: words.text("only-for") ?? null,
      offered: !words.has("retired"),
      automated: words.has("automated"),
      ...agreedOf(words.text("bought-for")),
      generation: 1,
      capacity: this.window(words, this.kindOf(classId)),
    });
  }

  /** The same resource declared otherwise: what is not said stays. */
  private again(words: Words): void {
    const name = words.plain.shift()!;
    const old = this.supplies.get(name);
    if (!old) throw new Error(`no resource ${name}`);
    const said = (key: string): string | undefined => words.text(key);
    const traits = said("traits");
    const covers = said("covers");
    const limits = said("limits");
    const unit = said("of");
    const moved = words.has("window-moved");
    const bought = said("bought-for");
    const offered = words.has("retired") ? false : words.has("published") ? true : old.offered;
    const capacity = this.window(words, this.kindOf(old.classId), old.capacity);
    if (moved) {
      this.supplies.set(name, { ...old, capacity });
      this.pool.say({ kind: "window", windows: [{ resource: old.id, capacity }] });
      return;
    }
    this.declare(name, {
      ...old,
      ...(traits !== undefined && { traits: list(traits) as TraitId[] }),
      ...(covers !== undefined && { jurisdiction: list(covers) as DivisionCode[] }),
      ...(limits !== undefined && { limits: limitsOf(limits) }),
      ...(unit !== undefined && { unitId: unit as UnitId, unitDivision: (this.placeOfUnit.get(unit) ?? "522301") as DivisionCode }),
      ...agreedOf(bought),
      offered,
      generation: old.generation + 1,
      capacity,
    });
  }

  private declare(name: string, supply: ResourceSupply): void {
    this.supplies.set(name, supply);
    this.pool.say({ kind: "resources", resources: [supply] });
  }

  /** `gives=60,0,60` from today on · `gives=60x5` · `gives=unlimited` · `open=09:00-12:00,14:00-17:00 each=1 days=5`. */
  private window(words: Words, kind: PeriodKind, otherwise?: CapacityWindow): CapacityWindow {
    const open = words.text("open");
    const gives = words.text("gives");
    const peak = words.text("peak");
    const from = words.text("from");
    const now = from === undefined ? this.pool.books.now : instantOf(from);
    if (gives === "unlimited") return "unlimited";
    if (open === undefined && gives === undefined) {
      if (otherwise === undefined) throw new Error("says nothing of its capacity");
      return otherwise;
    }
    let amounts: number[];
    let first = periodAt(kind, now);
    if (open !== undefined) {
      const each = words.number("each", 1);
      const days = words.number("days", 1);
      const day = Array.from({ length: 48 }, () => 0);
      for (const span of list(open)) {
        const [begin, end] = span.split("-").map((time) => Number(time.slice(0, 2)) * 2 + Number(time.slice(3)) / 30);
        day.fill(each, begin, end);
      }
      const [minutesADay, stretchMinutes] = words.text("labour")?.split("/").map(Number) ?? [];
      if (minutesADay !== undefined && stretchMinutes !== undefined) {
        const lawful = withinLabour(day.flatMap((amount, at) => (amount > 0 ? [at] : [])), { minutesADay, stretchMinutes, basis: { law: { zh: "", en: "" }, article: "" } });
        day.forEach((amount, at) => (day[at] = lawful.includes(at) ? amount : 0));
      }
      amounts = Array.from({ length: days }, () => day).flat();
      first = periodAt("day", now) * 48;
    } else {
      amounts = list(gives).flatMap((part) => {
        const [amount, times = "1"] = part.split("x");
        return Array.from({ length: Number(times) }, () => Number(amount));
      });
    }
    return { first, amounts, peak: peak === undefined ? Math.max(0, ...amounts) : Number(peak) };
  }

  private step(words: Words): void {
    const name = words.plain.shift()!;
    const id = this.id<StepId>(name);
    const books = this.pool.books;
    const unit = words.text("of") ?? "north";
    const arrived = words.text("arrived");
    const due = words.text("due");
    this.draft = {
      name,
      unit,
      place: words.text("in") ?? "522301",
      ask: {
        id,
        requestId: id as number as RequestId,
        attempt: words.number("attempt", 1),
        arrivedAt: arrived === undefined ? books.now : instantOf(arrived),
        dueAt: due === undefined ? books.now + 20 * DAY_MS : instantOf(due),
        expectedMinutes: words.number("work", 0),
        ...PLAIN_STEP,
        priority: this.ground(words),
        barred: this.barredOf(list(words.text("without"))),
      },
      claims: [],
    };
  }

  private claim(words: Words): void {
    if (!this.draft) throw new Error("a claim belongs to a step");
    const { name, unit, place, claims } = this.draft;
    const classId = words.plain.shift() as ClassId;
    const amount = Number(words.plain.shift());
    const from = words.text("from");
    claims.push({
      ...PLAIN_CLAIM,
      classId,
      amount,
      traits: list(words.text("traits")) as TraitId[],
      scope: words.has("own") ? "competent" : "pool",
      division: place as DivisionCode,
      unitId: unit as UnitId,
      together: words.has("together"),
      slots: words.number("slots", 1),
      spread: words.has("spread"),
      count: words.number("count", 1),
      sameUnit: groupOf(words.text("same-unit")),
      sameResource: groupOf(words.text("same-resource")),
      named: this.named(classId, words),
      purpose: words.text("for") ?? null,
      earliest: from === undefined ? null : instantOf(from),
      automatic: words.has("automatic"),
    });
    words.done();
  }

  /** `named=desk on=2026-03-02/09:00 generation=1`: any of them may be left out. */
  private named(classId: ClassId, words: Words): ClaimAsk["named"] {
    const [resource, on, generation] = ["named", "on", "generation"].map((word) => words.text(word));
    if (resource === undefined && on === undefined) return null;
    return {
      resource: resource === undefined ? null : this.known<ResourceId>(resource),
      period: on === undefined ? null : this.period(classId, on),
      generation: generation === undefined ? null : Number(generation),
    };
  }

  /** `ground=old-age days=3` · `ground=flood` without days: before everybody without one. */
  private ground(words: Words): Priority | null {
    const ground = words.text("ground");
    const days = words.text("days");
    return ground === undefined ? null : { ground, advanceMs: days === undefined ? Infinity : Number(days) * DAY_MS };
  }

  private submit(): void {
    if (!this.draft) return;
    const { name, ask, claims } = this.draft;
    this.draft = undefined;
    this.asked = true;
    this.claimsOf.set(name, claims);
    this.pool.say({ kind: "ready", steps: [{ ...ask, claims }] });
  }

  private end(words: Words): void {
    const name = words.plain.shift()!;
    const settle = list(words.text("used")).map((part) => {
      const [classId, amount] = part.split(":");
      const at = this.claimsOf.get(name)!.findIndex((one) => one.classId === classId);
      if (at < 0) throw new Error(`${name} does not claim ${classId}`);
      return { claim: claimIdOf(this.known<StepId>(name), at), amount: Number(amount) };
    });
    this.pool.say({ kind: "ended", step: this.known<StepId>(name), settle });
  }

  /** `pick a 2026-03-04 with=desk`: the applicant asks for all its claims then, there. */
  private pick(words: Words): void {
    this.settle();
    const step = this.known<StepId>(words.plain.shift()!);
    const on = words.plain.shift()!;
    const { ask } = this.pool.books.steps.get(step)!;
    const resource = this.known<ResourceId>(words.text("with")!);
    const claims = ask.claims.map((claim): ClaimAsk => ({ ...claim, named: { resource, generation: null, period: this.period(claim.classId, on) } }));
    this.pool.say({ kind: "picked", steps: [{ ...ask, claims }] });
  }

  /** All that the step was granted, and used by being granted it, goes back. */
  private annul(name: string): void {
    this.settle();
    const granted = this.pool.books.decisions.findLast((one) => one.step === this.known<StepId>(name));
    if (granted?.outcome !== "granted") throw new Error(`${name} was never granted anything`);
    this.pool.say({ kind: "annulled", uses: granted.allocations });
  }

  /** `deny south>north staff.review`: south's review staff may not serve north's claims. */
  private policy(words: Words, change: (rule: string) => void): void {
    this.settle();
    change(`${words.plain.shift()}:${words.plain.shift()}`);
    this.pool.say({ kind: "policy", version: this.pool.books.policyVersion + 1 });
  }

  /** `lend desk 2026-03-02 60`: gives away; `borrows` takes. */
  private lend(words: Words): void {
    this.settle();
    const { id, classId } = this.supplies.get(words.plain.shift()!)!;
    const period = this.period(classId, words.plain.shift()!);
    const { held, settled } = this.pool.books.balance(id, period);
    const amount = Number(words.plain.shift());
    this.pool.say({ kind: "booked", periods: [{ resource: id, period, held, settled, borrowed: 0, lent: amount }] });
  }

  private period(classId: ClassId, text: string): Period {
    const kind = this.kindOf(classId);
    if (kind === "none") return 0;
    if (kind === "fiscal-year") return Number(text);
    return periodAt(kind, instantOf(text));
  }

  private expect(words: Words): void {
    const name = words.plain.shift()!;
    const [what] = words.plain;
    if (this.supplies.has(name)) return this.expectBalance(name, words);
    words.plain.shift();
    if (what === "granted") return this.expectGranted(name, words);
    if (what === "refused") return this.expectRefused(name, words);
    if (what === "waits") return this.expectWaiting(name, words);
    if (what === "before") return this.expectBefore(name, words);
    if (what === "passed") return this.expectPassed(name, words);
    if (what === "keeps") return this.expectKept(name, words);
    if (what === "moved") return same("moved for", this.movedFor(name), words.plain.shift());
    if (what === "gone") return same("still with the engine", this.stateOf(name), "gone");
    if (what === "attempt") return same("attempt", this.pool.books.steps.get(this.known(name))!.ask.attempt, Number(words.plain.shift()));
    throw new Error(`cannot expect ${what}`);
  }

  /** `expect a before b key` · `expect a before b acceptance`. */
  private expectBefore(name: string, words: Words): void {
    const compared = this.pool.engine.compare(this.known<StepId>(name), this.known<StepId>(words.plain.shift()!));
    if (compared.kind !== "ordered") throw new Error(`they are ${compared.kind}`);
    same("first", compared.first.step, this.known<StepId>(name));
    same("by", compared.by, words.plain.shift());
  }

  /** `expect b passed a needs-more` · `expect b passed nobody`. */
  private expectPassed(name: string, words: Words): void {
    const decision = this.decisionOf(name);
    const other = words.plain.shift()!;
    if (other === "nobody") return same("passed", decision.passed, null);
    const { step, ground } = decision.passed ?? {};
    same("passed", `${step} ${ground}`, `${this.known<StepId>(other)} ${words.plain.shift()}`);
  }

  /** `expect big keeps shelf 3` · `expect big keeps nothing`. */
  private expectKept(name: string, words: Words): void {
    const kept = this.pool.engine.reservations().filter(({ step }) => step === this.known<StepId>(name));
    const what = words.plain.shift()!;
    if (what === "nothing") return same("keeps", kept.length, 0);
    const { id } = this.supplies.get(what)!;
    const sum = kept.filter(({ resource }) => resource === id).reduce((total, { amount }) => total + amount, 0);
    same(`keeps of ${what}`, sum, Number(words.plain.shift()));
  }

  private movedFor(name: string): string | null | undefined {
    return this.pool.moves.get(this.known<StepId>(name));
  }

  private stateOf(name: string): string {
    return this.pool.books.steps.get(this.known<StepId>(name))!.state;
  }

  private decisionOf(name: string): Decision {
    const id = this.known<StepId>(name);
    const decision = this.pool.books.decisions.findLast((one) => one.step === id);
    if (!decision || this.stateOf(name) === "waiting") {
      throw new Error(`${name} waits: ${JSON.stringify(this.pool.engine.whyWaiting(id, this.pool.books.now)?.reasons)}`);
    }
    return decision;
  }

  /** `expect a granted desk@2026-03-02*60 counter@2026-03-02/09:00`: exactly these, in any order. */
  private expectGranted(name: string, words: Words): void {
    const starts = words.text("starts");
    const decision = this.decisionOf(name);
    if (decision.outcome !== "granted") throw new Error(`${name} was refused: ${JSON.stringify(decision.reasons)}`);
    const names = new Map([...this.supplies].map(([code, { id }]) => [id, code]));
    const got = decision.allocations.map(({ resource, period, amount }) => {
      const kind = this.kindOf(this.pool.books.resources.get(resource)!.classId);
      return { resource: names.get(resource)!, at: textOfPeriod(kind, period), amount: String(amount) };
    });
    for (const wanted of words.plain.splice(0)) {
      // resource@period*amount
      const [, resource, at, amount] = /^([^@*]+)(?:@([^*]+))?(?:\*(\d+))?$/.exec(wanted)!;
      const index = got.findIndex((one) => one.resource === resource && (!at || one.at === at) && (!amount || one.amount === amount));
      if (index < 0) throw new Error(`no ${wanted} among ${JSON.stringify(got)}`);
      got.splice(index, 1);
    }
    if (got.length > 0) throw new Error(`also got ${JSON.stringify(got)}`);
    if (starts !== undefined) same("starts", new Date(decision.startsAt).toISOString(), new Date(instantOf(starts)).toISOString());
  }

  private expectRefused(name: string, words: Words): void {
    const decision = this.decisionOf(name);
    if (decision.outcome !== "refused") throw new Error(`${name} was granted`);
    const reason = decision.reasons.find(({ refusal }) => refusal)!;
    same("rule", reason.refusal!.rule, words.plain.shift());
    const asked = words.text("asked");
    const most = words.text("most");
    if (asked !== undefined) same("asked", String(reason.refusal!.asked), asked);
    if (most !== undefined) same("most", String(reason.refusal!.most), most);
  }

  private expectWaiting(name: string, words: Words): void {
    const now = this.pool.books.now;
    const waiting = this.pool.engine.whyWaiting(this.known<StepId>(name), now);
    if (!waiting) throw new Error(`${name} does not wait: ${JSON.stringify(this.decisionOf(name))}`);
    const [reason] = waiting.reasons;
    const rule = words.plain.shift();
    if (rule !== undefined) same("rule", reason!.blockedBy.rule, rule);
    const facts: Record<string, number | string | null> = {
      class: reason!.class,
      asked: reason!.blockedBy.asked,
      free: reason!.blockedBy.mostFree,
      rank: reason!.rank,
      of: reason!.waiting,
      expected: reason!.expectedAt === null ? "never" : textOfPeriod("slot", periodAt("slot", reason!.expectedAt)),
      attempt: waiting.attempt,
      used: reason!.blockedBy.quota?.used ?? null,
      nominal: reason!.blockedBy.quota?.nominal ?? null,
      borrowed: reason!.blockedBy.quota?.borrowed ?? null,
    };
    for (const [key, value] of Object.entries(facts)) {
      const wanted = words.text(key);
      if (wanted !== undefined) same(key, String(value), wanted);
    }
  }

  private expectBalance(name: string, words: Words): void {
    const { id, classId } = this.supplies.get(name)!;
    const at = words.plain.shift()!;
    const balance = this.pool.books.balance(id, this.period(classId, at));
    for (const key of ["held", "settled"] as const) {
      const wanted = words.text(key);
      if (wanted !== undefined) same(key, balance[key], Number(wanted));
    }
  }

  /**
   * `because a staff.review traits dropped 2` · `left 1` · `considered 3` · `closed 1` · `full 2` ·
   * `distance 1` · `other-unit` · `load 40` · `next desk`.
   */
  private because(words: Words): void {
    const decision = this.decisionOf(words.plain.shift()!);
    const classId = words.plain.shift();
    const reason = decision.reasons.find((one) => one.class === classId);
    if (!reason) throw new Error(`no reason for ${classId}`);
    const seen = this.shape(reason.shape);
    for (let word = words.plain.shift(); word !== undefined; word = words.plain.shift()) {
      const next = (): number => Number(words.plain.shift());
      if (word === "considered") same(word, seen?.considered, next());
      else if (word === "left") same(word, seen?.left, next());
      else if (word === "closed") same(word, reason.dynamic.find(({ rule }) => rule === "calendar")?.count ?? 0, next());
      else if (word === "full") same(word, reason.dynamic.find(({ rule }) => rule === "capacity")?.count ?? 0, next());
      else if (word === "kept-out") same(word, reason.dynamic.find(({ rule }) => rule === "persons")?.count ?? 0, next());
      else if (word === "in-name-of") {
        const [from, to] = words.plain.shift()!.split(">");
        const chain = this.delegations.find((one) => one.from === from && one.to === to)?.chain;
        same(word, JSON.stringify(reason.delegation), JSON.stringify(chain));
      } else if (word === "distance") same(word, reason.winner?.terms.distance, next());
      else if (word === "load") same(word, reason.winner?.terms.loadPercent, next());
      else if (word === "own-unit") same(word, reason.winner?.terms.otherUnit, 0);
      else if (word === "other-unit") same(word, reason.winner?.terms.otherUnit, 1);
      else if (word === "next") same(word, reason.runnerUp?.resource, this.known(words.plain.shift()!));
      else if (word === "no-next") same(word, reason.runnerUp, undefined);
      else {
        same("then", words.plain.shift(), "dropped");
        same(`${word} dropped`, seen?.dropped.find(({ rule }) => rule === word)?.count ?? 0, next());
      }
    }
  }

  private shape(hash: string): { considered: number; left: number; dropped: readonly { rule: string; count: number }[] } | undefined {
    return this.pool.books.shapes.get(hash)?.funnel;
  }
}
