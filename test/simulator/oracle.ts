import type { DeclaredResource, WriterBatch } from "../../src/app/ports/writer.js";
import type { ClaimId, ClassId, CommandId, ResourceId, StepId, UnitId } from "../../src/domain/id.js";
import type { Command } from "../../src/domain/pool/command.js";
import type { Allocation, ClaimAsk, Granted, RefusedStep } from "../../src/scheduler/contract.js";
import type { AllocationRow, Database, StepRow } from "./database.js";
import type { Sometimes } from "./sometimes.js";
import type { World } from "./world.js";

/*
 * The rules once more, read by somebody else: simple loops over all rows, nothing shared with what decides or with
 * what stores. Whatever is broken is thrown as `Broken`, in words.
 */
export class Broken extends Error {
  override readonly name = "Broken";
}

function must(isSo: boolean, what: () => string): void {
  if (!isSo) throw new Broken(what());
}

const HALF_HOUR = 30 * 60_000;
const CHINA = 8 * 3_600_000;

const rowKey = (one: Pick<Allocation, "claim" | "attempt" | "resource" | "period">): string => `${one.claim} ${one.attempt} ${one.resource} ${one.period}`;

/** What of one resource's past may still be what a batch was computed with. */
interface Declaration {
  readonly command: CommandId | 0;
  readonly row: DeclaredResource;
}

export class Oracle {
  #lastSeq = 0;
  #epoch = 0;
  readonly #numbered = new Set<CommandId>();
  /** By allocation: held, then once something else. */
  readonly #holds = new Map<string, string>();
  readonly #decided = new Map<string, "granted" | "refused">();
  readonly #started = new Set<StepId>();
  readonly #declarations = new Map<ResourceId, Declaration[]>();
  readonly #lapsed = new Set<StepId>();
  /** Turns that somebody's act or the end of a period began; the first needs no reason. */
  readonly #turns = new Set<string>();
  readonly #dropped = new Set<StepId>();
  readonly #moved = new Set<StepId>();
  /** Who was kept out of a step at some time, be it ended since. */
  readonly #barred = new Map<StepId, Set<ResourceId>>();
  /** The times that were picked for a step, by claim. */
  readonly #picks = new Map<StepId, ReadonlyMap<ClaimId, number>[]>();
  /** Numbers of which a use was annulled. */
  readonly #freed = new Set<string>();
  /** Steps of direct claims whose claimant was told that they are confirmed. */
  readonly #confirmed = new Set<StepId>();
  batches = 0;

  constructor(
    private readonly db: Database,
    private readonly world: World,
    private readonly sometimes: Sometimes,
  ) {}

  /** A declaration that has become durable; the writer hears of it by this command. */
  declared(row: DeclaredResource, command: CommandId | 0): void {
    const all = this.#declarations.get(row.id);
    if (all) all.push({ command, row });
    else this.#declarations.set(row.id, [{ command, row }]);
  }

  /** An act that has become durable. */
  acted(commands: readonly { readonly command: Command }[]): void {
    for (const { command } of commands) {
      if (command.kind === "claim.confirmed") this.#confirmed.add(command.step);
      if (command.kind !== "persons.barred") continue;
      for (const step of command.steps) {
        const out = this.db.steps.get(step)!.ask.barred.map(({ resource }) => resource);
        this.#barred.set(step, new Set([...(this.#barred.get(step) ?? []), ...out]));
      }
    }
  }

