import type { DeclaredResource, WriterBatch } from "../../src/app/ports/writer.js";
import type { CommandId, ResourceId, StepId } from "../../src/domain/id.js";
import type { Command } from "../../src/domain/pool/command.js";
import type { RefusedStep } from "../../src/scheduler/contract.js";
import { must } from "./broken.js";
import type { AllocationRow, Database } from "./database.js";
import { Endings, type How } from "./endings.js";
import { Grants } from "./grants.js";
import { rowKey, Seen } from "./seen.js";
import { ServedInOrder } from "./served-in-order.js";
import type { Sometimes } from "./sometimes.js";
import { stepsNamed, stepsReadied } from "./steps-named.js";
import type { World } from "./world.js";

/*
 * The rules once more, read by somebody else: simple loops over all rows, nothing shared with what decides or with
 * what stores. Whatever is broken is thrown as `Broken`, in words.
 */
export class Oracle {
  #lastSeq = 0;
  #epoch = 0;
  batches = 0;
  readonly #seen: Seen;
  readonly #grants: Grants;
  readonly #endings: Endings;
  readonly #inOrder: ServedInOrder;

  constructor(db: Database, world: World, sometimes: Sometimes) {
    this.#seen = new Seen(db, world, sometimes);
    this.#grants = new Grants(this.#seen);
    this.#endings = new Endings(this.#seen);
    this.#inOrder = new ServedInOrder(this.#seen, this.#grants);
  }

  declared(row: DeclaredResource, command: CommandId | 0): void {
    this.#seen.declared(row, command);
  }

  acted(commands: readonly { readonly command: Command }[]): void {
    this.#seen.acted(commands);
  }

