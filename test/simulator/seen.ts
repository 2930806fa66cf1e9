import type { DeclaredResource } from "../../src/app/ports/writer.js";
import type { ClaimId, ClassId, CommandId, ResourceId, StepId, UnitId } from "../../src/domain/id.js";
import type { Command } from "../../src/domain/pool/command.js";
import type { Allocation } from "../../src/scheduler/contract.js";
import type { Database, StepRow } from "./database.js";
import type { Sometimes } from "./sometimes.js";
import type { World } from "./world.js";

export const HALF_HOUR = 30 * 60_000;
export const CHINA = 8 * 3_600_000;

export const rowKey = (one: Pick<Allocation, "claim" | "attempt" | "resource" | "period">): string => `${one.claim} ${one.attempt} ${one.resource} ${one.period}`;

/** What of one resource's past may still be what a batch was computed with. */
interface Declaration {
  readonly command: CommandId | 0;
  readonly row: DeclaredResource;
}

/** What has become durable so far, as the oracle saw it, and what follows from it and the tables. */
export class Seen {
  readonly numbered = new Set<CommandId>();
  /** By allocation: held, then once something else. */
  readonly holds = new Map<string, string>();
  readonly decided = new Map<string, "granted" | "refused">();
  readonly started = new Set<StepId>();
  readonly declarations = new Map<ResourceId, Declaration[]>();
  readonly lapsed = new Set<StepId>();
  /** Turns that somebody's act or the end of a period began; the first needs no reason. */
  readonly turns = new Set<string>();
  readonly dropped = new Set<StepId>();
  /** Who was kept out of a step at some time, be it ended since. */
  readonly barred = new Map<StepId, Set<ResourceId>>();
  /** The times that were picked for a step, by claim. */
  readonly picks = new Map<StepId, ReadonlyMap<ClaimId, number>[]>();
  /** Numbers of which a use was annulled. */
  readonly freed = new Set<string>();
  /** Steps of direct claims whose claimant was told that they are confirmed. */
  readonly confirmed = new Set<StepId>();

  constructor(
    readonly db: Database,
    readonly world: World,
    readonly sometimes: Sometimes,
  ) {}

  /** A declaration that has become durable; the writer hears of it by this command. */
  declared(row: DeclaredResource, command: CommandId | 0): void {
    const all = this.declarations.get(row.id);
    if (all) all.push({ command, row });
    else this.declarations.set(row.id, [{ command, row }]);
  }

  /** An act that has become durable. */
  acted(commands: readonly { readonly command: Command }[]): void {
    for (const { command } of commands) {
      if (command.kind === "claim.confirmed") this.confirmed.add(command.step);
      if (command.kind !== "persons.barred") continue;
      for (const step of command.steps) {
        const out = this.db.steps.get(step)!.ask.barred.map(({ resource }) => resource);
        this.barred.set(step, new Set([...(this.barred.get(step) ?? []), ...out]));
      }
    }
  }

  /** Law sets how often it is given. */
  isNumber(id: ResourceId): boolean {
    const row = this.db.resources.get(id)!;
    return row.classId.startsWith("function.") && row.total !== null;
  }

  /** It was given in the name of a unit that lets nobody decide in its name at this moment. */
  restsOnNobody(step: StepRow, { claim, resource }: Pick<Allocation, "claim" | "resource">, now: number): boolean {
    const { unitId, classId, scope } = step.ask.claims[(claim as number) - step.id * 64]!;
    const to = this.db.resources.get(resource)!.unitId;
    const { act } = this.world.classes.find(({ id }) => id === classId)!;
    if (to === unitId || (scope === "pool" && act !== "deciding")) return false;
    return !this.isDelegated(unitId, to, classId, now);
  }

  /** A delegation ended, and another took its place so lately that the batch may not have known. */
  restedOnNobody(step: StepRow, { claim, resource }: Pick<Allocation, "claim" | "resource">): boolean {
    const { unitId, classId } = step.ask.claims[(claim as number) - step.id * 64]!;
    const to = this.db.resources.get(resource)!.unitId;
    const of = [...this.db.delegations.values()].filter((one) => one.from === unitId && one.to === to && one.classId === classId);
    return of.length > 1 && this.db.unnumbered().some(({ command }) => command.kind === "delegation.declared");
  }

  isDelegated(from: UnitId, to: UnitId, classId: ClassId, now: number): boolean {
    return [...this.db.delegations.values()].some(
      (one) => one.from === from && one.to === to && one.classId === classId && one.withdrawnAt === null && one.validFrom <= now && (one.validTo === null || now < one.validTo),
    );
  }

  periodEnd({ resource, period }: Pick<Allocation, "resource" | "period">): number {
    switch (this.classOf(this.db.resources.get(resource)!).period) {
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

  classOf(resource: Pick<DeclaredResource, "classId">) {
    return this.world.classes.find(({ id }) => id === resource.classId)!;
  }

  /** What the resource was declared to be when the batch was computed: as of the last numbered declaration, or of one that is on its way. */
  mayBe(id: ResourceId): readonly DeclaredResource[] {
    const all = this.declarations.get(id) ?? [];
    let from = 0;
    all.forEach(({ command }, at) => {
      if (command === 0 || this.numbered.has(command)) from = Math.max(from, at);
    });
    return all.slice(from).map(({ row }) => row);
  }
}

export const isSame = (before: readonly Allocation[], after: readonly Allocation[]): boolean => {
  const said = (of: readonly Allocation[]): string => of.map(({ claim, resource, period, amount }) => `${claim} ${resource} ${period} ${amount}`).sort().join();
  return said(before) === said(after);
};