  /** After each batch that became durable. */
  afterBatch(batch: WriterBatch): void {
    this.batches += 1;
    this.#fence(batch);
    const given = new Map<StepId, How>();
    for (const { id } of batch.commands) {
      must(!this.#numbered.has(id), () => `command ${id} was numbered twice`);
      this.#numbered.add(id);
      const row = this.db.commands.get(id);
      must(row !== undefined, () => `command ${id} was numbered and does not exist`);
      this.#take(row!.command, given);
    }
    this.#readied(batch);
    this.#closings(batch, given);
    for (const decision of batch.decisions) {
      const key = `${decision.step}/${decision.attempt}`;
      must(!this.#decided.has(key), () => `step ${decision.step} was answered twice in attempt ${decision.attempt}`);
      this.#decided.set(key, decision.outcome);
      const step = this.db.steps.get(decision.step);
      must(step !== undefined, () => `decision on step ${decision.step}, which does not exist`);
      must(this.#turns.has(key), () => `step ${decision.step} was answered in attempt ${decision.attempt}, which nothing began`);
      if (decision.outcome === "granted") this.#grant(step!, decision, batch);
      else if (decision.stands) this.#stands(decision);
      else this.sometimes.saw("refused as impossible");
    }
    for (const { resource, period } of batch.balances) this.#balance(resource, period);
    this.#order(batch);
    this.#numbers(batch);
  }

  /** Epoch and numbers: each batch begins where the last one ended, and no number is missing or used twice. */
  #fence(batch: WriterBatch): void {
    must(batch.epoch >= this.#epoch, () => `epoch ${batch.epoch} wrote after epoch ${this.#epoch}`);
    must(batch.epoch === this.db.writer.epoch, () => `epoch ${batch.epoch} wrote while ${this.db.writer.epoch} holds the lease`);
    this.#epoch = batch.epoch;
    must(batch.fromSeq === this.#lastSeq, () => `a batch from ${batch.fromSeq} followed number ${this.#lastSeq}`);
    must(batch.revocations === this.db.writer.revocations, () => "a batch is durable that was computed before a revocation");
    const numbers = [...batch.commands.map(({ seq }) => seq), ...(batch.closingSeq === null ? [] : [batch.closingSeq]), ...batch.decisions.map(({ seq }) => seq)];
    must(new Set(numbers).size === numbers.length, () => "a number was used twice in one batch");
    must(numbers.every((seq) => seq > batch.fromSeq && seq <= batch.toSeq), () => "a number lies outside its batch");
    must(numbers.length === batch.toSeq - batch.fromSeq, () => `numbers are missing between ${batch.fromSeq} and ${batch.toSeq}`);
    this.#lastSeq = batch.toSeq;
    must(this.db.writer.lastSeq === batch.toSeq, () => "the writer's row stands at another number than its batch");
  }

  /** Only a pick can be refused so that its step goes on, in the turn that follows. */
  #stands({ step, attempt }: RefusedStep): void {
    must(this.#picks.has(step), () => `step ${step} was refused in attempt ${attempt} and goes on, though nobody picked anything for it`);
    this.#turns.add(`${step}/${attempt + 1}`);
  }

  /** A pick that was answered meanwhile has taken the turn that somebody's act began: the step is queued in the one after it. */
  #readied(batch: WriterBatch): void {
    const readied = new Set(batch.commands.flatMap(({ id }) => stepsReadied(this.db.commands.get(id)!.command)));
    for (const { step, attempt } of batch.attempts) {
      if (readied.has(step) && this.#picks.has(step) && this.#decided.has(`${step}/${attempt - 1}`)) this.#turns.add(`${step}/${attempt}`);
    }
  }

  #take(command: Command, given: Map<StepId, How>): void {
    if (command.kind === "step.picked" && command.named.length > 0) {
      const picked = new Map(command.named.flatMap(({ claim, period }) => (period === null ? [] : [[claim, period] as const])));
      this.#picks.set(command.step, [...(this.#picks.get(command.step) ?? []), picked]);
    } else if (command.kind === "step.picked") given.set(command.step, "unpicked");
    if (command.kind === "step.ready") command.steps.forEach((step, at) => this.#turns.add(`${step}/${command.turns?.[at] ?? 1}`));
    if (command.kind === "step.ended") for (const step of command.ready) this.#turns.add(`${step}/1`);
    if (command.kind === "step.reconsider") this.#turns.add(`${command.step}/${command.turn ?? 1}`);
    if (command.kind === "step.started") this.#started.add(command.step);
    if (command.kind === "step.ended") given.set(command.step, "ended");
    if (command.kind === "request.ended" || command.kind === "request.paused" || command.kind === "claim.released") {
      for (const step of command.steps) {
        given.set(step, "dropped");
        this.#dropped.add(step);
      }
    }
  }

  /** A hold ends once, with a reason, whole, and all holds of a step together. */
  #closings(batch: WriterBatch, given: ReadonlyMap<StepId, How>): void {
    const lapsing = new Set<StepId>();
    for (const { allocation, state, settled } of batch.closings) {
      const key = rowKey(allocation);
      if (state === "annulled") {
        this.#annulled(allocation, batch);
        continue;
      }
      must(this.#holds.get(key) === "held", () => `hold ${key} ended as ${state}, and was ${this.#holds.get(key) ?? "never given"}`);
      this.#holds.set(key, state);
      must(settled >= 0 && settled <= allocation.amount, () => `hold ${key} of ${allocation.amount} settled ${settled}`);
      must((state === "settled") === settled > 0, () => `hold ${key} is ${state} and settled ${settled}`);
      const how = given.get(allocation.step);
      const direct = this.db.steps.get(allocation.step)!.requestId === null;
      if (direct) {
        this.#directEnd(allocation, settled, how, batch);
        continue;
      }
      if (settled > 0) must(how === "ended", () => `hold ${key} was settled though nobody ended its work`);
      if (how === undefined || how === "unpicked") lapsing.add(allocation.step);
      else must(state !== "lapsed", () => `hold ${key} lapsed though its step was ${how}`);
    }
    for (const id of lapsing) {
      const step = this.db.steps.get(id)!;
      must(!this.#started.has(id), () => `holds of step ${id} were taken back though its work had begun`);
      must(step.state === "ready", () => `holds of step ${id} were taken back though it is ${step.state}`);
      const mine = batch.closings.filter(({ allocation }) => allocation.step === id);
      const ended = mine.some(({ allocation }) => this.#periodEnd(allocation) <= batch.decidedAt);
      const moved = batch.attempts.some((one) => one.step === id && one.movedFor != null);
      if (moved) {
        const number = mine.find(({ allocation }) => this.#isNumber(allocation.resource));
        must(number === undefined, () => `step ${id} was moved for others, and held a number of ${number!.allocation.resource}: those go by acceptance`);
        must(!this.#moved.has(id), () => `step ${id} was moved twice for others`);
        this.#moved.add(id);
        this.sometimes.saw("moved once for an emergency");
      }
      const barred = mine.some(({ allocation }) => this.#barred.get(id)?.has(allocation.resource) === true);
      if (barred) this.sometimes.saw("given back because an officer takes no part");
      const undelegated = mine.some(({ allocation }) => this.#restsOnNobody(step, allocation, batch.decidedAt) || this.#restedOnNobody(step, allocation));
      if (undelegated) this.sometimes.saw("given back because a delegation ended");
      const unpicked = given.get(id) === "unpicked";
      if (unpicked) this.sometimes.saw("picked time given back");
      const lawful = ended || moved || barred || undelegated || unpicked;
      if (!lawful) this.#picked(step, mine.map(({ allocation }) => allocation), batch);
      must(step.attempt > mine[0]!.allocation.attempt, () => `step ${id} lapsed in attempt ${mine[0]!.allocation.attempt} and is queued in attempt ${step.attempt}`);
      if (lawful) this.#lapsed.add(id);
      this.#turns.add(`${id}/${mine[0]!.allocation.attempt + 1}`);
      if (ended) this.sometimes.saw("hold lapsed");
    }
    for (const { allocation } of batch.closings) {
      const left = this.db.holdsOf(allocation.step).filter(({ attempt }) => attempt === allocation.attempt);
      must(left.length === 0, () => `step ${allocation.step} gave back a part of what it holds`);
    }
  }

  /** What was used of a number goes back once, when somebody annulled it. */
  #annulled(allocation: Allocation, batch: WriterBatch): void {
    const key = rowKey(allocation);
    must(this.#holds.get(key) === "settled", () => `the use of ${key} was annulled, and was ${this.#holds.get(key) ?? "never given"}`);
    this.#holds.set(key, "annulled");
    const asked = batch.commands.map(({ id }) => this.db.commands.get(id)!.command);
    must(asked.some((command) => command.kind === "number.annulled" && command.step === allocation.step), () => `the use of ${key} was annulled, and nobody asked for it`);
    this.#freed.add(`${allocation.resource}/${allocation.period}`);
    this.sometimes.saw("number annulled");
  }

  #isNumber(id: ResourceId): boolean {
    const row = this.db.resources.get(id)!;
    return row.classId.startsWith("function.") && row.total !== null;
  }

  /** Holds were exchanged, for nothing but a time that was picked: for what it names, or for the very same. */
  #picked(step: StepRow, before: readonly Allocation[], batch: WriterBatch): void {
    const wrong = (what: string): string => `holds of step ${step.id} were taken back for no reason there is${what}`;
    const picks = this.#picks.get(step.id);
    must(picks !== undefined, () => wrong(""));
    const answers = batch.decisions.filter((decision) => decision.step === step.id);
    const granted = answers.find((decision): decision is Granted & { seq: number } => decision.outcome === "granted");
    must(granted !== undefined, () => wrong(", and nothing was given for them"));
    if (answers.some((decision) => decision.outcome === "refused")) {
      must(isSame(before, granted!.allocations), () => wrong(": what was picked was refused, and it holds something else"));
      this.sometimes.saw("picked time refused, and all stayed as it was");
      return;
    }
    const firsts = firstPeriods(granted!.allocations);
    must(picks!.some((pick) => [...pick].every(([claim, period]) => firsts.get(claim) === period)), () => wrong(": nobody picked what it holds now"));
    this.sometimes.saw("picked time given");
  }

  /** It was given in the name of a unit that lets nobody decide in its name at this moment. */
  #restsOnNobody(step: StepRow, { claim, resource }: Pick<Allocation, "claim" | "resource">, now: number): boolean {
    const { unitId, classId, scope } = step.ask.claims[(claim as number) - step.id * 64]!;
    const to = this.db.resources.get(resource)!.unitId;
    const { act } = this.world.classes.find(({ id }) => id === classId)!;
    if (to === unitId || (scope === "pool" && act !== "deciding")) return false;
    return !this.#isDelegated(unitId, to, classId, now);
  }

  /** A delegation ended, and another took its place so lately that the batch may not have known. */
  #restedOnNobody(step: StepRow, { claim, resource }: Pick<Allocation, "claim" | "resource">): boolean {
    const { unitId, classId } = step.ask.claims[(claim as number) - step.id * 64]!;
    const to = this.db.resources.get(resource)!.unitId;
    const of = [...this.db.delegations.values()].filter((one) => one.from === unitId && one.to === to && one.classId === classId);
    return of.length > 1 && this.db.unnumbered().some(({ command }) => command.kind === "delegation.declared");
  }

  #isDelegated(from: UnitId, to: UnitId, classId: ClassId, now: number): boolean {
    return [...this.db.delegations.values()].some(
      (one) => one.from === from && one.to === to && one.classId === classId && one.withdrawnAt === null && one.validFrom <= now && (one.validTo === null || now < one.validTo),
    );
  }

  /** A direct claim's hold ends by its claimant, by what takes its place, unconfirmed in time, or when it is over. */
  #directEnd(allocation: Allocation, settled: number, how: How | undefined, batch: WriterBatch): void {
    const wrong = (what: string): string => `hold ${rowKey(allocation)} of a direct claim ${what}`;
    const replaced = batch.decisions.some(({ step, outcome }) => outcome === "granted" && this.db.steps.get(step)!.ask.replaces === allocation.step);
    const move = batch.directs.find(({ step }) => step === allocation.step)?.outcome;
    if (settled > 0) {
      must(move === "ended" && this.#periodEnd(allocation) <= batch.decidedAt, () => wrong("was settled before it was over"));
      this.sometimes.saw("booking used to its end");
    } else if (how === undefined && !replaced && move === "expired") {
      const { holdUntil } = this.db.steps.get(allocation.step)!.ask;
      // Released meanwhile: that act is on its way, and comes to the same.
      if ([...this.db.directs.values()].some((one) => one.step === allocation.step && one.state === "released")) return;
      must(!this.#confirmed.has(allocation.step), () => wrong("expired though it was confirmed"));
      // Over when the last of its dated periods is: what has no date goes back with them.
      const ends = [...this.db.allocations.values()].filter(({ step }) => step === allocation.step).map((one) => this.#periodEnd(one)).filter(Number.isFinite);
      const over = ends.length > 0 && Math.max(...ends) <= batch.decidedAt;
      const undelegated = batch.closings.some(({ allocation: one }) => one.step === allocation.step && this.#restsOnNobody(this.db.steps.get(one.step)!, one, batch.decidedAt));
      must((holdUntil !== null && holdUntil <= batch.decidedAt) || over || undelegated, () => wrong("expired before its time"));
      this.sometimes.saw("unconfirmed hold expired");
    } else must(how === "dropped" || replaced || move === "ended", () => wrong("ended for no reason there is"));
    if (!replaced) return;
    this.sometimes.saw("booking took another's place");
    const now = batch.decisions.flatMap((decision) => (decision.outcome === "granted" && this.db.steps.get(decision.step)!.ask.replaces === allocation.step ? decision.allocations : []));
    const same = now.find(({ resource, period }) => resource === allocation.resource && period === allocation.period);
    if (same && same.amount < allocation.amount) this.sometimes.saw("booking made smaller");
  }

  #periodEnd({ resource, period }: Pick<Allocation, "resource" | "period">): number {
    switch (this.#classOf(this.db.resources.get(resource)!).period) {
      case "none":
        return Infinity;
      case "slot":
        return (period + 1) * HALF_HOUR - CHINA;
      case "day":
        return (period + 1) * 48 * HALF_HOUR - CHINA;
      case "fiscal-year":
        return Date.UTC(period + 1, 0, 1) - CHINA;
    }
  }

  #classOf(resource: Pick<DeclaredResource, "classId">) {
    return this.world.classes.find(({ id }) => id === resource.classId)!;
  }

  /** All legs, of resources that may serve, within what they had at this moment. */
  #grant(step: StepRow, granted: Granted, batch: WriterBatch): void {
    const { claims } = step.ask;
    const wrong = (what: string): string => `grant of step ${step.id}, attempt ${granted.attempt}: ${what}`;
    must(granted.allocations.length > 0, () => wrong("nothing"));
    const closed = batch.closings.flatMap(({ allocation }) => (allocation.step === step.id ? [allocation] : []));
    const kept = closed.length > 0 && isSame(closed, granted.allocations) && batch.decisions.some((one) => one.step === step.id && one.outcome === "refused");
    claims.forEach((claim, ordinal) => {
      const mine = granted.allocations.filter((one) => one.claim === step.id * 64 + ordinal);
      must(mine.length > 0, () => wrong(`claim ${ordinal} got nothing, others did`));
      this.#claimWhole(claim, mine, (what) => wrong(`claim ${ordinal} ${what}`));
      const barred = mine.find(({ resource }) => step.ask.barred.some((one) => one.resource === resource));
      must(barred === undefined, () => wrong(`claim ${ordinal} is served by ${barred!.resource}, whose officer takes no part in it`));
      this.#asNamed(claim, mine, (what) => wrong(`claim ${ordinal} ${what}`));
      // What it holds on to need not be what it would be given today.
      if (!kept) for (const one of mine) this.#mayServe(claim, one, batch, (what) => wrong(`claim ${ordinal} ${what}`));
    });
    this.#bySame(step, granted, wrong);
    const known = new Set(claims.map((_, ordinal) => step.id * 64 + ordinal));
    must(granted.allocations.every((one) => known.has(one.claim as number)), () => wrong("something nobody claimed"));
    this.#atOneTime(claims, granted.allocations, step, wrong);
    for (const one of granted.allocations) {
      const key = rowKey(one);
      must(!this.#holds.has(key), () => wrong(`${key} was given before`));
      this.#holds.set(key, "held");
      if (!kept) this.#within(one, batch, wrong);
    }
    const others = this.db.holdsOf(step.id).filter(({ attempt }) => attempt !== granted.attempt);
    must(others.length === 0, () => wrong("it holds something of another attempt too"));
    this.#sawGrant(step, granted, batch);
  }

  /** Claims with one number are served by one unit, or by one resource. */
  #bySame(step: StepRow, { allocations }: Granted, wrong: (what: string) => string): void {
    const served = (group: (claim: ClaimAsk) => number | null, of: (resource: ResourceId) => unknown, what: string): boolean => {
      const numbers = [...new Set(step.ask.claims.map(group))].filter((number) => number !== null);
      for (const number of numbers) {
        const by = new Set(allocations.filter(({ claim }) => group(step.ask.claims[(claim as number) - step.id * 64]!) === number).map(({ resource }) => of(resource)));
        must(by.size === 1, () => wrong(`claims that one ${what} must serve are served by ${[...by].join()}`));
      }
      return numbers.length > 0;
    };
    if (served(({ sameUnit }) => sameUnit, (id) => this.db.resources.get(id)!.unitId, "unit")) this.sometimes.saw("one unit served several claims");
    if (served(({ sameResource }) => sameResource, (id) => id, "resource")) this.sometimes.saw("one resource served several claims");
  }

  #claimWhole(claim: ClaimAsk, mine: readonly Allocation[], wrong: (what: string) => string): void {
    const { period } = this.world.classes.find(({ id }) => id === claim.classId)!;
    const resources = [...new Set(mine.map(({ resource }) => resource))];
    must(resources.length === claim.count, () => wrong(`asks ${claim.count} resources and got ${resources.length}`));
    const dated = period === "day" || period === "slot";
    const starts = new Set(resources.map((resource) => Math.min(...mine.filter((one) => one.resource === resource).map((one) => one.period))));
    if (dated) must(starts.size === 1, () => wrong("is served by several that do not begin together"));
    if (resources.length > 1) this.sometimes.saw("several resources served one claim");
    if (claim.earliest !== null && dated) {
      const from = (claim.earliest + CHINA) / HALF_HOUR;
      must(Math.min(...starts) >= (period === "day" ? Math.floor(from / 48) : from), () => wrong("was served before its earliest moment"));
      this.sometimes.saw("waited for its earliest moment");
    }
    for (const resource of resources) {
      const parts = mine.filter((one) => one.resource === resource).sort((a, b) => a.period - b.period);
      const sum = parts.reduce((total, { amount }) => total + amount, 0);
      if (claim.spread && dated) {
        must(sum === claim.amount, () => wrong(`asks ${claim.amount} and got ${sum}`));
        if (parts.length > 1) this.sometimes.saw("spread over several periods");
      }
      else {
        const run = period === "slot" ? claim.slots : 1;
        must(parts.length === run, () => wrong(`asks ${run} periods and got ${parts.length}`));
        must(parts.every((one, at) => one.amount === claim.amount && one.period === parts[0]!.period + at), () => wrong("did not get its amount in consecutive periods"));
      }
    }
  }

  #asNamed({ named }: ClaimAsk, mine: readonly Allocation[], wrong: (what: string) => string): void {
    if (named === null) return;
    this.sometimes.saw("named supply given");
    const [first] = [...mine].sort((a, b) => a.period - b.period);
    if (named.resource !== null) must(mine.every(({ resource }) => resource === named.resource), () => wrong(`names ${named.resource} and got ${first!.resource}`));
    if (named.period !== null) must(first!.period === named.period, () => wrong(`names period ${named.period} and got ${first!.period}`));
    if (named.generation !== null) {
      must(this.#mayBe(first!.resource).some(({ generation }) => generation === named.generation), () => wrong("was given though its supply was declared anew since"));
    }
  }

  /** Dated claims fall on one day; what is together begins together. */
  #atOneTime(claims: readonly ClaimAsk[], allocations: readonly Allocation[], step: StepRow, wrong: (what: string) => string): void {
    const starts = claims.flatMap((claim, ordinal) => {
      const { period } = this.world.classes.find(({ id }) => id === claim.classId)!;
      if (period !== "day" && period !== "slot") return [];
      const first = Math.min(...allocations.filter((one) => one.claim === step.id * 64 + ordinal).map((one) => one.period));
      return [{ claim, period, first, day: period === "day" ? first : Math.floor(first / 48) }];
    });
    // What names its days has named them.
    if (claims.some(({ named }) => named !== null)) return;
    must(new Set(starts.map(({ day }) => day)).size <= 1, () => wrong("its claims fall on several days"));
    const together = starts.filter(({ claim, period }) => claim.together && period === "slot");
    must(new Set(together.map(({ first }) => first)).size <= 1, () => wrong("what is together does not begin together"));
    if (together.length > 1) this.sometimes.saw("several claims began together");
  }

  #mayServe(claim: ClaimAsk, { resource: id, period, amount }: Pick<Allocation, "resource" | "period" | "amount">, batch: WriterBatch, wrong: (what: string) => string): void {
    const now = this.db.resources.get(id);
    must(now !== undefined, () => wrong(`is served by ${id}, which does not exist`));
    const cls = this.#classOf(now!);
    must(now!.classId === claim.classId, () => wrong(`is served by ${id} of class ${now!.classId}`));
    const mayBe = this.#mayBe(id);
    must(mayBe.some((row) => row.offered && row.state === "published"), () => wrong(`is served by ${id}, which is not offered`));
    must(mayBe.some((row) => claim.traits.every((trait) => row.traits.includes(trait))), () => wrong(`is served by ${id} without the traits ${claim.traits.join()}`));
    const own = now!.unitId === claim.unitId;
    const delegated = !own && this.#isDelegated(claim.unitId, now!.unitId, claim.classId, batch.decidedAt);
    if (delegated && cls.act === "deciding") this.sometimes.saw("decided in another's name");
    const line = [claim.division as string, `${claim.division.slice(0, 4)}00`];
    must(delegated || now!.jurisdiction.some((division) => line.includes(division)), () => wrong(`lies outside the jurisdiction of ${id}`));
    must(own || delegated || (claim.scope === "pool" && cls.act !== "deciding"), () => wrong(`is served by ${id} of another unit`));
    if (cls.kind === "funds" || now!.earmark !== null) must(now!.earmark === claim.purpose, () => wrong(`is paid from ${String(now!.earmark)}`));
    must(amount >= now!.limits.min && amount <= now!.limits.max && amount % now!.limits.step === 0, () => wrong(`got ${amount}, which the limits of ${id} do not allow`));
    // In another's name it is that other's decision.
    const denied = this.world.denied[this.db.policyVersion]!.has(`${delegated ? claim.unitId : now!.unitId}/${now!.classId}`);
    must(!denied, () => wrong(`is served by ${id} against policy ${this.db.policyVersion}, decided under ${batch.policyVersion}`));
    if (cls.period === "slot") must(period * HALF_HOUR - CHINA >= batch.decidedAt - HALF_HOUR, () => wrong("was given time that has passed"));
    must(this.#periodEnd({ resource: id, period }) > batch.decidedAt, () => wrong("was given a period that has ended"));
  }

  /** What the resource was declared to be when the batch was computed: as of the last numbered declaration, or of one that is on its way. */
  #mayBe(id: ResourceId): readonly DeclaredResource[] {
    const all = this.#declarations.get(id) ?? [];
    let from = 0;
    all.forEach(({ command }, at) => {
      if (command === 0 || this.#numbered.has(command)) from = Math.max(from, at);
    });
    return all.slice(from).map(({ row }) => row);
  }

  /** I1: never above capacity at the grant's moment. */
  #within({ resource, period }: Allocation, batch: WriterBatch, wrong: (what: string) => string): void {
    let used = 0;
    for (const row of this.db.allocations.values()) {
      if (row.resource !== resource || row.period !== period) continue;
      used += row.state === "held" ? row.amount : row.state === "annulled" ? 0 : row.settled;
    }
    const capacities = this.#mayBe(resource).map((row) =>
      row.total === null ? Infinity : Math.max(0, Math.floor(((row.total - row.reserved) * row.overcommitPercent) / 100)),
    );
    const most = Math.max(...capacities);
    must(used <= most, () => wrong(`${used} of resource ${resource} in period ${period} are in use, and it has ${most} (batch ${batch.fromSeq}–${batch.toSeq})`));
    const balance = this.db.balances.get(`${resource}/${period}`)!;
    must(used <= balance.capacity + balance.borrowed - balance.lent, () => wrong(`${used} of resource ${resource} in period ${period} are in use, and the books have ${balance.capacity}`));
    if (used === most) this.sometimes.saw("capacity exactly reached");
  }

  /** I2: the sums are what the rows add up to. */
  #balance(resource: ResourceId, period: number): void {
    const mine = [...this.db.allocations.values()].filter((row) => row.resource === resource && row.period === period);
    const held = mine.reduce((sum, row) => sum + (row.state === "held" ? row.amount : 0), 0);
    const settled = mine.reduce((sum, row) => sum + (row.state === "annulled" ? 0 : row.settled), 0);
    const balance = this.db.balances.get(`${resource}/${period}`);
    must(balance?.held === held && balance.settled === settled, () => `balance ${resource}/${period} says ${balance?.held} held and ${balance?.settled} settled; the rows say ${held} and ${settled}`);
    if (balance!.held + balance!.settled > balance!.capacity) this.sometimes.saw("capacity lowered below use");
  }

