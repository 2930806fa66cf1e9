import type { ImportChange, ImportKind, ImportRecord, ImportState } from "../../../../app/ports/import.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import type { Problem } from "../../../../domain/problem.js";
import { importText } from "../../../../text/portal-import.js";
import { portalText } from "../../../../text/portal.js";
import { problemTitle, problemTodo } from "../../../../text/problems.js";
import { columnWords, sheetWords } from "../../../../text/tables.js";
import type { Voice } from "../../../../text/voice.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { Choices, SelectField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Icon } from "../../components/icon.js";
import { Empty, Notice, Progress, Tabs } from "../../components/panels.js";
import { Tag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

type Where = "desk" | "centre";

const looks: Record<ImportState, { shape: "half" | "ring" | "check" | "dash" | "octagon"; tone: "active" | "done" | "still" | "alarm" }> = {
  reading: { shape: "half", tone: "active" },
  previewed: { shape: "ring", tone: "active" },
  applying: { shape: "half", tone: "active" },
  applied: { shape: "check", tone: "done" },
  reverting: { shape: "half", tone: "active" },
  reverted: { shape: "dash", tone: "still" },
  failed: { shape: "octagon", tone: "alarm" },
};

const StateTag = ({ voice, state }: { voice: Voice; state: ImportState }) => <Tag label={voice.t(importText[`state.${state}`])} {...looks[state]} />;

export interface ImportsView {
  readonly where: Where;
  readonly kinds: readonly ImportKind[];
  readonly kind: string;
  readonly unit: { readonly id: string; readonly names: Names } | undefined;
  readonly mayBegin: boolean;
  readonly rows: readonly ImportRecord[];
  readonly next: string | undefined;
  readonly problems: readonly Problem[];
  readonly bytesMax: number;
}

/** Earlier imports, and the form that begins one. */
export const ImportsPage = ({ frame, view }: { frame: Frame; view: ImportsView }) => {
  const { voice } = frame;
  const { t, name, number } = voice;
  const base = inPool(frame, `/${view.where}/imports`);
  return (
    <Layout frame={frame} title={t(importText["title"])} hasErrors={view.problems.length > 0} wide>
      <ErrorSummary voice={voice} problems={view.problems} labels={{ file: t(importText["file"]), kind: t(importText["kind"]) }} />
      <Heading over={view.unit === undefined ? undefined : name(view.unit.names)} title={t(importText["title"])} lead={t(importText["lead"])} />
      {view.mayBegin ? (
        <form class="sheet column import-form" method="post" action={base} enctype="multipart/form-data">
          {view.unit === undefined ? null : <input type="hidden" name="unit" value={view.unit.id} />}
          <SelectField voice={voice} id="kind" label={t(importText["kind"])} value={view.kind} options={view.kinds.map((kind) => ({ value: kind, label: t(sheetWords[kind]) }))} />
          <div class="field">
            <label class="field__label" for="file">
              {t(importText["file"])}
            </label>
            <p class="field__hint" id="file-hint">
              {t(importText["file.hint"], { size: number(Math.floor(view.bytesMax / 1_048_576)) })}
            </p>
            <input class="input" type="file" id="file" name="file" accept=".csv,.xlsx,text/csv" aria-describedby="file-hint" required />
          </div>
          <Choices
            voice={voice}
            id="absent"
            label={t(importText["absent"])}
            values={["keep"]}
            options={[
              { value: "keep", label: t(importText["absent.keep"]) },
              { value: "retire", label: t(importText["absent.retire"]) },
            ]}
          />
          <div class="actions">
            <button class="button">
              <Icon name="upload" />
              {t(importText["begin"])}
            </button>
          </div>
        </form>
      ) : null}
      <section class="section" aria-labelledby="earlier">
        <h2 id="earlier">{t(importText["earlier"])}</h2>
        <Listing
          voice={voice}
          caption={t(importText["earlier"])}
          rows={view.rows}
          none={<Empty title={t(importText["none.title"])} text={t(importText["none.text"])} />}
          next={view.next === undefined ? undefined : `${base}?${view.next}`}
          columns={[
            { key: "file", label: t(importText["file"]), header: true, cell: (row) => <a href={`${base}/${row.id}`}>{row.fileName}</a> },
            { key: "kind", label: t(importText["kind"]), cell: (row) => t(sheetWords[row.kind]) },
            { key: "state", label: t(importText["state"]), cell: (row) => <StateTag voice={voice} state={row.state} /> },
            { key: "created", label: t(importText["created"]), number: true, cell: (row) => number(row.created) },
            { key: "changed", label: t(importText["changed"]), number: true, cell: (row) => number(row.changed) },
            { key: "removed", label: t(importText["removed"]), number: true, cell: (row) => number(row.removed) },
            { key: "bad", label: t(importText["bad"]), number: true, cell: (row) => number(row.bad) },
            { key: "at", label: t(importText["at"]), cell: (row) => voice.dateTime(row.createdAt) },
          ]}
        />
      </section>
    </Layout>
  );
};

export const CHANGES = ["created", "changed", "removed", "bad"] as const;

export interface ImportView {
  readonly where: Where;
  readonly record: ImportRecord;
  readonly show: (typeof CHANGES)[number];
  readonly changes: readonly ImportChange[];
  readonly next: string | undefined;
  readonly idempotencyKey: string;
  readonly may: { readonly apply: boolean; readonly revert: boolean };
  readonly problems: readonly Problem[];
}

const LIVE_SECONDS = 2;
const busy = (state: ImportState): boolean => state === "reading" || state === "applying" || state === "reverting";

/** One import: how far it is, then the difference, then what became of it. */
export const ImportPage = ({ frame, view }: { frame: Frame; view: ImportView }) => {
  const { voice } = frame;
  const { t } = voice;
  const { record } = view;
  const base = inPool(frame, `/${view.where}/imports/${record.id}`);
  const working = busy(record.state);
  return (
    <Layout
      frame={frame}
      title={record.fileName}
      hasErrors={view.problems.length > 0}
      wide
      {...(working ? { refreshSeconds: LIVE_SECONDS } : {})}
      breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, `/${view.where}/imports`), label: t(portalText["nav.imports"]) }]} />}
    >
      <ErrorSummary voice={voice} problems={view.problems} />
      {/* While it works, this part asks for itself again; finished, it has nothing that asks. */}
      <div id="live" aria-live="polite" {...(working ? { "hx-get": frame.path, "hx-trigger": `every ${LIVE_SECONDS}s`, "hx-select": "#live", "hx-swap": "outerHTML" } : {})}>
        <Heading over={t(sheetWords[record.kind])} title={record.fileName} facts={<StateTag voice={voice} state={record.state} />} />
        {working ? (
          <Progress voice={voice} label={t(importText[`state.${record.state}`])} done={record.rowsDone} total={record.rowsTotal ?? record.rowsDone} />
        ) : (
          <Outcome frame={frame} view={view} base={base} />
        )}
      </div>
    </Layout>
  );
};

