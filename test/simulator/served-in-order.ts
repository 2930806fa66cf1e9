import type { WriterBatch } from "../../src/app/ports/writer.js";
import type { ResourceId, StepId } from "../../src/domain/id.js";
import type { ClaimAsk } from "../../src/scheduler/contract.js";
import { Broken, must } from "./broken.js";
import type { StepRow } from "./database.js";
import type { Grants } from "./grants.js";
import type { Seen } from "./seen.js";
import { stepsNamed } from "./steps-named.js";

/** Who is served before whom. */
export class ServedInOrder {
  constructor(
    private readonly seen: Seen,
    private readonly grants: Grants,
  ) {}

  /** Among those who ask the same, nobody is answered before somebody more urgent who still waits. */
  order(batch: WriterBatch): void {
    const granted = batch.decisions.filter(({ outcome }) => outcome === "granted");
    if (granted.length === 0) return;
    const announced = new Set<StepId>();
    for (const { command, seq } of this.seen.db.commands.values()) if (seq === null) for (const step of stepsNamed(command)) announced.add(step);
    for (const waiting of this.seen.db.steps.values()) {
      if (waiting.state !== "ready" || waiting.requestId === null || announced.has(waiting.id) || this.seen.decided.has(`${waiting.id}/${waiting.attempt}`)) continue;
      if (!this.seen.db.isOpen(waiting)) continue;
      const asks = JSON.stringify([waiting.ask.claims, waiting.ask.barred, waiting.ask.priority]);
      for (const { step: id } of granted) {
        const served = this.seen.db.steps.get(id)!;
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
    return claims.some(({ classId }) => classId.startsWith("function.") && [...this.seen.db.resources.values()].some((row) => row.classId === classId && row.total !== null));
  }

  /** A number that law sets goes to nobody while somebody who was accepted earlier waits for it. */
  numbers(batch: WriterBatch): void {
    const given = batch.decisions.flatMap((decision) => (decision.outcome === "granted" ? decision.allocations : []));
    const numbers = given.filter(({ resource }) => this.seen.isNumber(resource));
    if (numbers.length === 0) return;
    this.seen.sometimes.saw("number given");
    if (numbers.some(({ resource, period }) => this.seen.freed.has(`${resource}/${period}`))) this.seen.sometimes.saw("annulled number given again");
    const untaken = this.seen.db.unnumbered().map(({ command }) => command);
    // Who may serve whom is changing under way.
    if (batch.policyVersion !== this.seen.db.policyVersion || untaken.some(({ kind }) => kind === "resource.declared" || kind === "policy.activated" || kind === "delegation.declared")) return;
    const announced = new Set(untaken.flatMap(stepsNamed));
    for (const { step: id, resource } of numbers) {
      const served = this.seen.db.steps.get(id)!;
      // What it holds already it may hold on, in another turn or under another claim.
      if (served.ask.replaces !== null || batch.closings.some(({ allocation }) => allocation.step === id)) continue;
      for (const waiting of this.seen.db.steps.values()) {
        if (waiting.state !== "ready" || announced.has(waiting.id) || this.seen.decided.has(`${waiting.id}/${waiting.attempt}`) || !this.seen.db.isOpen(waiting)) continue;
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
    const { classId, total, reserved, overcommitPercent } = this.seen.db.resources.get(resource)!;
    if (classId !== claim.classId || Math.floor(((total! - reserved) * overcommitPercent) / 100) < claim.amount) return false;
    try {
      this.grants.mayServe(claim, { resource, period: 0, amount: claim.amount }, batch, (what) => what);
      return claim.named === null;
    } catch (error) {
      if (error instanceof Broken) return false;
      throw error;
    }
  }
}

const placeOf = ({ ask }: StepRow): readonly number[] => [ask.dueAt - ask.expectedMinutes * 60_000, ask.arrivedAt, ask.id];

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return 0;
}
