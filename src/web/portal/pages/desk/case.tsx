import { deskText } from "../../../../text/portal-desk.js";
import { hallText } from "../../../../text/portal-hall.js";
import { lawText } from "../../../../text/portal-law.js";
import { priorityText } from "../../../../text/priority.js";
import { allocationStateWords } from "../../../../text/words.js";
import { Answers, Facts } from "../../components/answers.js";
import { DataTable } from "../../components/data-table.js";
import { DeadlineLight } from "../../components/deadline.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, TextArea, TextField } from "../../components/field.js";
import { Details, Notice } from "../../components/panels.js";
import { RequestTag, StepTag } from "../../components/tag.js";
import { TaskList } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Unsettled } from "../request/unsettled.js";
import type { CaseView } from "./view.js";

export const GROUNDS = ["conditions", "materials", "jurisdiction", "inspection"] as const;

/** Everything about the case on one screen, and the two ways it can end. */
export const Case = ({ frame, view, query }: { frame: Frame; view: CaseView; query: string }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { request } = view;
  return (
    <article class="sheet case" aria-labelledby="case">
      <ErrorSummary voice={voice} problems={view.problems} labels={{
          grounds: t(deskText["case.reject.grounds"]),
          what: t(deskText["case.supplement.what"]),
          note: t(deskText["case.complete.note"]),
          reason: t(deskText["case.reveal.reason"]),
          to: t(lawText["case.hand-over.to"]),
          handOverReason: t(lawText.reason),
          referUnit: t(lawText["case.refer.unit"]),
          referPool: t(lawText["case.refer.pool"]),
          referReason: t(lawText.reason),
          referBasis: t(lawText.basis),
          ...Object.fromEntries(view.staffClaims.map((claim) => [`settle-${claim.claimId}`, t(deskText["case.complete.minutes"])])),
        }} />
      <header>
        <p class="soft">{t(hallText["request.over"], { number: request.number })}</p>
        <h2 id="case" class="case__title">
          {name(request.item)}
        </h2>
        <div class="row">
          <RequestTag voice={voice} state={request.state} />
          <DeadlineLight voice={voice} deadline={request.deadline} />
        </div>
        <a href={inPool(frame, `/requests/${request.publicId}/priorities`)}>{t(priorityText["page.link"])}</a>
      </header>
      <section aria-labelledby="step">
        <div class="row row--between">
          <h3 id="step">{t(deskText["case.step"], { step: name(view.stepNames) })}</h3>
          <StepTag voice={voice} state={view.state} />
        </div>
        <Unsettled frame={frame} view={request} />
        <Acts frame={frame} view={view} query={query} />
      </section>
      <section aria-labelledby="applied">
        <h3 id="applied">{t(deskText["case.applicant"])}</h3>
        {request.answers === undefined ? <p class="soft">{t(deskText["case.answers.closed"])}</p> : <Answers voice={voice} answers={request.answers} />}
        {view.revealed ? (
          <Notice kind="warning" live>
            <p>{t(deskText["case.revealed"])}</p>
          </Notice>
        ) : null}
        {view.may.reveal ? (
          <Details summary={t(deskText["case.reveal"])} open={fieldErrors(voice, view.problems)["reason"] !== undefined}>
            <form method="post" action={`${caseHref(frame, view)}/reading${query}`}>
              <TextField voice={voice} id="reason" label={t(deskText["case.reveal.reason"])} hint={t(deskText["case.reveal.hint"])} error={fieldErrors(voice, view.problems)["reason"]} maxlength={500} />
              <div class="actions">
                <button class="button button--quiet">{t(deskText["case.reveal.show"])}</button>
              </div>
            </form>
          </Details>
        ) : null}
        <Facts
          facts={[
            [t(hallText["request.fact.division"]), name(request.division)],
            request.enterprise === null ? undefined : [t(hallText["request.fact.enterprise"]), request.enterprise],
            [t(hallText["request.fact.unit"]), name(request.unit)],
            request.occurredAt === null ? undefined : [t(hallText["request.fact.occurred"]), voice.dateTime(request.occurredAt)],
            [t(hallText["request.fact.received"]), voice.dateTime(request.receivedAt)],
            [t(hallText["request.fact.promised"]), voice.date(request.promisedDueAt)],
            [t(hallText["request.fact.statutory"]), voice.date(request.statutoryDueAt)],
          ]}
        />
      </section>
      {view.allocations.length === 0 ? null : (
        <section aria-label={t(deskText["case.allocations"])}>
          <DataTable
            voice={voice}
            dense
            cards
            caption={t(deskText["case.allocations"])}
            rows={view.allocations}
            columns={[
              { key: "resource", label: t(deskText["case.allocation.resource"]), header: true, cell: (row) => <a href={row.resourceHref}>{name(row.classNames)}</a> },
              { key: "unit", label: t(deskText["case.allocation.unit"]), cell: (row) => name(row.unit) },
              { key: "period", label: t(deskText["case.allocation.period"]), cell: (row) => voice.period(row.periodKind, row.period) },
              { key: "amount", label: t(deskText["case.allocation.amount"]), number: true, cell: (row) => voice.amount(row.amount, row.measure) },
              { key: "state", label: t(deskText["case.allocation.state"]), cell: (row) => t(allocationStateWords[row.state]) },
            ]}
          />
          <Explained frame={frame} view={view} />
        </section>
      )}
      <section aria-labelledby="history">
        <h3 id="history">{t(deskText["case.history"])}</h3>
        <TaskList
          tasks={request.steps.map((step) => ({
            label: name(step.names),
            hint: [...step.units.map(name), step.endedAt === null ? "" : voice.dateTime(step.endedAt)].filter(Boolean).join(" · "),
            state: <StepTag voice={voice} state={step.state} />,
          }))}
        />
      </section>
    </article>
  );
};

