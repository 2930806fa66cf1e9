import { lendUnderOrder } from "../../app/emergency/lend.js";
import { endOrder, enterOrder, listUses, makeGood, readOrder, signOrder } from "../../app/emergency/orders.js";
import { prioritise } from "../../app/emergency/prioritise.js";
import { followEmergencies } from "../../app/emergency/settle.js";
import type { UnitId } from "../../domain/id.js";
import type { LocalDate } from "../../domain/instant.js";
import type { EmergencyUse } from "../../app/ports/emergency.js";
import type { PersonActor } from "../../domain/policy/subject.js";
import { done } from "./done.js";
import type { Player } from "./player.js";

const DOCUMENT_YEAR = 2026;
const POST_MINUTES = 300;
/** Officers an order lets a unit lend before its head is asked. */
export const AT_ONCE_OFFICERS = 5;

/** A use of an emergency power, with the names of who used it, for whom, and who made it good. */
export interface ToldUse {
  readonly use: EmergencyUse;
  readonly who: string;
  /** Of a loan; otherwise empty. */
  readonly lender: string;
  readonly borrower: string;
  readonly madeGoodBy: string | null;
}

/** The flood headquarters: one dated order, what is done under it, and the review when it is over. */
export class Headquarters {
  #order = 0;

  constructor(readonly player: Player) {}

  get document(): string {
    return this.player.say("order.document", { year: DOCUMENT_YEAR });
  }

  /** One enters it, another signs it; it ends by itself on its last day. */
  async raiseLevel(county: string, until: LocalDate): Promise<void> {
    const { deps, pool } = this.player;
    const { order } = done(
      await enterOrder(deps, await this.player.as("story-planner"), pool, {
        document: this.document,
        title: this.player.say("order.title"),
        level: 2,
        trigger: this.player.say("order.trigger"),
        divisions: [county],
        items: [],
        powers: { priority: { ground: "flood-rescue" }, lend: [{ class: "staff.relief", amount: AT_ONCE_OFFICERS * POST_MINUTES }] },
        until,
      }),
    );
    done(await signOrder(deps, await this.player.as("story-approver"), pool, order.id));
    this.#order = order.id;
  }

  async lendAtOnce(lender: string, borrower: string): Promise<void> {
    const loans = [{ class: "staff.relief", lender, borrower, amount: AT_ONCE_OFFICERS * POST_MINUTES }];
    done(await lendUnderOrder(this.player.deps, await this.player.as("story-planner"), this.player.pool, this.#order, { loans, reason: this.player.say("reason.short") }));
  }

  async firstOf(requests: readonly string[]): Promise<number> {
    const given = done(await prioritise(this.player.deps, await this.player.as("story-commander"), this.player.pool, this.#order, { requests, reason: this.player.say("reason.trapped") }));
    return given.length;
  }

  /** The danger is over: everything the order gave falls back. */
  async end(): Promise<void> {
    done(await endOrder(this.player.deps, await this.player.as("story-planner"), this.player.pool, this.#order, this.player.say("reason.falls")));
  }

  /** What falls back is looked at as `serve` looks at it. */
  async follow(): Promise<void> {
    await followEmergencies(this.player.deps, this.player.pool);
  }

  /** Every use, each made good by whoever was not asked then. */
  async review(): Promise<{ readonly uses: readonly ToldUse[]; readonly settled: boolean }> {
    const { deps, pool } = this.player;
    const auditor = await this.player.as("story-auditor");
    const uses = async () => done(await listUses(deps, auditor, pool, this.#order, { limit: 100 })).rows;
    for (const { id, owed, loan } of await uses()) if (owed !== null) done(await makeGood(deps, await this.player.as(loan ? `${loan.lender}-head` : "story-planner"), pool, id));
    const rows = (await uses()).toReversed();
    const names = await this.names(rows);
    const units = new Map((await deps.store.read(pool).units.some(rows.flatMap(({ loan }) => (loan ? [loan.lender, loan.borrower] : [])))).map((unit) => [unit.id, unit.names[this.player.world.config.language]]));
    const unitOf = (id: UnitId | undefined): string => (id === undefined ? "" : (units.get(id) ?? id));
    return {
      uses: rows.map((use) => ({ use, who: names.get(use.by) ?? use.by, lender: unitOf(use.loan?.lender), borrower: unitOf(use.loan?.borrower), madeGoodBy: use.toldBy === null ? null : (names.get(use.toldBy) ?? use.toldBy) })),
      settled: done(await readOrder(deps, auditor, pool, this.#order)).order.settledAt !== null,
    };
  }

  private async names(uses: readonly EmergencyUse[]): Promise<ReadonlyMap<string, string>> {
    const people = ["story-planner", "story-commander", ...uses.flatMap(({ loan }) => (loan ? [`${loan.lender}-head`] : []))];
    return new Map(await Promise.all(people.map(async (person): Promise<[string, string]> => {
      const { personId, displayName } = (await this.player.as(person)) as PersonActor;
      return [personId, displayName];
    })));
  }
}
