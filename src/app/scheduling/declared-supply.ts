import type { ResourceId } from "../../domain/id.js";
import { dayNumberOf, type Instant } from "../../domain/instant.js";
import { periodEnd } from "../../domain/pool/period.js";
import type { BalanceDelta, CapacityWindow, EngineEvent, ResourceSupply } from "../../scheduler/contract.js";
import type { DeclaredResource, PoolWriter, TakenCommand } from "../ports/writer.js";
import { carriedBy, returned, type LoanBook, type LoanNews } from "./loan-book.js";
import type { Patience } from "./patience.js";
import { Supply } from "./supply.js";

/** What the engine is told of resources: as declared, without those that are frozen, with what loans carry, from day to day. */
export class DeclaredSupply {
  #supply: Supply | undefined;
  readonly #frozen = new Set<ResourceId>();
  /** Dated resources of loans that are over: the engine is told that nobody offers them. */
  #closed: readonly ResourceId[] = [];

  constructor(
    private readonly writer: PoolWriter,
    private readonly patience: Patience,
    private readonly loans: LoanBook,
  ) {}

  /** The pool is read anew. */
  begin(): void {
    this.#supply = undefined;
    this.#frozen.clear();
    this.#closed = [];
  }

  of(pool: ConstructorParameters<typeof Supply>[0], today: number): void {
    this.#supply = new Supply(pool, today);
  }

  freeze(resources: readonly ResourceId[]): void {
    for (const id of resources) this.#frozen.add(id);
  }

  stated(resources: readonly DeclaredResource[]): ResourceSupply[] {
    return resources.map((one) => this.#supplied.of(this.loans.of(one), this.#frozen));
  }

  rows(rows: Parameters<Supply["rows"]>[0]): ReturnType<Supply["rows"]> {
    return this.#supplied.rows(rows);
  }

  /** These have become durable. */
  durable(news: readonly LoanNews[]): void {
    this.#closed = [...this.#closed, ...news.flatMap((one) => (one.kind === "ended" ? [one.borrower] : []))];
  }

  takeClosed(): readonly ResourceId[] {
    const closed = this.#closed;
    this.#closed = [];
    return closed;
  }

  /** What is declared anew, and the next stretch of periods when a day has begun. */
  async news(anew: "all" | readonly ResourceId[], now: Instant): Promise<{ events: readonly EngineEvent[]; restated: readonly BalanceDelta[]; thawed: readonly ResourceId[] }> {
    const thawed = anew === "all" ? [] : anew.filter((id) => this.#frozen.delete(id));
    const events: EngineEvent[] = [];
    if (dayNumberOf(now) > this.#supplied.today) {
      this.#supplied.moveTo(dayNumberOf(now));
      const moved = await this.patience.whole<EngineEvent>((push) =>
        this.writer.resources("all", (resources) => {
          push({ kind: "window", windows: resources.map((one) => ({ resource: one.id, capacity: this.#supplied.window(this.loans.of(one)) })) });
        }),
      );
      events.push(...moved);
    }
    if (anew.length === 0) return { events, restated: [], thawed };

    const windows = new Map<ResourceId, CapacityWindow>();
    const declared = await this.patience.whole<EngineEvent>((push) =>
      this.writer.resources(anew, (resources) => {
        const supplies = this.stated(resources);
        // On the books a borrower's resource gives nothing of its own.
        for (const { id, capacity, loaned } of supplies) if (loaned === undefined) windows.set(id, capacity);
        push({ kind: "resources", resources: supplies });
      }),
    );
    events.push(...declared);
    // An engine that was loaded after the declaration sees no change; the books may still show the old capacity.
    const restated = await this.patience.whole<BalanceDelta>((push) =>
      this.writer.bookedCapacities(anew, now, (rows) => {
        for (const { resource, period, capacity } of rows) {
          const window = windows.get(resource);
          // Where its window does not reach yet, a loan may have booked what the lender gave then.
          if (window === undefined || window === "unlimited" || period >= window.first + window.amounts.length) continue;
          const declared = window.amounts[period - window.first] ?? 0;
          if (declared !== capacity) push({ resource, period, capacity: declared, held: 0, settled: 0 });
        }
      }),
    );
    return { events, restated, thawed };
  }

  /** Loans that begin, in the periods in which the lender's calendar has something to give; or come back. */
  async lending(command: Extract<TakenCommand["command"], { kind: "loan.applied" | "loan.brought-back" | "loan.part-brought-back" }>, now: Instant): Promise<{ events: readonly EngineEvent[]; news: readonly LoanNews[] }> {
    const ids = command.kind === "loan.applied" ? command.loans : [command.loan];
    const asked = await this.patience.until(() => this.writer.loans(ids));
    const all = asked.map((loan) => this.loans.get(loan.id) ?? loan);
    const declared = new Map<ResourceId, DeclaredResource>();
    if (all.length > 0) {
      const read = await this.patience.whole<DeclaredResource>((push) => this.writer.resources([...new Set(all.flatMap(({ lender, borrower }) => [lender, borrower]))], (some) => some.forEach(push)));
      for (const one of read) declared.set(one.id, one);
    }
    const events: EngineEvent[] = [];
    const news: LoanNews[] = [];
    for (const loan of all) {
      const [lender, borrower] = [declared.get(loan.lender), declared.get(loan.borrower)];
      if (!lender || !borrower) throw new Error(`loan ${loan.id}: its resources are not there`);
      if (command.kind !== "loan.applied") {
        if (loan.state === "applied") continue;
        const said: LoanNews = command.kind === "loan.brought-back" ? { kind: "brought-back", loan: loan.id, from: command.from } : { kind: "part-brought-back", loan: loan.id, part: command.part };
        this.loans.hear([said]);
        news.push(said);
        const ending = this.loans.get(loan.id);
        if (!ending) continue;
        events.push({ kind: "resources", resources: this.stated([borrower]) }, returned(ending));
        continue;
      }
      if (loan.state !== "applied") continue;
      const gives = lender.offered && !this.#frozen.has(lender.id);
      const periods = gives ? this.#supplied.term(lender, loan.from, loan.to).filter(({ period }) => periodEnd(loan.kind, period) > now) : [];
      const booked = { ...loan, periods: periods.map(({ period }) => period) };
      const said: LoanNews = { kind: "announced", loan: booked };
      this.loans.hear([said]);
      news.push(said);
      events.push({ kind: "lent", loan: loan.id, lender: lender.id, borrower: this.#supplied.of({ ...borrower, loan: carriedBy(booked) }, this.#frozen), partial: loan.partial, periods });
    }
    return { events, news };
  }

  get #supplied(): Supply {
    if (!this.#supply) throw new Error("the pool was not loaded");
    return this.#supply;
  }
}
