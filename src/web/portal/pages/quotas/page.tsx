import type { Names } from "../../../../domain/catalogue/item.js";
import { localDateOf, type DayNumber } from "../../../../domain/instant.js";
import type { CapacityClass } from "../../../../domain/pool/class.js";
import { quotaKey, type Cohort, type Sharing } from "../../../../domain/quota/quota.js";
import type { Promised } from "../../../../domain/quota/within-capacity.js";
import type { Problem } from "../../../../domain/problem.js";
import type { RecordedEntry } from "../../../../app/ports/audit-trail.js";
import type { QuotaLine } from "../../../../app/quota/quota-board.js";
import type { ProposalShown } from "../../../../app/quota/read-proposals.js";
import { quotaText } from "../../../../text/portal-quotas.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { Changes, type RecordedNames } from "./changes.js";
import { ProposalList } from "./proposal.js";

export interface QuotasView {
  readonly day: DayNumber;
  readonly query: { readonly class: string; readonly cohort: string };
  readonly cohorts: readonly Cohort[];
  readonly lines: readonly (QuotaLine & { readonly class: CapacityClass; readonly unit: Names })[];
  readonly quotasOf: ReadonlyMap<string, number>;
  readonly promised: readonly (Promised & { readonly class: CapacityClass })[];
  readonly classes: readonly Choice[];
  readonly sharing: Sharing;
  readonly changes: readonly RecordedEntry[];
  readonly named: RecordedNames;
  readonly may: boolean;
  readonly key: string;
  readonly proposals: readonly ProposalShown[];
  /** Nobody else could approve what this person proposes. */
  readonly alone: boolean;
  readonly problems: readonly Problem[];
  /** Which form came back, and what was typed. */
  readonly form: string;
  readonly typed: Readonly<Record<string, string>>;
}

type Part = { readonly frame: Frame; readonly view: QuotasView };

const here = (frame: Frame, path: string): string => inPool(frame, `/centre/quotas${path}`);

/** What each unit may use, what it uses now, and who shares with whom. */
export const QuotasPage = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t, name } = voice;
  return (
    <Layout frame={frame} title={t(quotaText.title)} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary
        voice={voice}
        problems={view.problems}
        labels={{
          cohort: t(quotaText["cohort.id"]),
          "names-zh": t(quotaText["cohort.zh"]),
          "names-en": t(quotaText["cohort.en"]),
          parent: t(quotaText["cohort.parent"]),
          halfLifeDays: t(quotaText["sharing.halfLifeDays"]),
          "applicants-openRequests": t(quotaText["sharing.openRequests"]),
          "applicants-holds": t(quotaText["sharing.holds"]),
        }}
      />
      <Heading title={t(quotaText.title)} lead={t(quotaText.lead)} />
      {view.alone ? (
        <Notice kind="warning">
          <p>{t(quotaText["proposals.alone"])}</p>
        </Notice>
      ) : null}
      <ProposalList frame={frame} rows={view.proposals} named={view.named} />
      <section class="section" aria-labelledby="tree">
        <h2 id="tree">{t(quotaText["tree.title"])}</h2>
        {view.cohorts.length === 0 ? <p class="soft">{t(quotaText["tree.none"])}</p> : <Tree frame={frame} view={view} parent={null} />}
        {view.may ? <NewCohort frame={frame} view={view} /> : null}
      </section>
      <section class="section" aria-labelledby="quotas">
        <h2 id="quotas">{t(quotaText["table.title"])}</h2>
        <form class="filters table-filters" method="get" action={here(frame, "")}>
          <TextField voice={voice} id="day" label={t(quotaText.day)} type="date" value={localDateOf(view.day)} />
          <SelectField voice={voice} id="class" label={t(quotaText.class)} value={view.query.class} none={t(quotaText.all)} options={view.classes} />
          <SelectField voice={voice} id="cohort" label={t(quotaText.cohort)} value={view.query.cohort} none={t(quotaText.all)} options={view.cohorts.map(({ id, names }) => ({ value: id, label: name(names) }))} />
          <button class="button button--quiet">{t(quotaText.filter)}</button>
        </form>
        {view.lines.length === 0 ? <Empty title={t(quotaText["empty.title"])} text={t(quotaText["empty.text"])} /> : <Lines frame={frame} view={view} />}
        <p class="row">
          {view.may && view.cohorts.length > 0 ? <a class="button" href={here(frame, "/edit")}>{t(quotaText.new)}</a> : null}
          {view.lines.length === 0 ? null : <a href={here(frame, ".csv")}>{t(quotaText.csv)}</a>}
        </p>
      </section>
      {view.may ? (
        <section class="section" aria-labelledby="overcommit">
          <h2 id="overcommit">{t(quotaText["overcommit.title"])}</h2>
          <p>{t(quotaText["overcommit.lead"])}</p>
          <p>
            <a class="button button--quiet" href={here(frame, "/overcommit")}>
              {t(quotaText["overcommit.new"])}
            </a>
          </p>
        </section>
      ) : null}
      {view.may ? <SharingForm frame={frame} view={view} /> : null}
      <Changes frame={frame} changes={view.changes} named={view.named} may={view.may} key={view.key} />
    </Layout>
  );
};