const Outcome = ({ frame, view, base }: { frame: Frame; view: ImportView; base: string }) => {
  const { voice } = frame;
  const { t, number } = voice;
  const { record } = view;
  return (
    <div class="stack">
      <Problems voice={voice} problems={record.problems} />
      <Acts frame={frame} view={view} base={base} />
      <Tabs
        label={t(importText["changes"])}
        tabs={CHANGES.map((change) => ({ href: `${base}?show=${change}`, label: t(importText[change]), count: number(record[change]), current: change === view.show }))}
      />
      <Listing
        voice={voice}
        caption={t(importText[view.show])}
        rows={view.changes}
        none={<p class="soft">{t(importText["changes.none"])}</p>}
        next={view.next === undefined ? undefined : `${base}?${view.next}`}
        columns={[
          { key: "line", label: t(importText["line"]), number: true, cell: (row) => number(row.ordinal) },
          { key: "key", label: t(importText["object"]), header: true, cell: (row) => row.key },
          { key: "what", label: t(importText[view.show === "bad" ? "problem" : "difference"]), cell: (row) => <Difference voice={voice} change={row} /> },
        ]}
      />
      <p class="soft small">{t(importText["unchanged"], { count: number(record.unchanged) })}</p>
    </div>
  );
};

const Problems = ({ voice, problems }: { voice: Voice; problems: readonly Problem[] }) =>
  problems.length === 0 ? null : (
    <Notice kind="alarm">
      {problems.map((one) => (
        <p>
          <strong>{problemTitle(voice.language, one)}</strong> {problemTodo(voice.language, one)}
        </p>
      ))}
    </Notice>
  );

