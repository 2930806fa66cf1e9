import type { Names } from "../../../../domain/catalogue/item.js";
import type { CapacityClass } from "../../../../domain/pool/class.js";
import type { RecordedEntry } from "../../../../app/ports/audit-trail.js";
import { quotaText } from "../../../../text/portal-quotas.js";
import { Listing } from "../../components/data-table.js";
import { inPool, type Frame } from "../../frame.js";

/** What words the ids on record stand for. */
export interface RecordedNames {
  readonly units: ReadonlyMap<string, Names>;
  readonly classes: ReadonlyMap<string, CapacityClass>;
  readonly cohorts: ReadonlyMap<string, Names>;
}

interface Part {
  readonly frame: Frame;
  readonly changes: readonly RecordedEntry[];
  readonly named: RecordedNames;
  readonly may: boolean;
  readonly key: string;
}

/** Who may use what was changed: from what to what, and a button that changes it back. */
export const Changes = ({ frame, changes, named, may, key }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const what = (row: RecordedEntry): string => whatOf(frame, named, row);
  return (
    <section class="section" aria-labelledby="changes">
      <h2 id="changes">{t(quotaText["changes.title"])}</h2>
      <p class="soft">{t(quotaText["changes.history"])}</p>
      <Listing
        voice={voice}
        caption={t(quotaText["changes.title"])}
        rows={changes}
        none={<p class="soft">{t(quotaText["changes.none"])}</p>}
        columns={[
          { key: "what", label: t(quotaText["changes.what"]), header: true, cell: what },
          { key: "when", label: t(quotaText["changes.when"]), cell: (row) => voice.dateTime(row.occurredAt) },
          { key: "before", label: t(quotaText["changes.before"]), cell: (row) => factsOf(frame, named, row, row.before) },
          { key: "after", label: t(quotaText["changes.after"]), cell: (row) => factsOf(frame, named, row, row.after) },
          {
            key: "undo",
            label: t(quotaText["changes.act"]),
            cell: (row) =>
              may ? (
                <form method="post" action={inPool(frame, "/centre/quotas/undo")}>
                  <input type="hidden" name="key" value={`${key}-${row.id}`} />
                  <input type="hidden" name="change" value={String(row.id)} />
                  <button class="button button--quiet button--small">
                    {t(quotaText["changes.undo"])}
                    <span class="visually-hidden"> {what(row)}</span>
                  </button>
                </form>
              ) : (
                "—"
              ),
          },
        ]}
      />
    </section>
  );
};

/** What was changed, or would be. */
export type Changed = Pick<RecordedEntry, "objectKind" | "objectId">;

export function whatOf({ voice }: Frame, { units, classes, cohorts }: RecordedNames, { objectKind, objectId }: Changed): string {
  const name = (names: Names | undefined, id: string): string => voice.name(names ?? { zh: id, en: id });
  if (objectKind === "cohort") return `${voice.t(quotaText.cohort)} · ${name(cohorts.get(objectId), objectId)}`;
  if (objectKind === "overcommit") return `${voice.t(quotaText["overcommit.title"])} · ${objectId}`;
  if (objectKind !== "quota") return voice.t(quotaText["sharing.title"]);
  const [unit = "", of = ""] = objectId.split(":");
  return `${name(units.get(unit), unit)} · ${name(classes.get(of)?.names, of)}`;
}

/** One fact a line; what is not a quota, a cohort or a limit is not among the changes of this page. */
export function factsOf({ voice }: Frame, { classes, cohorts }: RecordedNames, { objectKind, objectId }: Changed, value: unknown) {
  if (value === null || typeof value !== "object") return "—";
  const { t } = voice;
  const facts = value as Readonly<Record<string, unknown>>;
  const of = objectKind === "quota" ? classes.get(objectId.split(":")[1] ?? "") : undefined;
  const cohort = (id: unknown): string => voice.name(cohorts.get(String(id)) ?? { zh: String(id), en: String(id) });
  const say = (field: string, fact: unknown): readonly string[] => {
    if (fact === null || fact === undefined) return [];
    if (field === "cohort") return [`${t(quotaText.cohort)} ${cohort(fact)}`];
    if (field === "parent") return [`${t(quotaText["cohort.parent"])} ${cohort(fact)}`];
    if (field === "names") return [voice.name(fact as Names)];
    if (field === "nominal" || field === "borrowingLimit" || field === "lendingLimit") {
      const amount = fact === "own" ? t(quotaText["changes.own"]) : of === undefined ? voice.number(Number(fact)) : voice.amount(Number(fact), of.measure);
      return [`${t(quotaText[field])} ${amount}`];
    }
    if (field === "percent") return [`${String(fact)}%`];
    if (field === "weight") return [`${t(quotaText.weight)} ${voice.number(Number(fact))}`];
    if (field === "halfLifeDays") return [`${t(quotaText["sharing.halfLifeDays"])} ${voice.number(Number(fact))}`];
    if (field === "applicants") return Object.entries(fact as object).flatMap(([inner, limit]) => say(inner, limit));
    if (field === "openRequests" || field === "holds") return [`${t(quotaText[`sharing.${field}`])} ${voice.number(Number(fact))}`];
    if (field === "items") return (fact as readonly unknown[]).length === 0 ? [] : [t(quotaText["sharing.items"], { count: (fact as readonly unknown[]).length })];
    return [`${field} ${JSON.stringify(fact)}`];
  };
  const lines = Object.entries(facts).flatMap(([field, fact]) => say(field, fact));
  return lines.length === 0 ? "—" : lines.join(t(quotaText["changes.separator"]));
}
