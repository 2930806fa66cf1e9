import type { Names, Stage } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";
import type { Problem } from "../../../../domain/problem.js";
import { RECUSAL_GROUNDS, type RecusalGround } from "../../../../domain/request/recusal.js";
import { hallText } from "../../../../text/portal-hall.js";
import { lawText, recusalGrounds } from "../../../../text/portal-law.js";
import { stageWords } from "../../../../text/words.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, Suggestions, TextArea, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

/** What was just done, as the page says it. */
export const LAW_DONE = ["recused", "recusal-ended", "delegated", "delegation-withdrawn", "deputy-named", "designated"] as const;
export type LawDone = (typeof LAW_DONE)[number];

export interface LawView {
  readonly unit: { readonly id: string; readonly names: Names };
  readonly tasks: readonly {
    readonly publicId: string;
    readonly step: string;
    readonly number: string;
    readonly item: Names;
    readonly unit: Names;
    readonly generation: number;
    readonly stage: Stage;
    readonly dueAt: Instant;
    readonly beneath: boolean;
    /** Names the deputy, or the unit. */
    readonly may: boolean;
    readonly deputies: readonly Choice[];
  }[];
  readonly recusals: readonly { readonly id: number; readonly officer: string; readonly subject: string; readonly ground: RecusalGround; readonly to: Instant | null }[];
  readonly delegations: readonly { readonly id: number; readonly from: Names; readonly to: Names; readonly class: Names; readonly document: string; readonly basis: string; readonly to_: Instant | null; readonly own: boolean }[];
  readonly officers: readonly Choice[];
  readonly units: readonly Choice[];
  readonly classes: readonly Choice[];
  readonly may: { readonly declareAny: boolean; readonly delegate: boolean };
  readonly key: string;
  readonly done: LawDone | undefined;
  readonly problems: readonly Problem[];
  /** Which form came back, and what was typed. */
  readonly form: string;
  readonly typed: Readonly<Record<string, string>>;
}

/** Who takes no part, who stands in, who acts in whose name. */
export const LawPage = ({ frame, view }: { frame: Frame; view: LawView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  return (
    <Layout frame={frame} title={t(lawText.title)} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} {...fieldsOf(frame, view)} />
      <Heading title={t(lawText.title)} lead={`${name(view.unit.names)} · ${t(lawText.lead)}`} />
      {view.done === undefined ? null : (
        <Notice live>
          <p>{t(lawText[`done.${view.done}`])}</p>
        </Notice>
      )}
      <section class="section" aria-labelledby="tasks">
        <h2 id="tasks">{t(lawText["tasks.title"])}</h2>
        {view.tasks.length === 0 ? <p class="soft">{t(lawText["tasks.none"])}</p> : <p class="soft">{t(lawText["tasks.effect"])}</p>}
        {view.tasks.map((task, at) => (
          <article class="sheet">
            <h3>{name(task.item)}</h3>
            <p class="soft">
              {t(lawText["tasks.step"], { number: task.number, stage: t(stageWords[task.stage]), unit: name(task.unit) })} · {t(hallText["request.due"], { date: voice.date(task.dueAt) })}
            </p>
            {!task.may ? <p>{t(lawText["tasks.head"])}</p> : task.beneath ? <Designation frame={frame} view={view} task={task} at={at} /> : <Deputy frame={frame} view={view} task={task} at={at} />}
          </article>
        ))}
      </section>
      <Recusals frame={frame} view={view} />
      <Delegations frame={frame} view={view} />
      <Suggestions id={UNITS} options={view.units} />
    </Layout>
  );
};

type Part = { readonly frame: Frame; readonly view: LawView };
type TaskPart = Part & { readonly task: LawView["tasks"][number]; readonly at: number };

/** The page's units, offered wherever a unit's code is asked for. */
const UNITS = "units";

const deputyForm = ({ publicId, step }: LawView["tasks"][number]): string => `requests/${publicId}/steps/${encodeURIComponent(step)}/deputy`;
const designationForm = ({ publicId }: LawView["tasks"][number]): string => `requests/${publicId}/designation`;
const withdrawalForm = (id: number): string => `delegations/${id}/withdrawal`;

/** What the fields of the form that came back are called, and where they are: several forms have fields of one name. */
function fieldsOf({ voice: { t } }: Frame, view: LawView): { labels: Record<string, string>; links: Record<string, string> } {
  const labels: Record<string, string> = {};
  const links: Record<string, string> = {};
  const put = (field: string, text: keyof typeof lawText, id: string): void => {
    labels[field] = t(lawText[text]);
    links[field] = `#${id}`;
  };
  if (view.form === "recusal") {
    put("officer", "recusals.officer", "officer");
    put("request", "recusals.request", "request");
    put("applicantOf", "recusals.request", "request");
    put("ground", "recusals.ground", "ground");
    put("to", "recusals.to.short", "to");
  } else if (view.form === "delegation") {
    put("to", "delegations.to", "delegate");
    put("class", "delegations.class", "class");
    put("basis", "basis", "basis");
    put("document", "delegations.document", "document");
    put("validTo", "delegations.until", "validTo");
    put("onwardBasis", "delegations.onward.short", "onwardBasis");
  }
  for (const { id } of view.delegations) if (view.form === withdrawalForm(id)) put("reason", "reason", `withdraw-${id}`);
  view.tasks.forEach((task, at) => {
    if (view.form !== (task.beneath ? designationForm(task) : deputyForm(task)) || labels["reason"] !== undefined) return;
    put("person", "deputy.person", `person-${at}`);
    put("unit", "designation.unit.short", `unit-${at}`);
    put("reason", "reason", `reason-${at}`);
    put("basis", "basis", `basis-${at}`);
  });
  return { labels, links };
}