const Explained = ({ frame, view }: { frame: Frame; view: CaseView }) =>
  view.explanation.length === 0 ? null : (
    <Details summary={frame.voice.t(hallText["request.why"])}>
      {view.explanation.map((sentence) => (
        <p>{sentence}</p>
      ))}
    </Details>
  );

const caseHref = (frame: Frame, view: CaseView): string => inPool(frame, `/desk/requests/${view.publicId}/steps/${encodeURIComponent(view.stepName)}`);

const Acts = ({ frame, view, query }: { frame: Frame; view: CaseView; query: string }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const errors = fieldErrors(voice, view.problems);
  const base = caseHref(frame, view);
  const hidden = (
    <>
      <input type="hidden" name="generation" value={String(view.generation)} />
      <input type="hidden" name="key" value={view.idempotencyKey} />
    </>
  );
  if (view.state === "ready" || view.state === "unarranged" || view.state === "blocked") {
    return (
      <div class="acts">
        <p class="soft">{t(deskText[`case.${view.state}`])}</p>
        {view.state === "unarranged" ? <Explained frame={frame} view={view} /> : null}
        {view.may.refer ? <Referral frame={frame} view={view} query={query} /> : null}
      </div>
    );
  }
  return (
    <div class="acts">
      {view.barred === undefined ? null : (
        <Notice kind="warning">
          <p>{t(lawText["case.barred"], { ground: t(lawText[`because.${view.barred}`]) })}</p>
        </Notice>
      )}
      {view.may.start ? (
        <form method="post" action={`${base}/start${query}`}>
          {hidden}
          <div class="row">
            <button class="button" data-key="c">
              {t(deskText["case.start"])}
            </button>
            <span class="soft small">{t(deskText["case.start.note"])}</span>
          </div>
        </form>
      ) : null}
      {view.may.complete ? (
        <form method="post" action={`${base}/completion${query}`}>
          {hidden}
          {view.staffClaims.map((claim) => (
            <TextField
              voice={voice}
              id={`settle-${claim.claimId}`}
              name={`settle.${claim.claimId}`}
              label={`${t(deskText["case.complete.minutes"])} · ${name(claim.classNames)}`}
              hint={t(deskText["case.complete.minutes.hint"], { held: voice.minutes(claim.heldMinutes) })}
              error={errors[`settle-${claim.claimId}`]}
              value={view.typed[`settle.${claim.claimId}`] ?? String(claim.heldMinutes)}
              type="number"
              width="short"
            />
          ))}
          <TextField voice={voice} id="note" label={t(deskText["case.complete.note"])} optional error={errors["note"]} value={view.typed["note"]} maxlength={500} />
          <div class="actions">
            <button class="button" data-key="c">
              {t(deskText["case.complete"])}
            </button>
          </div>
        </form>
      ) : null}
      {view.may.handOver && view.officers.length > 0 ? (
        <Details summary={t(lawText["case.hand-over"])} open={view.barred !== undefined || errors["to"] !== undefined || errors["handOverReason"] !== undefined}>
          <form method="post" action={`${base}/hand-over${query}`}>
            {hidden}
            <SelectField voice={voice} id="to" label={t(lawText["case.hand-over.to"])} options={view.officers} value={view.typed["to"]} error={errors["to"]} />
            <TextField voice={voice} id="handOverReason" label={t(lawText.reason)} value={view.typed["handOverReason"]} maxlength={500} error={errors["handOverReason"]} />
            <div class="actions">
              <button class="button button--quiet">{t(lawText["case.hand-over.save"])}</button>
            </div>
          </form>
        </Details>
      ) : null}
      {view.may.refer ? <Referral frame={frame} view={view} query={query} /> : null}
      {view.may.askSupplement ? (
        <Details summary={t(deskText["case.supplement"])} open={errors["what"] !== undefined}>
          <form method="post" action={`${base}/supplement-call${query}`}>
            {hidden}
            <TextArea voice={voice} id="what" label={t(deskText["case.supplement.what"])} hint={t(deskText["case.supplement.effect"])} error={errors["what"]} value={view.typed["what"]} rows={3} maxlength={1000} />
            <div class="actions">
              <button class="button button--quiet">{t(deskText["case.supplement.send"])}</button>
            </div>
          </form>
        </Details>
      ) : null}
      {view.may.reject ? (
        <Details summary={<span data-key="r" tabindex={-1}>{t(deskText["case.reject"])}</span>} open={errors["grounds"] !== undefined}>
          <form method="post" action={`${base}/rejection${query}`}>
            {hidden}
            <Notice kind="alarm">
              <p>{t(deskText["case.reject.effect"])}</p>
            </Notice>
            <SelectField
              voice={voice}
              id="template"
              label={t(deskText["case.reject.template"])}
              none={t(deskText["case.reject.template.none"])}
              value={view.typed["template"]}
              options={GROUNDS.map((ground) => ({ value: ground, label: t(deskText[`grounds.${ground}`]).replace(/[：:]\s*$/, "") }))}
            />
            <TextArea voice={voice} id="grounds" label={t(deskText["case.reject.grounds"])} error={errors["grounds"]} value={view.typed["grounds"]} rows={3} maxlength={1000} />
            <div class="actions">
              <button class="button button--grave">{t(deskText["case.reject.confirm"])}</button>
            </div>
          </form>
        </Details>
      ) : null}
    </div>
  );
};

/** Not ours to decide: it goes to whom the law names. */
const Referral = ({ frame, view, query }: { frame: Frame; view: CaseView; query: string }) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  const fields = ["referUnit", "referPool", "referReason", "referBasis"] as const;
  const labels = { referUnit: lawText["case.refer.unit"], referPool: lawText["case.refer.pool"], referReason: lawText.reason, referBasis: lawText.basis };
  return (
    <Details summary={t(lawText["case.refer"])} open={fields.some((field) => errors[field] !== undefined)}>
      <form method="post" action={`${caseHref(frame, view)}/referral${query}`}>
        <input type="hidden" name="generation" value={String(view.generation)} />
        <input type="hidden" name="key" value={view.idempotencyKey} />
        <p class="soft">{t(lawText["case.refer.effect"])}</p>
        {fields.map((field) => (
          <TextField voice={voice} id={field} label={t(labels[field])} optional={field === "referUnit" || field === "referPool"} value={view.typed[field]} maxlength={500} error={errors[field]} />
        ))}
        <div class="actions">
          <button class="button button--quiet">{t(lawText["case.refer.save"])}</button>
        </div>
      </form>
    </Details>
  );
};
