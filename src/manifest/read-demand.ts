import { parse } from "csv-parse/sync";
import { demandRow } from "../domain/demand/known-demand.js";
import type { Demand } from "../domain/demand/mapping.js";

/** A table of yearly demand: `item,division,per_year`, and whatever else stands beside. */
export const readDemand = (bytes: Uint8Array): readonly Demand[] => (parse(Buffer.from(bytes), { columns: true, bom: true, relax_column_count: true }) as readonly Record<string, string>[]).map(demandRow);