const action = ({ frame, view }: Part, path: string): string => `${inPool(frame, `/desk/law/${path}`)}?unit=${encodeURIComponent(view.unit.id)}`;
const Hidden = ({ view, generation }: { readonly view: LawView; readonly generation?: number }) => (
  <>
    <input type="hidden" name="key" value={view.key} />
    {generation === undefined ? null : <input type="hidden" name="generation" value={String(generation)} />}
  </>
);

const errorsOf = ({ frame, view }: Part, form: string): Readonly<Record<string, string | undefined>> => (view.form === form ? fieldErrors(frame.voice, view.problems) : {});

const Deputy = ({ frame, view, task, at }: TaskPart) => {
  const { voice } = frame;
  const { t } = voice;
  const path = deputyForm(task);
  const errors = errorsOf({ frame, view }, path);
  const typed = view.form === path ? view.typed : {};
  if (task.deputies.length === 0) return <p>{t(lawText["deputy.none"])}</p>;
  return (
    <Details summary={t(lawText["deputy.title"])} open={view.form === path}>
      <form method="post" action={action({ frame, view }, path)}>
        <Hidden view={view} generation={task.generation} />
        <SelectField voice={voice} id={`person-${at}`} name="person" label={t(lawText["deputy.person"])} options={task.deputies} value={typed["person"]} error={errors["person"]} />
        <TextField voice={voice} id={`reason-${at}`} name="reason" label={t(lawText.reason)} hint={t(lawText["reason.record"])} value={typed["reason"]} maxlength={500} error={errors["reason"]} />
        <div class="actions">
          <button class="button">{t(lawText["deputy.save"])}</button>
        </div>
      </form>
    </Details>
  );
};

const Designation = ({ frame, view, task, at }: TaskPart) => {
  const { voice } = frame;
  const { t } = voice;
  const path = designationForm(task);
  const errors = errorsOf({ frame, view }, path);
  const typed = view.form === path ? view.typed : {};
  return (
    <Details summary={t(lawText["designation.title"])} open={view.form === path}>
      <form method="post" action={action({ frame, view }, path)}>
        <Hidden view={view} generation={task.generation} />
        <TextField voice={voice} id={`unit-${at}`} name="to" label={t(lawText["designation.unit"])} hint={t(lawText["unit.hint"])} list={UNITS} value={typed["to"]} maxlength={63} spellcheck={false} autocomplete="off" error={errors["unit"]} />
        <TextField voice={voice} id={`reason-${at}`} name="reason" label={t(lawText.reason)} hint={t(lawText["reason.shown"])} value={typed["reason"]} maxlength={500} error={errors["reason"]} />
        <TextField voice={voice} id={`basis-${at}`} name="basis" label={t(lawText.basis)} value={typed["basis"]} maxlength={500} error={errors["basis"]} />
        <div class="actions">
          <button class="button">{t(lawText["designation.save"])}</button>
        </div>
      </form>
    </Details>
  );
};

