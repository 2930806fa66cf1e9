import type { Names } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";
import type { Problem } from "../../../../domain/problem.js";
import { RECUSAL_GROUNDS, type RecusalGround } from "../../../../domain/request/recusal.js";
import { lawText, recusalGrounds } from "../../../../text/portal-law.js";
import { DataTable } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, TextArea, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface LawView {
  readonly unit: { readonly id: string; readonly names: Names };
  readonly tasks: readonly {
    readonly publicId: string;
    readonly step: string;
    readonly number: string;
    readonly item: Names;
    readonly unit: Names;
    readonly generation: number;
    readonly beneath: boolean;
    readonly deputies: readonly Choice[];
  }[];
  readonly recusals: readonly { readonly id: number; readonly officer: string; readonly subject: string; readonly ground: RecusalGround; readonly to: Instant | null }[];
  readonly delegations: readonly { readonly id: number; readonly from: Names; readonly to: Names; readonly class: Names; readonly document: string; readonly basis: string; readonly to_: Instant | null; readonly own: boolean }[];
  readonly officers: readonly Choice[];
  readonly classes: readonly Choice[];
  readonly may: { readonly declareAny: boolean; readonly delegate: boolean };
  readonly key: string;
  readonly problems: readonly Problem[];
  /** Which form came back, and what was typed. */
  readonly form: string;
  readonly typed: Readonly<Record<string, string>>;
}

