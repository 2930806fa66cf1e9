import type { Names } from "../../../../domain/catalogue/item.js";
import type { DutyFault } from "../../../../app/duties/read-gaps.js";
import type { LeadExceptionRow } from "../../../../app/ports/duty.js";
import type { Problem } from "../../../../domain/problem.js";
import { contestText } from "../../../../text/contest.js";
import { gapText } from "../../../../text/portal-gaps.js";
import type { Voice } from "../../../../text/voice.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, Suggestions, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export const GAPS_DONE = ["saved", "ended"] as const;

export interface GapsView {
  readonly division: string;
  readonly divisions: readonly Choice[];
  readonly gaps: readonly DutyFault[];
  readonly overlaps: readonly DutyFault[];
  /** Gaps on one page at most; `gaps` has all. */
  readonly shown: number;
  readonly exceptions: readonly (LeadExceptionRow & { readonly unit: Names; readonly class: Names })[];
  readonly classNames: ReadonlyMap<string, Names>;
  readonly lineNames: ReadonlyMap<string, Names>;
  readonly classes: readonly Choice[];
  readonly units: readonly Choice[];
  readonly may: boolean;
  readonly key: string;
  readonly done: (typeof GAPS_DONE)[number] | undefined;
  readonly problems: readonly Problem[];
  readonly typed: Readonly<Record<string, string>>;
}

type Part = { readonly frame: Frame; readonly view: GapsView };

const here = (frame: Frame, path: string): string => inPool(frame, `/centre/gaps${path}`);

/** What nobody answers for, and what two do: the list mends itself when the register does. */
export const GapsPage = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const nothing = view.gaps.length === 0 && view.overlaps.length === 0 && view.division === "";
  return (
    <Layout frame={frame} title={t(gapText.title)} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={{ class: t(gapText.class), unit: t(gapText.unit), from: t(gapText.from), to: t(gapText.to), basis: t(gapText.basis) }} />
      <Heading title={t(gapText.title)} lead={t(gapText.lead)} />
      {view.done === undefined ? null : (
        <Notice live>
          <p>{t(gapText[`done.${view.done}`])}</p>
        </Notice>
      )}
      {nothing ? <Empty title={t(gapText["none.title"])} text={t(gapText["none.text"])} /> : <Faults frame={frame} view={view} />}
      <Exceptions frame={frame} view={view} />
    </Layout>
  );
};

const Faults = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t, name, number } = voice;
  return (
    <>
      <form class="filters table-filters" method="get" action={here(frame, "")}>
        <SelectField voice={voice} id="division" label={t(gapText.division)} value={view.division} none={t(gapText.all)} options={view.divisions} />
        <button class="button button--quiet">{t(gapText.filter)}</button>
      </form>
      <section class="section" aria-labelledby="overlaps">
        <h2 id="overlaps">{t(gapText["overlaps.title"], { count: number(view.overlaps.length) })}</h2>
        <Listing
          voice={voice}
          caption={t(gapText["overlaps.title"], { count: number(view.overlaps.length) })}
          rows={view.overlaps}
          none={<p class="soft">{t(gapText["overlaps.none"])}</p>}
          columns={[
            { key: "class", label: t(gapText.class), header: true, cell: (row) => className(voice, view, row) },
            { key: "division", label: t(gapText.division), cell: (row) => name(row.divisionNames) },
            {
              key: "leads",
              label: t(gapText.leads),
              cell: (row) =>
                row.units.map((unit, at) => (
                  <>
                    {at > 0 ? <br /> : null}
                    <a href={inPool(frame, `/centre/resources/${row.resources[at] ?? ""}`)}>{name(unit.names)}</a>
                  </>
                )),
            },
            { key: "until", label: t(gapText.until), cell: (row) => row.until ?? t(gapText["until.open"]) },
            { key: "contests", label: t(gapText.contested), cell: (row) => <Contests frame={frame} row={row} /> },
          ]}
        />
      </section>
      <section class="section" aria-labelledby="gaps">
        <h2 id="gaps">{t(gapText["gaps.title"], { count: number(view.gaps.length) })}</h2>
        <Listing
          voice={voice}
          caption={t(gapText["gaps.title"], { count: number(view.gaps.length) })}
          note={view.gaps.length > view.shown ? t(gapText["gaps.shown"], { count: number(view.gaps.length), shown: number(view.shown) }) : undefined}
          rows={view.gaps.slice(0, view.shown)}
          none={<p class="soft">{t(gapText["gaps.none"])}</p>}
          columns={[
            { key: "what", label: t(gapText.what), header: true, cell: (row) => missing(voice, view, row) },
            { key: "division", label: t(gapText.division), cell: (row) => name(row.divisionNames) },
            {
              key: "items",
              label: t(gapText.items),
              cell: (row) => (row.items === 0 ? "—" : t(gapText[row.items > row.examples.length ? "items.more" : "items.count"], { count: row.items, names: voice.list(row.examples.map(name)) })),
            },
            { key: "contests", label: t(gapText.contested), cell: (row) => <Contests frame={frame} row={row} /> },
          ]}
        />
      </section>
    </>
  );
};