  /** After each batch that became durable. */
  afterBatch(batch: WriterBatch): void {
    this.batches += 1;
    this.#fence(batch);
    const given = new Map<StepId, How>();
    for (const { id } of batch.commands) {
      must(!this.#seen.numbered.has(id), () => `command ${id} was numbered twice`);
      this.#seen.numbered.add(id);
      const row = this.#seen.db.commands.get(id);
      must(row !== undefined, () => `command ${id} was numbered and does not exist`);
      this.#take(row!.command, given);
    }
    this.#readied(batch);
    this.#endings.closings(batch, given);
    for (const decision of batch.decisions) {
      const key = `${decision.step}/${decision.attempt}`;
      must(!this.#seen.decided.has(key), () => `step ${decision.step} was answered twice in attempt ${decision.attempt}`);
      this.#seen.decided.set(key, decision.outcome);
      const step = this.#seen.db.steps.get(decision.step);
      must(step !== undefined, () => `decision on step ${decision.step}, which does not exist`);
      must(this.#seen.turns.has(key), () => `step ${decision.step} was answered in attempt ${decision.attempt}, which nothing began`);
      if (decision.outcome === "granted") this.#grants.grant(step!, decision, batch);
      else if (decision.stands) this.#stands(decision);
      else this.#seen.sometimes.saw("refused as impossible");
    }
    for (const { resource, period } of batch.balances) this.#balance(resource, period);
    this.#inOrder.order(batch);
    this.#inOrder.numbers(batch);
  }

  /** Epoch and numbers: each batch begins where the last one ended, and no number is missing or used twice. */
  #fence(batch: WriterBatch): void {
    must(batch.epoch >= this.#epoch, () => `epoch ${batch.epoch} wrote after epoch ${this.#epoch}`);
    must(batch.epoch === this.#seen.db.writer.epoch, () => `epoch ${batch.epoch} wrote while ${this.#seen.db.writer.epoch} holds the lease`);
    this.#epoch = batch.epoch;
    must(batch.fromSeq === this.#lastSeq, () => `a batch from ${batch.fromSeq} followed number ${this.#lastSeq}`);
    must(batch.revocations === this.#seen.db.writer.revocations, () => "a batch is durable that was computed before a revocation");
    const numbers = [...batch.commands.map(({ seq }) => seq), ...(batch.closingSeq === null ? [] : [batch.closingSeq]), ...batch.decisions.map(({ seq }) => seq)];
    must(new Set(numbers).size === numbers.length, () => "a number was used twice in one batch");
    must(numbers.every((seq) => seq > batch.fromSeq && seq <= batch.toSeq), () => "a number lies outside its batch");
    must(numbers.length === batch.toSeq - batch.fromSeq, () => `numbers are missing between ${batch.fromSeq} and ${batch.toSeq}`);
    this.#lastSeq = batch.toSeq;
    must(this.#seen.db.writer.lastSeq === batch.toSeq, () => "the writer's row stands at another number than its batch");
  }

  /** Only a pick can be refused so that its step goes on, in the turn that follows. */
  #stands({ step, attempt }: RefusedStep): void {
    must(this.#seen.picks.has(step), () => `step ${step} was refused in attempt ${attempt} and goes on, though nobody picked anything for it`);
    this.#seen.turns.add(`${step}/${attempt + 1}`);
  }

  /** A pick that was answered meanwhile has taken the turn that somebody's act began: the step is queued in the one after it. */
  #readied(batch: WriterBatch): void {
    const readied = new Set(batch.commands.flatMap(({ id }) => stepsReadied(this.#seen.db.commands.get(id)!.command)));
    for (const { step, attempt } of batch.attempts) {
      if (readied.has(step) && this.#seen.picks.has(step) && this.#seen.decided.has(`${step}/${attempt - 1}`)) this.#seen.turns.add(`${step}/${attempt}`);
    }
  }

  #take(command: Command, given: Map<StepId, How>): void {
    if (command.kind === "step.picked" && command.named.length > 0) {
      const picked = new Map(command.named.flatMap(({ claim, period }) => (period === null ? [] : [[claim, period] as const])));
      this.#seen.picks.set(command.step, [...(this.#seen.picks.get(command.step) ?? []), picked]);
    } else if (command.kind === "step.picked") given.set(command.step, "unpicked");
    if (command.kind === "step.ready") command.steps.forEach((step, at) => this.#seen.turns.add(`${step}/${command.turns?.[at] ?? 1}`));
    if (command.kind === "step.ended") for (const step of command.ready) this.#seen.turns.add(`${step}/1`);
    if (command.kind === "step.reconsider") this.#seen.turns.add(`${command.step}/${command.turn ?? 1}`);
    if (command.kind === "step.started") this.#seen.started.add(command.step);
    if (command.kind === "step.ended") given.set(command.step, "ended");
    if (command.kind === "request.ended" || command.kind === "request.paused" || command.kind === "claim.released") {
      for (const step of command.steps) {
        given.set(step, "dropped");
        this.#seen.dropped.add(step);
      }
    }
  }

  /** I2: the sums are what the rows add up to. */
  #balance(resource: ResourceId, period: number): void {
    const mine = [...this.#seen.db.allocations.values()].filter((row) => row.resource === resource && row.period === period);
    const held = mine.reduce((sum, row) => sum + (row.state === "held" ? row.amount : 0), 0);
    const settled = mine.reduce((sum, row) => sum + (row.state === "annulled" ? 0 : row.settled), 0);
    const balance = this.#seen.db.balances.get(`${resource}/${period}`);
    must(balance?.held === held && balance.settled === settled, () => `balance ${resource}/${period} says ${balance?.held} held and ${balance?.settled} settled; the rows say ${held} and ${settled}`);
    if (balance!.held + balance!.settled > balance!.capacity) this.#seen.sometimes.saw("capacity lowered below use");
  }

  /** Everything, row by row: every now and then, and at the end. */
  checkAll(): void {
    for (const { resource, period } of this.#seen.db.balances.values()) this.#balance(resource, period);
    const held = new Map<StepId, Set<number>>();
    for (const row of this.#seen.db.allocations.values()) {
      const state = this.#seen.holds.get(rowKey(row));
      must(state === row.state, () => `allocation ${rowKey(row)} is ${row.state}; it was seen to become ${state ?? "nothing"}`);
      must(this.#seen.decided.get(`${row.step}/${row.attempt}`) === "granted", () => `allocation ${rowKey(row)} without a grant`);
      if (row.state === "held") held.set(row.step, (held.get(row.step) ?? new Set()).add(row.attempt));
    }
    for (const { id, state } of this.#seen.db.steps.values()) {
      if (state === "working") must(held.has(id) || this.#isAnnounced(id), () => `step ${id} is being worked on and holds nothing`);
    }
    must(this.#seen.holds.size === this.#seen.db.allocations.size, () => "an allocation has vanished");
    for (const [step, attempts] of held) must(attempts.size === 1, () => `step ${step} holds in ${attempts.size} attempts`);
    must(this.#seen.decided.size === this.#seen.db.decisions.size, () => "a decision has vanished");
    const seqs = new Set<number>();
    for (const { seq } of [...this.#seen.db.commands.values(), ...this.#seen.db.decisions.values()]) {
      if (seq === null) continue;
      must(!seqs.has(seq) && seq <= this.#lastSeq, () => `number ${seq} stands twice, or beyond the last`);
      seqs.add(seq);
    }
  }

  #isAnnounced(id: StepId): boolean {
    return this.#seen.db.unnumbered().some(({ command }) => stepsNamed(command).includes(id));
  }

  /** Once nothing is under way any more: what is over holds nothing. */
  checkQuiet(): void {
    this.checkAll();
    for (const row of this.#seen.db.allocations.values()) if (row.state === "held") this.#mayStillHold(row);
    for (const { id, state, step } of this.#seen.db.directs.values()) {
      const holds = this.#seen.db.holdsOf(step).length > 0;
      must(holds === (state === "held" || state === "confirmed"), () => `direct claim ${id} is ${state} and ${holds ? "holds" : "does not hold"} something`);
    }
  }

  #mayStillHold(row: AllocationRow): void {
    const step = this.#seen.db.steps.get(row.step)!;
    must(step.state === "ready" || step.state === "working", () => `step ${step.id} is ${step.state} and still holds ${rowKey(row)}`);
    if (step.state === "working") return;
    must(this.#seen.db.isOpen(step), () => `request ${step.requestId} is not dealt with any more, and its step ${step.id}, which nobody began, still holds`);
    must(step.attempt === row.attempt, () => `step ${step.id} is in attempt ${step.attempt} and holds what attempt ${row.attempt} was given`);
  }

  /** A hold that nobody began and whose time is over, in words. */
  overdueHold(now: number): string | undefined {
    for (const row of this.#seen.db.allocations.values()) {
      const { step: id, state } = row;
      const step = this.#seen.db.steps.get(id)!;
      if (state !== "held" || step.state !== "ready") continue;
      if (this.#seen.restsOnNobody(step, row, now)) return `step ${id} holds what was given under a delegation that has ended`;
      const direct = [...this.#seen.db.directs.values()].find((one) => one.step === id);
      if (direct?.state === "held" && step.ask.holdUntil !== null && step.ask.holdUntil <= now) return `direct claim ${direct.id} holds beyond its time, unconfirmed`;
      const dated = this.#seen.db.holdsOf(id).filter(({ resource }) => ["day", "slot"].includes(this.#seen.classOf(this.#seen.db.resources.get(resource)!).period));
      // The latest of the periods in which its claims begin: while that has not ended, the work can begin.
      const begins = step.ask.claims.flatMap((_, ordinal) => {
        const mine = dated.filter((one) => one.claim === id * 64 + ordinal).sort((a, b) => a.period - b.period);
        return mine[0] ? [this.#seen.periodEnd(direct ? mine.at(-1)! : mine[0])] : [];
      });
      if (begins.length > 0 && Math.max(...begins) <= now) return `step ${id} holds what has ended, and nobody began it`;
    }
    return undefined;
  }
}
