import type { WriterBatch } from "../../src/app/ports/writer.js";
import type { ResourceId } from "../../src/domain/id.js";
import type { Allocation, ClaimAsk, Granted } from "../../src/scheduler/contract.js";
import { must } from "./broken.js";
import type { StepRow } from "./database.js";
import { CHINA, HALF_HOUR, isSame, rowKey, type Seen } from "./seen.js";

/** What a grant must be: whole, of those who may serve, at one time, and within what there was. */
export class Grants {
  constructor(private readonly seen: Seen) {}

  /** All legs, of resources that may serve, within what they had at this moment. */
  grant(step: StepRow, granted: Granted, batch: WriterBatch): void {
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
      if (!kept) for (const one of mine) this.mayServe(claim, one, batch, (what) => wrong(`claim ${ordinal} ${what}`));
    });
    this.#bySame(step, granted, wrong);
    const known = new Set(claims.map((_, ordinal) => step.id * 64 + ordinal));
    must(granted.allocations.every((one) => known.has(one.claim as number)), () => wrong("something nobody claimed"));
    this.#atOneTime(claims, granted.allocations, step, wrong);
    for (const one of granted.allocations) {
      const key = rowKey(one);
      must(!this.seen.holds.has(key), () => wrong(`${key} was given before`));
      this.seen.holds.set(key, "held");
      if (!kept) this.#within(one, batch, wrong);
    }
    const others = this.seen.db.holdsOf(step.id).filter(({ attempt }) => attempt !== granted.attempt);
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
    if (served(({ sameUnit }) => sameUnit, (id) => this.seen.db.resources.get(id)!.unitId, "unit")) this.seen.sometimes.saw("one unit served several claims");
    if (served(({ sameResource }) => sameResource, (id) => id, "resource")) this.seen.sometimes.saw("one resource served several claims");
  }

  #claimWhole(claim: ClaimAsk, mine: readonly Allocation[], wrong: (what: string) => string): void {
    const { period } = this.seen.world.classes.find(({ id }) => id === claim.classId)!;
    const resources = [...new Set(mine.map(({ resource }) => resource))];
    must(resources.length === claim.count, () => wrong(`asks ${claim.count} resources and got ${resources.length}`));
    const dated = period === "day" || period === "slot";
    const starts = new Set(resources.map((resource) => Math.min(...mine.filter((one) => one.resource === resource).map((one) => one.period))));
    if (dated) must(starts.size === 1, () => wrong("is served by several that do not begin together"));
    if (resources.length > 1) this.seen.sometimes.saw("several resources served one claim");
    if (claim.earliest !== null && dated) {
      const from = (claim.earliest + CHINA) / HALF_HOUR;
      must(Math.min(...starts) >= (period === "day" ? Math.floor(from / 48) : from), () => wrong("was served before its earliest moment"));
      this.seen.sometimes.saw("waited for its earliest moment");
    }
    for (const resource of resources) {
      const parts = mine.filter((one) => one.resource === resource).sort((a, b) => a.period - b.period);
      const sum = parts.reduce((total, { amount }) => total + amount, 0);
      if (claim.spread && dated) {
        must(sum === claim.amount, () => wrong(`asks ${claim.amount} and got ${sum}`));
        if (parts.length > 1) this.seen.sometimes.saw("spread over several periods");
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
    this.seen.sometimes.saw("named supply given");
    const [first] = [...mine].sort((a, b) => a.period - b.period);
    if (named.resource !== null) must(mine.every(({ resource }) => resource === named.resource), () => wrong(`names ${named.resource} and got ${first!.resource}`));
    if (named.period !== null) must(first!.period === named.period, () => wrong(`names period ${named.period} and got ${first!.period}`));
    if (named.generation !== null) {
      must(this.seen.mayBe(first!.resource).some(({ generation }) => generation === named.generation), () => wrong("was given though its supply was declared anew since"));
    }
  }

  /** Dated claims fall on one day; what is together begins together. */
  #atOneTime(claims: readonly ClaimAsk[], allocations: readonly Allocation[], step: StepRow, wrong: (what: string) => string): void {
    const starts = claims.flatMap((claim, ordinal) => {
      const { period } = this.seen.world.classes.find(({ id }) => id === claim.classId)!;
      if (period !== "day" && period !== "slot") return [];
      const first = Math.min(...allocations.filter((one) => one.claim === step.id * 64 + ordinal).map((one) => one.period));
      return [{ claim, period, first, day: period === "day" ? first : Math.floor(first / 48) }];
    });
    // What names its days has named them.
    if (claims.some(({ named }) => named !== null)) return;
    must(new Set(starts.map(({ day }) => day)).size <= 1, () => wrong("its claims fall on several days"));
    const together = starts.filter(({ claim, period }) => claim.together && period === "slot");
    must(new Set(together.map(({ first }) => first)).size <= 1, () => wrong("what is together does not begin together"));
    if (together.length > 1) this.seen.sometimes.saw("several claims began together");
  }

  /** What the static rules and the policy say of one resource for one claim. */
  mayServe(claim: ClaimAsk, { resource: id, period, amount }: Pick<Allocation, "resource" | "period" | "amount">, batch: WriterBatch, wrong: (what: string) => string): void {
    const now = this.seen.db.resources.get(id);
    must(now !== undefined, () => wrong(`is served by ${id}, which does not exist`));
    const cls = this.seen.classOf(now!);
    must(now!.classId === claim.classId, () => wrong(`is served by ${id} of class ${now!.classId}`));
    const mayBe = this.seen.mayBe(id);
    must(mayBe.some((row) => row.offered && row.state === "published"), () => wrong(`is served by ${id}, which is not offered`));
    must(mayBe.some((row) => claim.traits.every((trait) => row.traits.includes(trait))), () => wrong(`is served by ${id} without the traits ${claim.traits.join()}`));
    const own = now!.unitId === claim.unitId;
    const delegated = !own && this.seen.isDelegated(claim.unitId, now!.unitId, claim.classId, batch.decidedAt);
    if (delegated && cls.act === "deciding") this.seen.sometimes.saw("decided in another's name");
    const line = [claim.division as string, `${claim.division.slice(0, 4)}00`];
    must(delegated || now!.jurisdiction.some((division) => line.includes(division)), () => wrong(`lies outside the jurisdiction of ${id}`));
    must(own || delegated || (claim.scope === "pool" && cls.act !== "deciding"), () => wrong(`is served by ${id} of another unit`));
    if (cls.kind === "funds" || now!.earmark !== null) must(now!.earmark === claim.purpose, () => wrong(`is paid from ${String(now!.earmark)}`));
    must(amount >= now!.limits.min && amount <= now!.limits.max && amount % now!.limits.step === 0, () => wrong(`got ${amount}, which the limits of ${id} do not allow`));
    // In another's name it is that other's decision.
    const denied = this.seen.world.denied[this.seen.db.policyVersion]!.has(`${delegated ? claim.unitId : now!.unitId}/${now!.classId}`);
    must(!denied, () => wrong(`is served by ${id} against policy ${this.seen.db.policyVersion}, decided under ${batch.policyVersion}`));
    if (cls.period === "slot") must(period * HALF_HOUR - CHINA >= batch.decidedAt - HALF_HOUR, () => wrong("was given time that has passed"));
    must(this.seen.periodEnd({ resource: id, period }) > batch.decidedAt, () => wrong("was given a period that has ended"));
  }

  /** I1: never above capacity at the grant's moment. */
  #within({ resource, period }: Allocation, batch: WriterBatch, wrong: (what: string) => string): void {
    let used = 0;
    for (const row of this.seen.db.allocations.values()) {
      if (row.resource !== resource || row.period !== period) continue;
      used += row.state === "held" ? row.amount : row.state === "annulled" ? 0 : row.settled;
    }
    const capacities = this.seen.mayBe(resource).map((row) =>
      row.total === null ? Infinity : Math.max(0, Math.floor(((row.total - row.reserved) * row.overcommitPercent) / 100)),
    );
    const most = Math.max(...capacities);
    must(used <= most, () => wrong(`${used} of resource ${resource} in period ${period} are in use, and it has ${most} (batch ${batch.fromSeq}–${batch.toSeq})`));
    const balance = this.seen.db.balances.get(`${resource}/${period}`)!;
    must(used <= balance.capacity + balance.borrowed - balance.lent, () => wrong(`${used} of resource ${resource} in period ${period} are in use, and the books have ${balance.capacity}`));
    if (used === most) this.seen.sometimes.saw("capacity exactly reached");
  }

  #sawGrant(step: StepRow, granted: Granted, batch: WriterBatch): void {
    const { sometimes } = this.seen;
    const state = step.requestId === null ? undefined : this.seen.db.requests.get(step.requestId)!.status.state;
    if (state === "withdrawn") sometimes.saw("withdrawn while its grant was under way");
    if (state === "supplement") sometimes.saw("paused while its grant was under way");
    if (batch.policyVersion !== this.seen.db.policyVersion) sometimes.saw("policy swapped between compute and commit");
    if (step.ask.claims.length > 1) sometimes.saw("several claims granted together");
    if (new Set(step.ask.claims.map(({ unitId }) => unitId)).size > 1) sometimes.saw("several claimants served in one write");
    if (step.ask.priority !== null) sometimes.saw("served ahead by a confirmed ground");
    if (granted.attempt > 1) {
      const before = this.seen.decided.get(`${step.id}/${granted.attempt - 1}`);
      if (this.seen.lapsed.has(step.id)) sometimes.saw("lapsed step granted again");
      if (before === "granted" && this.seen.dropped.has(step.id)) sometimes.saw("resumed step granted again");
      if (before === "refused") sometimes.saw("reconsidered step granted");
    }
    const freed = new Set(batch.closings.map(({ allocation }) => allocation.resource));
    if (granted.allocations.some(({ resource }) => freed.has(resource))) sometimes.saw("woken by a release in the same batch");
  }
}
