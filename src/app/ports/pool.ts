import type { Names } from "../../domain/catalogue/item.js";
import type { Instant } from "../../domain/instant.js";
import type { CalendarId, DivisionCode, PoolId } from "../../domain/id.js";

export interface PoolRow {
  readonly id: PoolId;
  readonly names: Names;
  readonly division: DivisionCode;
  readonly calendarId: CalendarId | null;
  readonly timeZone: string;
  readonly sandbox: boolean;
}

export interface Pools {
  get(): Promise<PoolRow | null>;
  /** The pool's clock, read in this transaction; real time for a pool that is about to be made. */
  now(): Promise<Instant>;
  /** Makes the pool just put a sandbox: a copy of `of`, whose clock stands at `at` until it is set. */
  makeSandbox(of: PoolId, at: Instant): Promise<void>;
  /** Removes a sandbox with everything in it. False: it is none. */
  removeSandbox(): Promise<boolean>;
  /** The pool a sandbox was copied from. */
  copiedFrom(): Promise<PoolId | null>;
  /** Lets the planner count what was just declared in bulk: until it has, it plans as if the tables were nearly empty. */
  analyse(): Promise<void>;
  /** Moves the clock of a sandbox forward. `not-manual`: it follows real time; `backwards`: it is past that already. */
  setClock(at: Instant): Promise<"set" | "not-manual" | "backwards">;
  /** How far the pool's writer is; null: it has not begun. */
  workedUpTo(): Promise<Instant | null>;
  /** Makes the pool with its writer's row, or changes what it declares. */
  put(pool: Omit<PoolRow, "sandbox">): Promise<void>;
  /**
   * Others who declare in this pool wait until this transaction ends: two of them could each be right and
   * wrong together (a circle of parents, a name taken twice). Those who only use the pool do not wait.
   */
  lockDeclaring(): Promise<void>;
}