const Recusals = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = errorsOf({ frame, view }, "recusal");
  const typed = view.form === "recusal" ? view.typed : {};
  return (
    <section class="section" aria-labelledby="recusals">
      <h2 id="recusals">{t(lawText["recusals.title"])}</h2>
      <Listing
        voice={voice}
        caption={t(lawText["recusals.title"])}
        rows={view.recusals}
        none={<p class="soft">{t(lawText["recusals.none"])}</p>}
        columns={[
          { key: "officer", label: t(lawText["recusals.officer"]), header: true, cell: (row) => row.officer },
          { key: "subject", label: t(lawText["recusals.subject"]), cell: (row) => row.subject },
          { key: "ground", label: t(lawText["recusals.ground"]), cell: (row) => t(recusalGrounds[row.ground]) },
          { key: "to", label: t(lawText["recusals.until"]), cell: (row) => (row.to === null ? t(lawText["recusals.open"]) : voice.date(row.to - 1)) },
          {
            key: "end",
            label: t(lawText["recusals.act"]),
            cell: (row) =>
              view.may.declareAny ? (
                <form method="post" action={action({ frame, view }, `recusals/${row.id}/end`)}>
                  <Hidden view={view} />
                  <button class="button button--quiet button--small">
                    {t(lawText["recusals.end"])}
                    <span class="visually-hidden"> {`${row.officer} · ${row.subject}`}</span>
                  </button>
                </form>
              ) : (
                "—"
              ),
          },
        ]}
      />
      <Details summary={t(lawText["recusals.declare"])} open={view.form === "recusal"}>
        <form method="post" action={action({ frame, view }, "recusal")}>
          <Hidden view={view} />
          <SelectField voice={voice} id="officer" label={t(lawText["recusals.officer"])} options={view.officers} value={typed["officer"]} error={errors["officer"]} />
          <TextField voice={voice} id="request" label={t(lawText["recusals.request"])} value={typed["request"]} maxlength={60} spellcheck={false} error={errors["request"] ?? errors["applicantOf"]} />
          <SelectField
            voice={voice}
            id="scope"
            label={t(lawText["recusals.scope"])}
            value={typed["scope"]}
            options={[
              { value: "request", label: t(lawText["recusals.scope.request"]) },
              { value: "applicant", label: t(lawText["recusals.scope.applicant"]) },
            ]}
          />
          <SelectField voice={voice} id="ground" label={t(lawText["recusals.ground"])} value={typed["ground"]} options={RECUSAL_GROUNDS.map((value) => ({ value, label: t(recusalGrounds[value]) }))} error={errors["ground"]} />
          <TextField voice={voice} id="to" label={t(lawText["recusals.to"])} type="date" optional value={typed["to"]} error={errors["to"]} />
          <div class="actions">
            <button class="button">{t(lawText["recusals.save"])}</button>
          </div>
        </form>
      </Details>
    </section>
  );
};

const Delegations = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t, name } = voice;
  const errors = errorsOf({ frame, view }, "delegation");
  const typed = view.form === "delegation" ? view.typed : {};
  return (
    <section class="section" aria-labelledby="delegations">
      <h2 id="delegations">{t(lawText["delegations.title"])}</h2>
      <Listing
        voice={voice}
        caption={t(lawText["delegations.title"])}
        rows={view.delegations}
        none={<p class="soft">{t(lawText["delegations.none"])}</p>}
        columns={[
          { key: "from", label: t(lawText["delegations.from"]), header: true, cell: (row) => name(row.from) },
          { key: "to", label: t(lawText["delegations.to"]), cell: (row) => name(row.to) },
          { key: "class", label: t(lawText["delegations.class"]), cell: (row) => name(row.class) },
          { key: "document", label: t(lawText["delegations.document"]), cell: (row) => `${row.document} · ${row.basis}` },
          { key: "until", label: t(lawText["delegations.until"]), cell: (row) => (row.to_ === null ? t(lawText["delegations.open"]) : voice.date(row.to_ - 1)) },
          {
            key: "withdraw",
            label: t(lawText["recusals.act"]),
            cell: (row) =>
              view.may.delegate && row.own ? (
                <Details summary={t(lawText["delegations.withdraw"])} open={view.form === withdrawalForm(row.id)}>
                  <form method="post" action={action({ frame, view }, withdrawalForm(row.id))}>
                    <Hidden view={view} />
                    <TextField voice={voice} id={`withdraw-${row.id}`} name="reason" label={t(lawText.reason)} maxlength={500} error={errorsOf({ frame, view }, withdrawalForm(row.id))["reason"]} />
                    <button class="button button--quiet">{t(lawText["delegations.withdraw"])}</button>
                  </form>
                </Details>
              ) : (
                "—"
              ),
          },
        ]}
      />
      {view.may.delegate ? (
        <Details summary={t(lawText["delegations.declare"])} open={view.form === "delegation"}>
          <form method="post" action={action({ frame, view }, "delegation")}>
            <Hidden view={view} />
            <TextField voice={voice} id="delegate" name="delegate" label={t(lawText["delegations.to.code"])} hint={t(lawText["unit.hint"])} list={UNITS} value={typed["delegate"]} maxlength={63} spellcheck={false} autocomplete="off" error={errors["to"]} />
            <SelectField voice={voice} id="class" label={t(lawText["delegations.class"])} value={typed["class"]} options={view.classes} error={errors["class"]} />
            <TextArea voice={voice} id="basis" label={t(lawText.basis)} value={typed["basis"]} rows={2} maxlength={500} error={errors["basis"]} />
            <TextField voice={voice} id="document" label={t(lawText["delegations.document"])} value={typed["document"]} maxlength={200} error={errors["document"]} />
            <TextField voice={voice} id="validTo" label={t(lawText["delegations.validTo"])} type="date" optional value={typed["validTo"]} error={errors["validTo"]} />
            <TextField voice={voice} id="onwardBasis" label={t(lawText["delegations.onward"])} optional value={typed["onwardBasis"]} maxlength={500} error={errors["onwardBasis"]} />
            <div class="actions">
              <button class="button">{t(lawText["delegations.save"])}</button>
            </div>
          </form>
        </Details>
      ) : null}
    </section>
  );
};
