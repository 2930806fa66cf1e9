import type { WorkbookReport } from "../../../../app/onboarding/import-workbook.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import type { ChecklistEntry, ChecklistGap } from "../../../../domain/org/checklist.js";
import type { Unit } from "../../../../domain/org/unit.js";
import type { Problem } from "../../../../domain/problem.js";
import { pointTodo, pointWords } from "../../../../text/onboarding.js";
import { importText } from "../../../../text/portal-import.js";
import { problemTitle, problemTodo } from "../../../../text/problems.js";
import { columnWords, sheetWords } from "../../../../text/tables.js";
import { deskText } from "../../../../text/portal-desk.js";
import type { Voice } from "../../../../text/voice.js";
import { DataTable } from "../../components/data-table.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { Heading } from "../../components/heading.js";
import { Notice, TaskList } from "../../components/panels.js";
import { Tag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface OnboardingView {
  readonly unit: Unit;
  readonly entries: readonly ChecklistEntry[];
  readonly may: { readonly publish: boolean; readonly submit: boolean };
  readonly idempotencyKey: string;
  readonly problems: readonly Problem[];
}

/** What keeps a unit's services off the public catalogue, in the order it is best done. */
export const OnboardingPage = ({ frame, view }: { frame: Frame; view: OnboardingView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { unit, entries } = view;
  const done = entries.filter((entry) => entry.done).length;
  return (
    <Layout frame={frame} title={t(deskText["onboarding.title"])} hasErrors={view.problems.length > 0}>
      <div class="column">
        <ErrorSummary voice={voice} problems={view.problems} />
        {view.problems.some(({ line }) => line !== undefined) ? <RowProblems voice={voice} problems={view.problems} /> : null}
        <Heading over={name(unit.names)} title={t(deskText["onboarding.title"])} lead={t(deskText["onboarding.lead"])} />
        <Notice kind={unit.published ? "info" : "warning"}>
          <p>{t(deskText[unit.published ? "onboarding.public" : "onboarding.not-public"])}</p>
        </Notice>
        <p class="form-step soft">{t(deskText["onboarding.count"], { done, total: entries.length })}</p>
        <TaskList
          tasks={entries.map((entry) => ({
            label: t(pointWords[entry.point]),
            ...(entry.done ? {} : { hint: [t(pointTodo[entry.point]), gapWords(voice, entry.gaps)].filter(Boolean).join(" ") }),
            state: entry.done ? <Tag label={t(deskText["onboarding.done"])} shape="check" tone="done" /> : <Tag label={t(deskText["onboarding.missing"])} shape="ring" tone="still" />,
          }))}
        />
        {!unit.published && view.may.publish && done === entries.length ? (
          <form method="post" action={inPool(frame, "/desk/onboarding/publication")}>
            <input type="hidden" name="key" value={view.idempotencyKey} />
            <input type="hidden" name="unit" value={unit.id} />
            <input type="hidden" name="generation" value={String(unit.generation)} />
            <div class="actions">
              <button class="button">{t(deskText["onboarding.publish"])}</button>
            </div>
          </form>
        ) : null}
        <section class="section" aria-labelledby="workbook">
          <h2 id="workbook">{t(deskText["onboarding.workbook.title"])}</h2>
          <p>{t(deskText["onboarding.workbook.lead"])}</p>
          <p>
            <a href={inPool(frame, `/desk/onboarding/workbook.xlsx?unit=${encodeURIComponent(unit.id)}`)}>{t(deskText["onboarding.workbook"])}</a>
          </p>
          {view.may.submit ? (
            <form class="sheet import-form" method="post" action={inPool(frame, "/desk/onboarding")} enctype="multipart/form-data">
              <input type="hidden" name="unit" value={unit.id} />
              <div class="field">
                <label class="field__label" for="file">
                  {t(importText["file"])}
                </label>
                <input class="input" type="file" id="file" name="file" accept=".xlsx" required />
              </div>
              <div class="actions">
                <button class="button">{t(deskText["onboarding.preview"])}</button>
              </div>
            </form>
          ) : null}
        </section>
      </div>
    </Layout>
  );
};

export interface WorkbookView {
  readonly unit: { readonly id: string; readonly names: Names };
  readonly report: WorkbookReport;
  /** The workbook itself, base64: the yes is said to what was shown. Absent once it was taken in. */
  readonly content: string | undefined;
  readonly origin: string;
}

/** What a workbook would change; after the yes, what it changed and the links to hand out. */
export const WorkbookPage = ({ frame, view }: { frame: Frame; view: WorkbookView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { unit, report, content } = view;
  const back = inPool(frame, `/desk/onboarding?unit=${encodeURIComponent(unit.id)}`);
  const title = t(deskText[content === undefined ? "onboarding.taken" : "onboarding.preview.title"]);
  return (
    <Layout frame={frame} title={title}>
      <div class="column">
        <Heading over={name(unit.names)} title={title} />
        {report.links.length === 0 ? null : (
          <section class="section" aria-labelledby="links">
            <h2 id="links">{t(deskText["onboarding.links"])}</h2>
            <Notice kind="warning">
              <p>{t(deskText["onboarding.links.once"])}</p>
            </Notice>
            <DataTable
              voice={voice}
              caption={t(deskText["onboarding.links"])}
              captionHidden
              cards
              rows={report.links}
              columns={[
                { key: "name", label: t(columnWords.person_name), header: true, cell: (row) => row.name },
                { key: "login", label: t(columnWords.login_name), cell: (row) => row.loginName },
                { key: "link", label: t(deskText["onboarding.link"]), cell: (row) => <code>{`${view.origin}/set-password/${row.secret}`}</code> },
              ]}
            />
          </section>
        )}
        {report.changes.length === 0 ? (
          <p>{t(deskText["onboarding.nothing"])}</p>
        ) : (
          <DataTable
            voice={voice}
            caption={t(deskText["onboarding.changes"], { count: report.changes.length })}
            cards
            rows={report.changes}
            columns={[
              { key: "sheet", label: t(importText["kind"]), cell: (row) => t(sheetWords[row.noun]) },
              { key: "object", label: t(importText["object"]), header: true, cell: (row) => row.key },
              { key: "change", label: t(columnWords.change), cell: (row) => (row.change === "unchanged" ? "" : t(importText[row.change])) },
            ]}
          />
        )}
        {content === undefined || report.changes.length === 0 ? null : (
          <form method="post" action={inPool(frame, "/desk/onboarding/workbook")}>
            <input type="hidden" name="unit" value={unit.id} />
            <input type="hidden" name="content" value={content} />
            <div class="actions">
              <button class="button">{t(deskText["onboarding.confirm"])}</button>
            </div>
          </form>
        )}
        <p>
          <a href={back}>{t(deskText["onboarding.back"])}</a>
        </p>
      </div>
    </Layout>
  );
};

/** Where in the workbook each problem stands. */
const RowProblems = ({ voice, problems }: { voice: Voice; problems: readonly Problem[] }) => (
  <DataTable
    voice={voice}
    caption={voice.t(deskText["onboarding.rows"])}
    cards
    rows={problems}
    columns={[
      { key: "sheet", label: voice.t(deskText["onboarding.sheet"]), header: true, cell: ({ file }) => (file !== undefined && file in sheetWords ? voice.t(sheetWords[file as keyof typeof sheetWords]) : (file ?? "")) },
      { key: "row", label: voice.t(deskText["onboarding.row"]), number: true, cell: ({ line }) => line ?? "" },
      { key: "column", label: voice.t(deskText["onboarding.column"]), cell: ({ field }) => (field !== undefined && field in columnWords ? voice.t(columnWords[field as keyof typeof columnWords]) : (field ?? "")) },
      { key: "problem", label: voice.t(deskText["onboarding.problem"]), cell: (one) => `${problemTitle(voice.language, one)} ${problemTodo(voice.language, one)}` },
    ]}
  />
);

/** Gaps a page names before it says how many more there are. */
const NAMED_MAX = 10;

function gapWords(voice: Voice, gaps: readonly ChecklistGap[]): string {
  const named = gaps.slice(0, NAMED_MAX).map(({ object, names, classes }) => {
    const title = names === null ? object : voice.name(names);
    return classes.length === 0 ? title : voice.t(deskText["onboarding.lacks"], { item: title, classes: voice.list(classes) });
  });
  const more = gaps.length - named.length;
  return voice.list(more > 0 ? [...named, voice.t(deskText["onboarding.more"], { count: more })] : named);
}