  /** Among those who ask the same, nobody is answered before somebody more urgent who still waits. */
  #order(batch: WriterBatch): void {
    const granted = batch.decisions.filter(({ outcome }) => outcome === "granted");
    if (granted.length === 0) return;
    const announced = new Set<StepId>();
    for (const { command, seq } of this.db.commands.values()) if (seq === null) for (const step of stepsNamed(command)) announced.add(step);
    for (const waiting of this.db.steps.values()) {
      if (waiting.state !== "ready" || waiting.requestId === null || announced.has(waiting.id) || this.#decided.has(`${waiting.id}/${waiting.attempt}`)) continue;
      if (!this.db.isOpen(waiting)) continue;
      const asks = JSON.stringify([waiting.ask.claims, waiting.ask.barred, waiting.ask.priority]);
      for (const { step: id } of granted) {
        const served = this.db.steps.get(id)!;
        // Numbers that law sets go by acceptance: another rule, below.
        if (this.#asksNumbers(served.ask.claims)) continue;
        // Paused and resumed meanwhile: it may have another due date now than it was answered by.
        if (announced.has(id) || served.requestId === null) continue;
        if (JSON.stringify([served.ask.claims, served.ask.barred, served.ask.priority]) !== asks) continue;
        must(
          compare(placeOf(served), placeOf(waiting)) < 0,
          () => `step ${id} was granted in batch ${batch.fromSeq}–${batch.toSeq} before step ${waiting.id}, which asks the same, is more urgent and waits`,
        );
      }
    }
  }

  #asksNumbers(claims: readonly ClaimAsk[]): boolean {
    return claims.some(({ classId }) => classId.startsWith("function.") && [...this.db.resources.values()].some((row) => row.classId === classId && row.total !== null));
  }

