import { stringify } from "yaml";
import type { Noun, Row } from "./nouns.js";

const API_VERSION = "govpool/v1";

interface Kind {
  readonly kind: string;
  /** What the list leaves out. */
  readonly whole?: boolean;
  readonly fields: (row: Row) => Row;
}

const picked = (row: Row, names: readonly string[]): Row => Object.fromEntries(names.flatMap((name) => (row[name] === undefined || row[name] === null ? [] : [[name, row[name]]])));

/** What is declared by a document: as it is read again by `apply -f`, `reorganise -f`, `task-force create -f` and `plan propose -f`. */
const KINDS: Readonly<Record<string, Kind>> = {
  agreements: {
    kind: "Agreement",
    fields: (row) => ({
      ...picked(row, ["agreement", "names", "provider", "purchaser", "instrument", "from", "until", "divisions"]),
      ...Object.fromEntries(["items", "traits"].flatMap((list) => ((row[list] as readonly string[]).length === 0 ? [] : [[list, row[list]]]))),
      ...picked(row, ["quality", "noticeDays"]),
      classes: (row["classes"] as readonly Row[]).map((one) => ({ ...picked(one, ["class", "perPeriod", "inTotal"]), priceFen: Number(one["priceFen"]) })),
    }),
  },
  reorganisations: { kind: "Reorganisation", fields: (row) => picked(row, ["reorganisation", "names", "basis", "changes"]) },
  "standing-limits": { kind: "StandingLimit", fields: (row) => picked(row, ["unit", "class", "amount"]) },
  "task-forces": {
    kind: "TaskForce",
    whole: true,
    fields: (row) => ({
      ...picked(row, ["taskForce", "names", "basis", "until", "parent"]),
      members: (row["members"] as readonly string[]).map((unit) => ({
        unit,
        resources: (row["resources"] as readonly Row[]).filter((one) => one["unit"] === unit).map((one) => picked(one, ["resource", "amount"])),
      })),
      items: row["items"],
    }),
  },
  plans: {
    kind: "Plan",
    whole: true,
    fields: (row) => ({
      ...picked(row, ["title", "goal"]),
      loans: (row["loans"] as readonly Row[]).map((loan) => picked(loan, ["class", "lender", "resource", "borrower", "amount", "from", "to", "legalBasis", "why", "without"])),
    }),
  },
};

/** Documents are written from all that is known of a thing. */
export const needsWhole = ({ names: [name] }: Noun): boolean => KINDS[name]?.whole === true;

/** One document for each thing, where a manifest has its kind; otherwise everything the server told, as one list. */
export function documents({ names: [name] }: Noun, rows: readonly Row[], single: boolean): string {
  const known = KINDS[name];
  if (!known) return stringify(single ? rows[0] : rows, { lineWidth: 0 }).trimEnd();
  return rows.map((row) => stringify({ apiVersion: API_VERSION, kind: known.kind, ...known.fields(row) }, { lineWidth: 0 }).trimEnd()).join("\n---\n");
}