const Acts = ({ frame, view, base }: { frame: Frame; view: ImportView; base: string }) => {
  const { voice } = frame;
  const { t, number } = voice;
  const { record, may } = view;
  const key = <input type="hidden" name="key" value={view.idempotencyKey} />;
  const touched = record.created + record.changed + record.removed;
  return (
    <>
      {may.apply ? (
        <form method="post" action={`${base}/application`} class="stack-s">
          {key}
          <p>{t(importText["apply.effect"], { created: number(record.created), changed: number(record.changed), removed: number(record.removed) })}</p>
          {record.bad === 0 ? null : (
            <Choices voice={voice} id="skipBad" type="checkbox" label={t(importText["bad.found"], { count: record.bad })} options={[{ value: "yes", label: t(importText["bad.skip"]) }]} />
          )}
          {touched === 0 ? (
            <p class="soft">{t(importText["apply.nothing"])}</p>
          ) : (
            <div class="actions">
              <button class="button">{t(importText["apply"])}</button>
            </div>
          )}
        </form>
      ) : null}
      {record.bad === 0 ? null : (
        <p class="row small">
          <a href={`${base}/bad-rows.xlsx`}>
            <Icon name="download" /> {t(importText["bad.download"])} XLSX
          </a>
          <a href={`${base}/bad-rows.csv`}>CSV</a>
        </p>
      )}
      {may.revert ? (
        <form method="post" action={`${base}/reversal`} class="stack-s">
          {key}
          <p class="soft">{t(importText["revert.effect"])}</p>
          <div class="actions">
            <button class="button button--quiet">{t(importText["revert"])}</button>
          </div>
        </form>
      ) : null}
    </>
  );
};

const columnName = (voice: Voice, key: string): string => {
  const entry = (columnWords as Readonly<Record<string, { readonly zh: string; readonly en: string } | undefined>>)[key];
  return entry === undefined ? key : voice.t(entry);
};

/** Field by field what was and what will be; a bad row says what is wrong with it. */
const Difference = ({ voice, change }: { voice: Voice; change: ImportChange }) => {
  const colon = voice.language === "zh" ? "：" : ": ";
  if (change.change === "bad") {
    return (
      <ul class="plain-list">
        {change.problems.map((one) => (
          <li>
            {one.field === undefined ? "" : `${columnName(voice, one.field)}${colon}`}
            {problemTitle(voice.language, one)} <span class="soft">{problemTodo(voice.language, one)}</span>
          </li>
        ))}
      </ul>
    );
  }
  const { before, after } = change;
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter((key) => (before?.[key] ?? "") !== (after?.[key] ?? ""));
  return (
    <ul class="plain-list">
      {keys.map((key) => (
        <li>
          {columnName(voice, key)}
          {colon}
          {before === null ? null : <del>{before[key] || "—"}</del>} {after === null ? null : <ins>{after[key] || "—"}</ins>}
        </li>
      ))}
    </ul>
  );
};