  /** A number that law sets goes to nobody while somebody who was accepted earlier waits for it. */
  #numbers(batch: WriterBatch): void {
    const given = batch.decisions.flatMap((decision) => (decision.outcome === "granted" ? decision.allocations : []));
    const numbers = given.filter(({ resource }) => this.#isNumber(resource));
    if (numbers.length === 0) return;
    this.sometimes.saw("number given");
    if (numbers.some(({ resource, period }) => this.#freed.has(`${resource}/${period}`))) this.sometimes.saw("annulled number given again");
    const untaken = this.db.unnumbered().map(({ command }) => command);
    // Who may serve whom is changing under way.
    if (batch.policyVersion !== this.db.policyVersion || untaken.some(({ kind }) => kind === "resource.declared" || kind === "policy.activated" || kind === "delegation.declared")) return;
    const announced = new Set(untaken.flatMap(stepsNamed));
    for (const { step: id, resource } of numbers) {
      const served = this.db.steps.get(id)!;
      // What it holds already it may hold on, in another turn or under another claim.
      if (served.ask.replaces !== null || batch.closings.some(({ allocation }) => allocation.step === id)) continue;
      for (const waiting of this.db.steps.values()) {
        if (waiting.state !== "ready" || announced.has(waiting.id) || this.#decided.has(`${waiting.id}/${waiting.attempt}`) || !this.db.isOpen(waiting)) continue;
        const earlier = (waiting.ask.arrivedAt - served.ask.arrivedAt || waiting.id - served.id) < 0;
        if (!earlier || waiting.ask.barred.some((one) => one.resource === resource)) continue;
        must(
          !waiting.ask.claims.some((claim) => this.#couldServe(claim, resource, batch)),
          () => `step ${id} was given a number of ${resource} in batch ${batch.fromSeq}–${batch.toSeq}, and step ${waiting.id}, accepted earlier, waits for it`,
        );
      }
    }
  }

  #couldServe(claim: ClaimAsk, resource: ResourceId, batch: WriterBatch): boolean {
    const { classId, total, reserved, overcommitPercent } = this.db.resources.get(resource)!;
    if (classId !== claim.classId || Math.floor(((total! - reserved) * overcommitPercent) / 100) < claim.amount) return false;
    try {
      this.#mayServe(claim, { resource, period: 0, amount: claim.amount }, batch, (what) => what);
      return claim.named === null;
    } catch (error) {
      if (error instanceof Broken) return false;
      throw error;
    }
  }

  #sawGrant(step: StepRow, granted: Granted, batch: WriterBatch): void {
    const { sometimes } = this;
    const state = step.requestId === null ? undefined : this.db.requests.get(step.requestId)!.status.state;
    if (state === "withdrawn") sometimes.saw("withdrawn while its grant was under way");
    if (state === "supplement") sometimes.saw("paused while its grant was under way");
    if (batch.policyVersion !== this.db.policyVersion) sometimes.saw("policy swapped between compute and commit");
    if (step.ask.claims.length > 1) sometimes.saw("several claims granted together");
    if (new Set(step.ask.claims.map(({ unitId }) => unitId)).size > 1) sometimes.saw("several claimants served in one write");
    if (step.ask.priority !== null) sometimes.saw("served ahead by a confirmed ground");
    if (granted.attempt > 1) {
      const before = this.#decided.get(`${step.id}/${granted.attempt - 1}`);
      if (this.#lapsed.has(step.id)) sometimes.saw("lapsed step granted again");
      if (before === "granted" && this.#dropped.has(step.id)) sometimes.saw("resumed step granted again");
      if (before === "refused") sometimes.saw("reconsidered step granted");
    }
    const freed = new Set(batch.closings.map(({ allocation }) => allocation.resource));
    if (granted.allocations.some(({ resource }) => freed.has(resource))) sometimes.saw("woken by a release in the same batch");
  }

  /** Everything, row by row: every now and then, and at the end. */
  checkAll(): void {
    for (const { resource, period } of this.db.balances.values()) this.#balance(resource, period);
    const held = new Map<StepId, Set<number>>();
    for (const row of this.db.allocations.values()) {
      const state = this.#holds.get(rowKey(row));
      must(state === row.state, () => `allocation ${rowKey(row)} is ${row.state}; it was seen to become ${state ?? "nothing"}`);
      must(this.#decided.get(`${row.step}/${row.attempt}`) === "granted", () => `allocation ${rowKey(row)} without a grant`);
      if (row.state === "held") held.set(row.step, (held.get(row.step) ?? new Set()).add(row.attempt));
    }
    for (const { id, state } of this.db.steps.values()) {
      if (state === "working") must(held.has(id) || this.#isAnnounced(id), () => `step ${id} is being worked on and holds nothing`);
    }
    must(this.#holds.size === this.db.allocations.size, () => "an allocation has vanished");
    for (const [step, attempts] of held) must(attempts.size === 1, () => `step ${step} holds in ${attempts.size} attempts`);
    must(this.#decided.size === this.db.decisions.size, () => "a decision has vanished");
    const seqs = new Set<number>();
    for (const { seq } of [...this.db.commands.values(), ...this.db.decisions.values()]) {
      if (seq === null) continue;
      must(!seqs.has(seq) && seq <= this.#lastSeq, () => `number ${seq} stands twice, or beyond the last`);
      seqs.add(seq);
    }
  }

  #isAnnounced(id: StepId): boolean {
    return this.db.unnumbered().some(({ command }) => stepsNamed(command).includes(id));
  }

  /** Once nothing is under way any more: what is over holds nothing. */
  checkQuiet(): void {
    this.checkAll();
    for (const row of this.db.allocations.values()) if (row.state === "held") this.#mayStillHold(row);
    for (const { id, state, step } of this.db.directs.values()) {
      const holds = this.db.holdsOf(step).length > 0;
      must(holds === (state === "held" || state === "confirmed"), () => `direct claim ${id} is ${state} and ${holds ? "holds" : "does not hold"} something`);
    }
  }

  #mayStillHold(row: AllocationRow): void {
    const step = this.db.steps.get(row.step)!;
    must(step.state === "ready" || step.state === "working", () => `step ${step.id} is ${step.state} and still holds ${rowKey(row)}`);
    if (step.state === "working") return;
    must(this.db.isOpen(step), () => `request ${step.requestId} is not dealt with any more, and its step ${step.id}, which nobody began, still holds`);
    must(step.attempt === row.attempt, () => `step ${step.id} is in attempt ${step.attempt} and holds what attempt ${row.attempt} was given`);
  }

  /** A hold that nobody began and whose time is over, in words. */
  overdueHold(now: number): string | undefined {
    for (const row of this.db.allocations.values()) {
      const { step: id, state } = row;
      const step = this.db.steps.get(id)!;
      if (state !== "held" || step.state !== "ready") continue;
      if (this.#restsOnNobody(step, row, now)) return `step ${id} holds what was given under a delegation that has ended`;
      const direct = [...this.db.directs.values()].find((one) => one.step === id);
      if (direct?.state === "held" && step.ask.holdUntil !== null && step.ask.holdUntil <= now) return `direct claim ${direct.id} holds beyond its time, unconfirmed`;
      const dated = this.db.holdsOf(id).filter(({ resource }) => ["day", "slot"].includes(this.#classOf(this.db.resources.get(resource)!).period));
      // The latest of the periods in which its claims begin: while that has not ended, the work can begin.
      const begins = step.ask.claims.flatMap((_, ordinal) => {
        const mine = dated.filter((one) => one.claim === id * 64 + ordinal).sort((a, b) => a.period - b.period);
        return mine[0] ? [this.#periodEnd(direct ? mine.at(-1)! : mine[0])] : [];
      });
      if (begins.length > 0 && Math.max(...begins) <= now) return `step ${id} holds what has ended, and nobody began it`;
    }
    return undefined;
  }
}

/** What somebody's act says of holds. */
type How = "ended" | "dropped" | "unpicked";

const isSame = (before: readonly Allocation[], after: readonly Allocation[]): boolean => {
  const said = (of: readonly Allocation[]): string => of.map(({ claim, resource, period, amount }) => `${claim} ${resource} ${period} ${amount}`).sort().join();
  return said(before) === said(after);
};

const firstPeriods = (allocations: readonly Allocation[]): ReadonlyMap<ClaimId, number> => {
  const first = new Map<ClaimId, number>();
  for (const { claim, period } of allocations) first.set(claim, Math.min(first.get(claim) ?? Infinity, period));
  return first;
};

const stepsReadied = (command: Command): readonly StepId[] => (command.kind === "step.ready" ? command.steps : command.kind === "step.reconsider" ? [command.step] : []);

const stepsNamed = (command: Command): readonly StepId[] => {
  switch (command.kind) {
    case "step.ready":
    case "request.ended":
    case "request.paused":
    case "request.prioritised":
    case "claim.released":
    case "persons.barred":
      return command.steps;
    case "claim.confirmed":
    case "step.picked":
    case "number.annulled":
      return [command.step];
    case "step.ended":
      return [command.step, ...command.ready];
    case "step.started":
    case "step.reconsider":
      return [command.step];
    default:
      return [];
  }
};

const placeOf = ({ ask }: StepRow): readonly number[] => [ask.dueAt - ask.expectedMinutes * 60_000, ask.arrivedAt, ask.id];

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return 0;
}
