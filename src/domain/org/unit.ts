import type { Level, Names } from "../catalogue/item.js";
import type { CalendarId, DivisionCode, UnitId } from "../id.js";

/** What is a unit and no organ: `supplier` an enterprise, association or bank that serves under an agreement · `task-force` a virtual office. */
export const UNIT_KINDS = ["supplier", "task-force"] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

/** A government body: a node of the tree, with a division (块) and a line (条). */
export interface Unit {
  readonly id: UnitId;
  readonly parent: UnitId | null;
  readonly names: Names;
  readonly division: DivisionCode;
  /** The line of business it belongs to at every level, such as `market-regulation`. */
  readonly line: string;
  readonly level: Level;
  /** Absent: a government organ. */
  readonly kind?: UnitKind;
  readonly creditCode: string | null;
  readonly address: string | null;
  readonly phone: string | null;
  readonly calendarId: CalendarId | null;
  readonly state: "active" | "retired";
  /** Its items stand in the public catalogue. */
  readonly published: boolean;
  readonly generation: number;
}
