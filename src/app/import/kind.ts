import type { UnitId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import type { Register } from "../../domain/pool/register.js";
import type { Result } from "../../domain/result.js";
import type { DeclaredRow, DeclaringAct, RowOutcome } from "../pool/declaring.js";
import type { ImportKind, TableRecord } from "../ports/import.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { Reading } from "../ports/store.js";
import type { SheetLayout } from "../ports/tables.js";

/** An object as it stands in the pool. */
export interface Standing {
  readonly key: string;
  readonly row: TableRecord;
  readonly unit: UnitId | null;
  /** Grows with every declared change, and never comes back: two equal ones mean that nothing happened between. */
  readonly generation: number;
  readonly retired: boolean;
}

/** What declaring a row needs beyond the register: what stands there already, and things the rows name. */
export interface KindContext {
  readonly register: Register;
  readonly standing: ReadonlyMap<string, Standing>;
  readonly extra: unknown;
}

/** What a table of one kind of object needs. The rules are the register's own; a table only brings rows to them. */
export interface TableKind<D = unknown> {
  readonly kind: ImportKind;
  readonly layout: SheetLayout;
  /** Asked, beside the right to import, for the unit whose list it is. */
  readonly declareAction: Action;
  /** Column that names the object. */
  readonly key: string;
  /** Rows looked at together; a tree is looked at whole. */
  readonly chunk: number;
  standing(reading: Reading, keys: readonly string[]): Promise<ReadonlyMap<string, Standing>>;
  /** What else the rows refer to. */
  extra?(reading: Reading, rows: readonly TableRecord[]): Promise<unknown>;
  declare(row: TableRecord, context: KindContext): Result<D>;
  unitOf(declared: D, register: Register): UnitId | null;
  rowOf(declared: D): TableRecord;
  write(act: DeclaringAct, rows: readonly DeclaredRow<D>[]): Promise<Result<readonly RowOutcome[]>>;
  /** Those of the units (absent: of the pool) in key order, retired ones too. */
  list(reading: Reading, units: readonly UnitId[] | undefined, page: PageAsked): Promise<Page<Standing>>;
  retire(act: DeclaringAct, standing: readonly Standing[]): Promise<Result<void>>;
  /** Brings back what `retire` ended, in the state its row says. */
  bringBack(act: DeclaringAct, rows: readonly TableRecord[]): Promise<void>;
  /** Takes back what an import created: removed where nothing else refers to it, else kept as retired under a name that frees its own. */
  takeBack(act: DeclaringAct, keys: readonly string[]): Promise<Result<void>>;
}