const Tree = ({ frame, view, parent }: Part & { readonly parent: string | null }) => {
  const { t, name, amount } = frame.voice;
  const children = view.cohorts.filter((cohort) => cohort.parent === parent);
  if (children.length === 0) return null;
  return (
    <ul>
      {children.map((cohort) => (
        <li>
          <a href={here(frame, `?cohort=${cohort.id}`)}>{name(cohort.names)}</a> <span class="soft">{t(quotaText["tree.line"], { count: view.quotasOf.get(cohort.id) ?? 0 })}</span>
          {view.promised
            .filter((one) => one.cohort === cohort.id)
            .map((one) => (
              <p class="small">
                {t(quotaText["tree.promised"], {
                  class: name(one.class.names),
                  nominal: amount(one.nominal, one.class.measure),
                  capacity: one.capacity === null ? t(quotaText["tree.unlimited"]) : amount(one.capacity, one.class.measure),
                })}
              </p>
            ))}
          <Tree frame={frame} view={view} parent={cohort.id} />
        </li>
      ))}
    </ul>
  );
};

const Lines = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t, name } = voice;
  const names = new Map(view.cohorts.map((cohort) => [cohort.id as string, cohort.names]));
  const cohortName = (id: string): string => name(names.get(id) ?? { zh: id, en: id });
  return (
    <Listing
      voice={voice}
      caption={t(quotaText["table.title"])}
      note={t(quotaText["table.note"], { day: voice.day(view.day) })}
      rows={view.lines}
      columns={[
        { key: "unit", label: t(quotaText.unit), header: true, cell: (line) => (view.may ? <a href={here(frame, `/edit?quota=${encodeURIComponent(quotaKey(line.quota))}`)}>{name(line.unit)}</a> : name(line.unit)) },
        { key: "class", label: t(quotaText.class), cell: (line) => name(line.class.names) },
        { key: "cohort", label: t(quotaText.cohort), cell: (line) => cohortName(line.quota.cohort) },
        {
          key: "nominal",
          label: t(quotaText.nominal),
          number: true,
          cell: ({ quota, standing, class: of }) => (quota.nominal === "own" ? t(quotaText["nominal.own"], { amount: voice.amount(standing.nominal, of.measure) }) : voice.amount(standing.nominal, of.measure)),
        },
        { key: "used", label: t(quotaText.used), number: true, cell: (line) => voice.amount(line.standing.used, line.class.measure) },
        { key: "borrowed", label: t(quotaText.borrowed), number: true, cell: (line) => voice.amount(line.standing.borrowed, line.class.measure) },
        { key: "lent", label: t(quotaText.lent), number: true, cell: (line) => voice.amount(line.standing.lent, line.class.measure) },
        { key: "room", label: t(quotaText.room), number: true, cell: (line) => voice.amount(line.standing.room, line.class.measure) },
        {
          key: "peak",
          label: t(quotaText.peak),
          number: true,
          cell: ({ peak, class: of }) => (peak === null ? "—" : t(quotaText["peak.cell"], { used: voice.amount(peak.used, of.measure), period: voice.period(of.period, peak.period) })),
        },
      ]}
    />
  );
};