const Contests = ({ frame, row }: { readonly frame: Frame; readonly row: DutyFault }) => {
  const { t } = frame.voice;
  if (row.contests.length === 0) return <>—</>;
  return (
    <>
      {row.contests.map(({ id, state }, at) => (
        <>
          {at > 0 ? <br /> : null}
          <a href={inPool(frame, `/centre/contests/${id}`)}>{t(gapText["contested.one"], { number: id })}</a> {t(contestText[`state.${state}`])}
        </>
      ))}
    </>
  );
};

const className = ({ name }: Voice, view: GapsView, { classId }: DutyFault): string => (classId === null ? "" : name(view.classNames.get(classId) ?? { zh: classId, en: classId }));

function missing(voice: Voice, view: GapsView, row: DutyFault): string {
  const { t, name } = voice;
  const [unit] = row.units;
  const unitName = unit ? name(unit.names) : "";
  switch (row.reason) {
    case "no-unit":
      if (unit) return t(gapText["reason.holder-gone"], { unit: unitName });
      return t(gapText["reason.no-unit"], { line: name(view.lineNames.get(row.line ?? "") ?? { zh: row.line ?? "", en: row.line ?? "" }), level: t(gapText[`level.${row.level ?? "county"}`]) });
    case "not-public":
      return t(gapText["reason.not-public"], { unit: unitName });
    case "no-function":
      return t(gapText["reason.no-function"], { unit: unitName, class: className(voice, view, row) });
    default:
      return t(gapText["reason.unheld"], { class: className(voice, view, row) });
  }
}

const Exceptions = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t, name } = voice;
  const errors = fieldErrors(voice, view.problems);
  const { typed } = view;
  return (
    <section class="section" aria-labelledby="exceptions">
      <h2 id="exceptions">{t(gapText["exceptions.title"])}</h2>
      <p class="soft">{t(gapText["exceptions.lead"])}</p>
      <Listing
        voice={voice}
        caption={t(gapText["exceptions.title"])}
        rows={view.exceptions}
        none={<p class="soft">{t(gapText["exceptions.none"])}</p>}
        columns={[
          { key: "unit", label: t(gapText.unit), header: true, cell: (row) => name(row.unit) },
          { key: "class", label: t(gapText.class), cell: (row) => name(row.class) },
          { key: "days", label: t(gapText.days), cell: (row) => `${row.validFrom} – ${row.validTo}` },
          { key: "basis", label: t(gapText.basis), cell: (row) => row.basis },
          {
            key: "act",
            label: t(gapText.act),
            cell: (row) =>
              view.may ? (
                <form method="post" action={here(frame, `/exceptions/${row.id}/withdrawal`)}>
                  <input type="hidden" name="key" value={`${view.key}-${row.id}`} />
                  <button class="button button--quiet button--small">
                    {t(gapText.end)}
                    <span class="visually-hidden"> {name(row.unit)}</span>
                  </button>
                </form>
              ) : (
                "—"
              ),
          },
        ]}
      />
      {view.may ? (
        <Details summary={t(gapText.new)} open={view.problems.length > 0}>
          <form method="post" action={here(frame, "/exceptions")}>
            <input type="hidden" name="key" value={view.key} />
            <SelectField voice={voice} id="class" label={t(gapText.class)} value={typed["class"]} none="—" options={view.classes} error={errors["class"]} />
            <TextField voice={voice} id="unit" label={t(gapText.unit)} hint={t(gapText["unit.hint"])} value={typed["unit"]} maxlength={63} spellcheck={false} list="units" error={errors["unit"]} />
            <Suggestions id="units" options={view.units} />
            <TextField voice={voice} id="from" type="date" width="medium" label={t(gapText.from)} value={typed["from"]} error={errors["from"]} />
            <TextField voice={voice} id="to" type="date" width="medium" label={t(gapText.to)} value={typed["to"]} error={errors["to"]} />
            <TextField voice={voice} id="basis" label={t(gapText.basis)} value={typed["basis"]} maxlength={2_000} error={errors["basis"]} />
            <div class="actions">
              <button class="button">{t(gapText.save)}</button>
            </div>
          </form>
        </Details>
      ) : null}
    </section>
  );
};
