import type { ShownPriority } from "../../../../app/request/priorities.js";
import type { PriorityClass } from "../../../../domain/pool/priority-class.js";
import type { Problem } from "../../../../domain/problem.js";
import { hallText } from "../../../../text/portal-hall.js";
import { priorityStateWords, priorityText } from "../../../../text/priority.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, TextArea } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface PrioritiesView {
  readonly publicId: string;
  readonly number: string;
  readonly classes: readonly PriorityClass[];
  readonly claimed: readonly ShownPriority[];
  readonly may: { readonly claim: boolean; readonly confirm: boolean; readonly withdraw: boolean };
  /** A fresh key for each form: a double click is one act. */
  readonly key: () => string;
  readonly problems: readonly Problem[];
  /** What was typed, when it came back. */
  readonly typed: { readonly code: string; readonly evidence: string };
}

/** Grounds of one request: claimed by one, confirmed by another; what they rest on is never shown here. */
export const PrioritiesPage = ({ frame, view }: { frame: Frame; view: PrioritiesView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const errors = fieldErrors(voice, view.problems);
  const labels = { code: t(priorityText["claim.ground"]), evidence: t(priorityText["claim.evidence"]) };
  const action = inPool(frame, `/requests/${view.publicId}/priorities`);
  return (
    <Layout
      frame={frame}
      title={t(priorityText["page.title"])}
      hasErrors={view.problems.length > 0}
      breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, `/requests/${view.publicId}`), label: t(hallText["request.over"], { number: view.number }) }]} />}
    >
      <div class="column">
        <ErrorSummary voice={voice} problems={view.problems} labels={labels} />
        <Heading over={view.number} title={t(priorityText["page.title"])} lead={t(priorityText["page.lead"])} />
        {view.claimed.length === 0 ? <p>{t(priorityText["page.none"])}</p> : null}
        {view.claimed.map((one) => {
          const ground = one.class ? name(one.class.names) : one.code;
          return (
            <section class="sheet" aria-label={ground}>
              <p>{t(priorityText["row.line"], { ground, state: t(priorityStateWords[one.state]), basis: one.class?.legalBasis ?? "" })}</p>
              <div class="actions">
                {one.state === "claimed" && view.may.confirm ? (
                  <>
                    <Act action={action} keyed={view.key()} code={one.code} act="confirm" label={`${t(priorityText["decide.confirm"])} · ${ground}`} />
                    <Act action={action} keyed={view.key()} code={one.code} act="decline" label={`${t(priorityText["decide.decline"])} · ${ground}`} />
                  </>
                ) : null}
                {(one.state === "claimed" || one.state === "confirmed") && view.may.withdraw ? (
                  <Act action={action} keyed={view.key()} code={one.code} act="withdraw" label={`${t(priorityText["withdraw.send"])} · ${ground}`} />
                ) : null}
              </div>
            </section>
          );
        })}
        {view.may.claim && view.classes.length > 0 ? (
          <form class="form" method="post" action={action}>
            <h2>{t(priorityText["claim.title"])}</h2>
            <input type="hidden" name="key" value={view.key()} />
            <input type="hidden" name="act" value="claim" />
            <SelectField voice={voice} id="code" label={labels.code} none={t(hallText["apply.place.choose"])} value={view.typed.code} error={errors["code"]} options={view.classes.map(({ code, names }) => ({ value: code, label: name(names) }))} />
            <TextArea voice={voice} id="evidence" label={labels.evidence} value={view.typed.evidence} error={errors["evidence"]} hint={t(priorityText["claim.evidence.hint"])} rows={4} maxlength={2_000} />
            <div class="actions">
              <button class="button">{t(priorityText["claim.send"])}</button>
            </div>
          </form>
        ) : null}
      </div>
    </Layout>
  );
};

const Act = ({ action, keyed, code, act, label }: { action: string; keyed: string; code: string; act: string; label: string }) => (
  <form method="post" action={action}>
    <input type="hidden" name="key" value={keyed} />
    <input type="hidden" name="act" value={act} />
    <input type="hidden" name="code" value={code} />
    <button class="button button--quiet">{label}</button>
  </form>
);
