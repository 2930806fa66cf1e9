import type { Level, Names } from "../catalogue/item.js";
import type { CalendarId, DivisionCode, UnitId } from "../id.js";

/** A government body: a node of the tree, with a division (块) and a line (条). */
export interface Unit {
  readonly id: UnitId;
  readonly parent: UnitId | null;
  readonly names: Names;
  readonly division: DivisionCode;
  /** The line of business it belongs to at every level, such as `market-regulation`. */
  readonly line: string;
  readonly level: Level;
  readonly creditCode: string | null;
  readonly address: string | null;
  readonly phone: string | null;
  readonly calendarId: CalendarId | null;
  readonly state: "active" | "retired";
  /** Its items stand in the public catalogue. */
  readonly published: boolean;
  readonly generation: number;
}
