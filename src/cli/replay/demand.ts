import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { guessedVolume } from "../../domain/catalogue/guess-item.js";
import { guessRule } from "../../domain/catalogue/guess-recipe.js";
import type { Demand } from "./mapping.js";
import type { ItemShown } from "./sandbox.js";

export interface KnownDemand {
  readonly rows: readonly Demand[];
  readonly from: "table" | "guessed" | "none";
}

/** Demand of the sample prefecture, as it comes with the release. */
const SAMPLE = new URL("../../../resources/sample-prefecture/demand.csv", import.meta.url);

/** Task types by the common numbering; a catalogue's own codes tell the two that share one of ours. */
const NUMBERS: Readonly<Record<string, number>> = { licence: 1, payment: 5, confirmation: 7, "public-service": 20 };

/** The seed that `govpool import items` guesses with unless told otherwise. */
const GUESS_SEED = 1;

/** What is asked of the items: a table's numbers, else what was guessed with their recipes, else the same of each. */
export function demandOf(items: ReadonlyMap<string, ItemShown>, places: readonly string[], file: string | undefined): KnownDemand {
  const table = readTable(file ?? SAMPLE).filter(({ item }) => items.has(item));
  if (table.length > 0 || file !== undefined) return { rows: table, from: "table" };
  const guessed = [...items.values()].some((one) => one.guessed);
  const rows = [...items.values()].flatMap((one) => places.map((division): Demand => ({ item: one.item, division, perYear: (guessed ? volumeOf(one) : 1) / places.length })));
  return { rows, from: guessed ? "guessed" : "none" };
}

function readTable(file: string | URL): Demand[] {
  const rows = parse(readFileSync(file), { columns: true, bom: true }) as readonly Record<string, string>[];
  return rows.map((row) => ({ item: row["item"] ?? "", division: row["division"] ?? "", perYear: Number(row["per_year"]) || 0 }));
}

function volumeOf({ item, names, taskType }: ItemShown): number {
  const rule = guessRule({ name: names.zh, taskTypeNumber: NUMBERS[taskType] ?? (/^E/.test(item) ? 9 : /^H/.test(item) ? 8 : 10) });
  return rule ? guessedVolume(rule.perYear, item, GUESS_SEED) : 1;
}