const errorsOf = ({ frame, view }: Part, form: string): Readonly<Record<string, string>> => (view.form === form ? fieldErrors(frame.voice, view.problems) : {});

const NewCohort = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t, name } = voice;
  const errors = errorsOf({ frame, view }, "cohort");
  const typed = view.form === "cohort" ? view.typed : {};
  return (
    <Details summary={t(quotaText["cohort.new"])} open={view.form === "cohort"}>
      <form method="post" action={here(frame, "/cohort")}>
        <input type="hidden" name="key" value={view.key} />
        <TextField voice={voice} id="cohort" name="cohort" label={t(quotaText["cohort.id"])} hint={t(quotaText["cohort.id.hint"])} value={typed["cohort"]} maxlength={63} spellcheck={false} error={errors["cohort"]} />
        <TextField voice={voice} id="names-zh" name="zh" label={t(quotaText["cohort.zh"])} value={typed["zh"]} maxlength={200} error={errors["names-zh"]} />
        <TextField voice={voice} id="names-en" name="en" label={t(quotaText["cohort.en"])} value={typed["en"]} maxlength={200} error={errors["names-en"]} />
        <SelectField voice={voice} id="parent" label={t(quotaText["cohort.parent"])} value={typed["parent"]} none={t(quotaText["cohort.top"])} options={view.cohorts.map(({ id, names }) => ({ value: id, label: name(names) }))} error={errors["parent"]} />
        <div class="actions">
          <button class="button">{t(quotaText.save)}</button>
        </div>
      </form>
    </Details>
  );
};

const SharingForm = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = errorsOf({ frame, view }, "sharing");
  const typed = view.form === "sharing" ? view.typed : undefined;
  const { sharing } = view;
  const shown = (field: string, value: number | null): string => typed?.[field] ?? (value === null ? "" : String(value));
  return (
    <section class="section" aria-labelledby="sharing">
      <h2 id="sharing">{t(quotaText["sharing.title"])}</h2>
      <form method="post" action={here(frame, "/sharing")}>
        <input type="hidden" name="key" value={view.key} />
        <input type="hidden" name="generation" value={String(sharing.generation)} />
        <TextField voice={voice} id="applicants-openRequests" name="openRequests" type="number" width="short" label={t(quotaText["sharing.openRequests"])} value={shown("openRequests", sharing.applicants.openRequests)} error={errors["applicants-openRequests"]} />
        <TextField voice={voice} id="applicants-holds" name="holds" type="number" width="short" optional label={t(quotaText["sharing.holds"])} hint={t(quotaText["sharing.holds.hint"])} value={shown("holds", sharing.applicants.holds)} error={errors["applicants-holds"]} />
        <TextField voice={voice} id="halfLifeDays" type="number" width="short" label={t(quotaText["sharing.halfLifeDays"])} hint={t(quotaText["sharing.halfLifeDays.hint"])} value={shown("halfLifeDays", sharing.halfLifeDays)} error={errors["halfLifeDays"]} />
        {sharing.items.length === 0 ? null : <p class="soft">{t(quotaText["sharing.items"], { count: sharing.items.length })}</p>}
        <div class="actions">
          <button class="button">{t(quotaText.save)}</button>
        </div>
      </form>
    </section>
  );
};
