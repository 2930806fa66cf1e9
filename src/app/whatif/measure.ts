import { quantile } from "../../domain/demand/working-time.js";
import type { ClassId, DivisionCode, ResourceId, UnitId } from "../../domain/id.js";
import type { DayNumber } from "../../domain/instant.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import type { WaitFigures } from "../../domain/what-if/result.js";
import { dayOfSlot, type Period } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { DeclaredResource } from "../ports/writer.js";

/** The waits of some steps, in minutes of working time. */
export class WaitBook {
  readonly #minutes: number[] = [];

  static of(books: readonly WaitBook[]): WaitBook {
    const all = new WaitBook();
    for (const book of books) for (const minutes of book.#minutes) all.add(minutes);
    return all;
  }

  add(minutes: number): void {
    this.#minutes.push(minutes);
  }

  figures(): WaitFigures {
    const sorted = Float64Array.from(this.#minutes).sort();
    const at = (share: number): number => quantile(sorted, share) ?? 0;
    const sum = sorted.reduce((total, minutes) => total + minutes, 0);
    return { count: sorted.length, mean: sorted.length === 0 ? 0 : Math.round((10 * sum) / sorted.length) / 10, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
  }
}

interface Cell {
  readonly classId: ClassId;
  readonly unitId: UnitId;
  readonly division: DivisionCode;
  capacity: Amount;
  used: Amount;
}

/** How much there was of each class at each unit on the days of a run, and how much of it was given out. */
export class UseBook {
  readonly #cells = new Map<string, Cell>();
  readonly #ofResource = new Map<ResourceId, Cell>();
  readonly #dayOf = new Map<string, (period: Period) => DayNumber>();

  constructor(
    classes: readonly CapacityClass[],
    resources: readonly DeclaredResource[],
    private readonly first: DayNumber,
    private readonly last: DayNumber,
  ) {
    // What has no period, or one of a year, is not used up by days.
    for (const { id, period } of classes) if (period === "day" || period === "slot") this.#dayOf.set(id, period === "day" ? (at) => at : dayOfSlot);
    for (const { id, classId, unitId, unitDivision } of resources) {
      if (!this.#dayOf.has(classId)) continue;
      const key = `${classId} ${unitId}`;
      let cell = this.#cells.get(key);
      if (!cell) this.#cells.set(key, (cell = { classId, unitId, division: unitDivision, capacity: 0, used: 0 }));
      this.#ofResource.set(id, cell);
    }
  }

  /** @param amounts what the resource gives in the periods from `first` on; those of `day` count. */
  offered(resource: ResourceId, first: Period, amounts: readonly Amount[], day: DayNumber): void {
    const cell = this.#ofResource.get(resource);
    if (!cell || day < this.first || day > this.last) return;
    const dayOf = this.#dayOf.get(cell.classId)!;
    for (let at = 0; at < amounts.length && dayOf(first + at) <= day; at += 1) if (dayOf(first + at) === day) cell.capacity += amounts[at]!;
  }

  used(resource: ResourceId, period: Period, amount: Amount): void {
    const cell = this.#ofResource.get(resource);
    if (!cell) return;
    const day = this.#dayOf.get(cell.classId)!(period);
    if (day >= this.first && day <= this.last) cell.used += amount;
  }

  /** Those that had or gave anything. */
  cells(): readonly Readonly<Cell>[] {
    return [...this.#cells.values()].filter(({ capacity, used }) => capacity > 0 || used > 0);
  }
}
