import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { demandRow, knownDemand, type KnownDemand } from "../../domain/demand/known-demand.js";
import type { Demand } from "../../domain/demand/mapping.js";
import type { ItemShown } from "./sandbox.js";

/** Demand of the sample prefecture, as it comes with the release. */
const SAMPLE = new URL("../../../resources/sample-prefecture/demand.csv", import.meta.url);

/** What is asked of the items: by a table, or as it is known without one. */
export const demandOf = (items: ReadonlyMap<string, ItemShown>, places: readonly string[], file: string | undefined): KnownDemand => knownDemand(items, places, readTable(file ?? SAMPLE), file !== undefined);

const readTable = (file: string | URL): Demand[] => (parse(readFileSync(file), { columns: true, bom: true }) as readonly Record<string, string>[]).map(demandRow);
