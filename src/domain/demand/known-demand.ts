import { guessedVolume } from "../catalogue/guess-item.js";
import { guessRule } from "../catalogue/guess-recipe.js";
import type { Demand } from "./mapping.js";

export interface KnownDemand {
  readonly rows: readonly Demand[];
  readonly from: "table" | "guessed" | "none";
}

/** What is read of an item to know how often it is asked for. */
export interface AskedItem {
  readonly item: string;
  readonly names: { readonly zh: string };
  readonly taskType: string;
  readonly guessed: boolean;
}

/** Task types by the common numbering; a catalogue's own codes tell the two that share one of ours. */
const NUMBERS: Readonly<Record<string, number>> = { licence: 1, payment: 5, confirmation: 7, "public-service": 20 };

/** The seed that `govpool import items` guesses with unless told otherwise. */
const GUESS_SEED = 1;

/** One row of a table of demand: `item,division,per_year`. */
export const demandRow = (cells: Readonly<Record<string, string | undefined>>): Demand => ({ item: cells["item"] ?? "", division: cells["division"] ?? "", perYear: Number(cells["per_year"]) || 0 });

/** What is asked of the items: a table's numbers, else what was guessed with their recipes, else the same of each. */
export function knownDemand(items: ReadonlyMap<string, AskedItem>, places: readonly string[], table: readonly Demand[], isNamed: boolean): KnownDemand {
  const rows = table.filter(({ item }) => items.has(item));
  if (rows.length > 0 || isNamed) return { rows, from: "table" };
  const guessed = [...items.values()].some((one) => one.guessed);
  return {
    rows: [...items.values()].flatMap((one) => places.map((division): Demand => ({ item: one.item, division, perYear: (guessed ? volumeOf(one) : 1) / places.length }))),
    from: guessed ? "guessed" : "none",
  };
}

function volumeOf({ item, names, taskType }: AskedItem): number {
  const rule = guessRule({ name: names.zh, taskTypeNumber: NUMBERS[taskType] ?? (/^E/.test(item) ? 9 : /^H/.test(item) ? 8 : 10) });
  return rule ? guessedVolume(rule.perYear, item, GUESS_SEED) : 1;
}