/** Who takes no part, who stands in, who acts in whose name. */
export const LawPage = ({ frame, view }: { frame: Frame; view: LawView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const labels = { reason: t(lawText.reason), basis: t(lawText.basis), officer: t(lawText["recusals.officer"]), request: t(lawText["recusals.request"]), to: t(lawText["delegations.to"]), document: t(lawText["delegations.document"]) };
  return (
    <Layout frame={frame} title={t(lawText.title)} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={labels} />
      <Heading title={t(lawText.title)} lead={`${name(view.unit.names)} · ${t(lawText.lead)}`} />
      <section class="section" aria-labelledby="tasks">
        <h2 id="tasks">{t(lawText["tasks.title"])}</h2>
        {view.tasks.length === 0 ? <p class="soft">{t(lawText["tasks.none"])}</p> : <p class="soft">{t(lawText["tasks.effect"])}</p>}
        {view.tasks.map((task, at) => (
          <article class="sheet">
            <h3>{name(task.item)}</h3>
            <p class="soft">{t(lawText["tasks.step"], { number: task.number, unit: name(task.unit) })}</p>
            {task.beneath ? <Designation frame={frame} view={view} task={task} at={at} /> : <Deputy frame={frame} view={view} task={task} at={at} />}
          </article>
        ))}
      </section>
      <Recusals frame={frame} view={view} />
      <Delegations frame={frame} view={view} />
    </Layout>
  );
};

type Part = { readonly frame: Frame; readonly view: LawView };
type TaskPart = Part & { readonly task: LawView["tasks"][number]; readonly at: number };

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
  const path = `requests/${task.publicId}/steps/${encodeURIComponent(task.step)}/deputy`;
  const errors = errorsOf({ frame, view }, path);
  if (task.deputies.length === 0) return <p>{t(lawText["deputy.none"])}</p>;
  return (
    <Details summary={t(lawText["deputy.title"])} open={view.form === path}>
      <form method="post" action={action({ frame, view }, path)}>
        <Hidden view={view} generation={task.generation} />
        <SelectField voice={voice} id={`person-${at}`} name="person" label={t(lawText["deputy.person"])} options={task.deputies} error={errors["person"]} />
        <TextField voice={voice} id={`reason-${at}`} name="reason" label={t(lawText.reason)} maxlength={500} error={errors["reason"]} />
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
  const path = `requests/${task.publicId}/designation`;
  const errors = errorsOf({ frame, view }, path);
  return (
    <Details summary={t(lawText["designation.title"])} open={view.form === path}>
      <form method="post" action={action({ frame, view }, path)}>
        <Hidden view={view} generation={task.generation} />
        <TextField voice={voice} id={`unit-${at}`} name="to" label={t(lawText["designation.unit"])} maxlength={63} spellcheck={false} error={errors["unit"]} />
        <TextField voice={voice} id={`reason-${at}`} name="reason" label={t(lawText.reason)} maxlength={500} error={errors["reason"]} />
        <TextField voice={voice} id={`basis-${at}`} name="basis" label={t(lawText.basis)} maxlength={500} error={errors["basis"]} />
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
      {view.recusals.length === 0 ? (
        <p class="soft">{t(lawText["recusals.none"])}</p>
      ) : (
        <DataTable
          voice={voice}
          caption={t(lawText["recusals.title"])}
          captionHidden
          cards
          dense
          rows={view.recusals}
          columns={[
            { key: "officer", label: t(lawText["recusals.officer"]), header: true, cell: (row) => row.officer },
            { key: "subject", label: t(lawText["recusals.subject"]), cell: (row) => row.subject },
            { key: "ground", label: t(lawText["recusals.ground"]), cell: (row) => t(recusalGrounds[row.ground]) },
            { key: "to", label: t(lawText["recusals.until"]), cell: (row) => (row.to === null ? "—" : voice.date(row.to - 1)) },
            {
              key: "end",
              label: t(lawText["recusals.end"]),
              cell: (row) =>
                view.may.declareAny ? (
                  <form method="post" action={action({ frame, view }, `recusals/${row.id}/end`)}>
                    <Hidden view={view} />
                    <button class="button button--quiet">{t(lawText["recusals.end"])}</button>
                  </form>
                ) : (
                  "—"
                ),
            },
          ]}
        />
      )}
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
      {view.delegations.length === 0 ? (
        <p class="soft">{t(lawText["delegations.none"])}</p>
      ) : (
        <DataTable
          voice={voice}
          caption={t(lawText["delegations.title"])}
          captionHidden
          cards
          dense
          rows={view.delegations}
          columns={[
            { key: "from", label: t(lawText["delegations.from"]), header: true, cell: (row) => name(row.from) },
            { key: "to", label: t(lawText["delegations.to"]), cell: (row) => name(row.to) },
            { key: "class", label: t(lawText["delegations.class"]), cell: (row) => name(row.class) },
            { key: "document", label: t(lawText["delegations.document"]), cell: (row) => `${row.document} · ${row.basis}` },
            { key: "until", label: t(lawText["delegations.until"]), cell: (row) => (row.to_ === null ? t(lawText["delegations.open"]) : voice.date(row.to_ - 1)) },
            {
              key: "withdraw",
              label: t(lawText["delegations.withdraw"]),
              cell: (row) =>
                view.may.delegate && row.own ? (
                  <Details summary={t(lawText["delegations.withdraw"])} open={view.form === `delegations/${row.id}/withdrawal`}>
                    <form method="post" action={action({ frame, view }, `delegations/${row.id}/withdrawal`)}>
                      <Hidden view={view} />
                      <TextField voice={voice} id={`withdraw-${row.id}`} name="reason" label={t(lawText.reason)} maxlength={500} />
                      <button class="button button--quiet">{t(lawText["delegations.withdraw"])}</button>
                    </form>
                  </Details>
                ) : (
                  "—"
                ),
            },
          ]}
        />
      )}
      {view.may.delegate ? (
        <Details summary={t(lawText["delegations.declare"])} open={view.form === "delegation"}>
          <form method="post" action={action({ frame, view }, "delegation")}>
            <Hidden view={view} />
            <TextField voice={voice} id="delegate" name="delegate" label={t(lawText["delegations.to.code"])} value={typed["delegate"]} maxlength={63} spellcheck={false} error={errors["to"]} />
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
