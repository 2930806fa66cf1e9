import { quantile } from "../../domain/demand/working-time.js";
import { KINDS, type Kind } from "../../domain/pool/class.js";
import type { WaitingRule } from "../../domain/pool/decision.js";
import { waitingWords } from "../../text/explain.js";
import { replayText } from "../../text/replay.js";
import { say, type Facts, type Language } from "../../text/text.js";
import { kindWords } from "../../text/words.js";
import { renderTable } from "../table.js";
import type { Played } from "./play.js";

/** Reasons shown; the rest is in `-o json`. */
const REASONS_MAX = 8;

/** What became of the trace: one column, or two where every unit was also left to itself. */
export function resultLines(language: Language, pooled: Played, alone: Played | undefined): string[] {
  const t = (key: keyof typeof replayText, facts?: Facts): string => say(language, replayText[key], facts);
  const both = alone ? [pooled, alone] : [pooled];
  const row = (name: string, of: (played: Played) => string | number): { name: string; cells: (string | number)[] } => ({ name, cells: both.map(of) });
  const minutes = (value: number | null): string => (value === null ? "-" : value < 120 ? t("minutes", { n: value }) : t("hours", { n: Math.round(value / 60) }));
  const state = (name: string) => (played: Played) => played.end.byState[name] ?? 0;
  const topReasons = topOf(both);

  const rows = [
    row(t("row.submitted"), ({ submitted }) => submitted),
    row(t("row.served"), state("completed")),
    row(t("row.open"), (played) => (played.end.byState["received"] ?? 0) + (played.end.byState["in_progress"] ?? 0) + (played.end.byState["supplement"] ?? 0)),
    row(t("row.unservable"), state("unservable")),
    row(t("row.breaches"), ({ end }) => end.breaches),
    row(t("row.unlawful"), ({ end }) => end.unlawful),
    row(t("row.lapsed"), ({ end }) => end.lapsed),
    row(t("row.wait"), ({ waits }) => [0.5, 0.9, 0.99].map((share) => minutes(quantile(waits, share))).join(" / ")),
    row(t("row.waited"), ({ reasons }) => [...reasons.values()].reduce((sum, steps) => sum + steps, 0)),
    ...topReasons.map((key) => row(t("row.reason", { rule: ruleName(key.split(" ")[0] ?? "", language), class: key.split(" ")[1] ?? "" }), ({ reasons }) => reasons.get(key) ?? 0)),
    row(t("row.unplaced", { day: pooled.worst.day }), ({ worst }) => (worst.waiting ?? []).reduce((sum, { steps }) => sum + steps, 0)),
    ...KINDS.flatMap((kind) => {
      const used = both.map((played) => usedPercent(played, kind));
      return used.every((share) => share === null) ? [] : [{ name: t("row.used", { kind: kindWords[kind][language] }), cells: used.map((share) => (share === null ? "-" : `${share}%`)) }];
    }),
  ];
  return renderTable(rows, [
    { title: "", value: ({ name }) => name },
    ...both.map((_, index) => ({ title: t(index === 0 ? "column.pool" : "column.silo"), value: ({ cells }: (typeof rows)[number]) => cells[index], right: true })),
  ]).split("\n");
}

/** The commonest reasons of all columns. */
function topOf(both: readonly Played[]): string[] {
  const steps = new Map<string, number>();
  for (const { reasons } of both) for (const [key, count] of reasons) steps.set(key, (steps.get(key) ?? 0) + count);
  return [...steps].sort((a, b) => b[1] - a[1]).slice(0, REASONS_MAX).map(([key]) => key);
}

const ruleName = (rule: string, language: Language): string => (rule in waitingWords ? waitingWords[rule as WaitingRule][language] : rule);

/** Classes of a kind weighed by nothing but themselves: amounts of different classes cannot be added. */
function usedPercent({ end }: Played, kind: Kind): number | null {
  const shares = end.classes.filter((one) => one.kind === kind && one.capacity > 0).map(({ used, capacity }) => used / capacity);
  return shares.length === 0 ? null : Math.round((100 * shares.reduce((a, b) => a + b, 0)) / shares.length);
}
