import type { TaskForceToConsent } from "../../../../app/rebalance/read-task-forces.js";
import type { PlanShown } from "../../../../app/rebalance/read-plans.js";
import type { UnitId } from "../../../../domain/id.js";
import type { Problem } from "../../../../domain/problem.js";
import type { StandingLimit } from "../../../../domain/rebalance/plan.js";
import { parseLocalDate } from "../../../../domain/instant.js";
import { planText } from "../../../../text/portal-plans.js";
import { taskForceText } from "../../../../text/portal-task-forces.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Empty, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { className, PlanTag, unitName, type PlanNames } from "./page.js";

/** What was just done here. */
export const CONSENTS_DONE = ["limit", "task-force"] as const;

export interface ConsentsView extends PlanNames {
  readonly rows: readonly PlanShown[];
  readonly forces: readonly TaskForceToConsent[];
  /** Units this person heads. */
  readonly headed: readonly UnitId[];
  readonly limits: readonly StandingLimit[];
  readonly choices: readonly Choice[];
  readonly done: (typeof CONSENTS_DONE)[number] | undefined;
  readonly key: string;
  readonly problems: readonly Problem[];
  readonly typed: Readonly<Record<string, string>>;
}

/** What waits for a unit head's word, and how much goes without it. */
export const ConsentsPage = ({ frame, view }: { readonly frame: Frame; readonly view: ConsentsView }) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  return (
    <Layout frame={frame} title={t(planText["desk.title"])} hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} />
      <Heading title={t(planText["desk.title"])} lead={t(planText["desk.lead"])} />
      {view.done ? (
        <Notice live>
          <p>{t(view.done === "limit" ? planText["done.limit"] : taskForceText["done.consent"])}</p>
        </Notice>
      ) : null}
      <Listing
        voice={voice}
        caption={t(planText["desk.title"])}
        rows={view.rows}
        none={<Empty title={t(planText["desk.empty"])} text={t(planText["desk.empty.text"])} />}
        columns={[
          { key: "title", label: t(planText["form.name"]), header: true, cell: ({ plan }) => <a href={inPool(frame, `/centre/plans/${plan.id}`)}>{plan.content.title}</a> },
          { key: "borrower", label: t(planText.borrower), cell: ({ plan }) => [...new Set(plan.content.loans.map(({ borrower }) => unitName(voice, view, borrower)))].join(" · ") },
          { key: "state", label: t(planText.state), cell: ({ state }) => <PlanTag voice={voice} state={state} /> },
        ]}
      />
      {view.forces.length === 0 ? null : (
        <section class="section" aria-labelledby="task-forces">
          <h2 id="task-forces">{t(taskForceText["desk.title"])}</h2>
          <p class="soft">{t(taskForceText["desk.lead"])}</p>
          <Listing
            voice={voice}
            caption={t(taskForceText["desk.title"])}
            rows={view.forces}
            columns={[
              { key: "name", label: t(taskForceText.id), header: true, cell: ({ force }) => <a href={inPool(frame, `/centre/task-forces/${force.id}`)}>{voice.name(force.content.names)}</a> },
              { key: "until", label: t(taskForceText.until), cell: ({ force }) => voice.day(parseLocalDate(force.content.until) ?? 0) },
              {
                key: "given",
                label: t(taskForceText.resources),
                cell: ({ force, units }) => force.content.resources.filter(({ unit }) => units.includes(unit)).map((one) => `${one.resource} ${voice.amount(one.amount, view.classes.get(one.classId)?.measure ?? "piece")}`).join(" · ") || "—",
              },
              {
                key: "consent",
                label: t(taskForceText.consents),
                cell: ({ force, units }) => (
                  <>
                    {units.map((unit) => (
                      <form method="post" action={inPool(frame, `/desk/consents/task-forces/${force.id}`)}>
                        <input type="hidden" name="key" value={`${view.key}-${view.forces.findIndex((one) => one.force === force)}-${unit}`} />
                        <input type="hidden" name="unit" value={unit} />
                        <button class="button">{t(taskForceText["act.consent"], { unit: unitName(voice, view, unit) })}</button>
                      </form>
                    ))}
                  </>
                ),
              },
            ]}
          />
        </section>
      )}
      <section class="section" aria-labelledby="limits">
        <h2 id="limits">{t(planText["limit.title"])}</h2>
        <p class="soft">{t(planText["limit.lead"])}</p>
        <Listing
          voice={voice}
          caption={t(planText["limit.title"])}
          rows={view.limits}
          none={<p class="soft">{t(planText["limit.none"])}</p>}
          columns={[
            { key: "unit", label: t(planText.lender), header: true, cell: (one) => unitName(voice, view, one.unitId) },
            { key: "class", label: t(planText.class), cell: (one) => className(voice, view, one.classId) },
            { key: "amount", label: t(planText.amount), number: true, cell: (one) => voice.amount(one.amount, view.classes.get(one.classId)?.measure ?? "piece") },
          ]}
        />
        <form method="post" action={inPool(frame, "/desk/consents")}>
          <input type="hidden" name="key" value={view.key} />
          <SelectField voice={voice} id="unit" label={t(planText.lender)} value={view.typed["unit"] ?? view.headed[0] ?? ""} options={view.headed.map((unit) => ({ value: unit, label: unitName(voice, view, unit) }))} error={errors["unit"]} />
          <SelectField voice={voice} id="class" label={t(planText.class)} value={view.typed["class"] ?? ""} options={view.choices} error={errors["class"]} />
          <TextField voice={voice} id="amount" type="number" width="short" label={t(planText.amount)} hint={t(planText["amount.hint"])} value={view.typed["amount"] ?? ""} error={errors["amount"]} />
          <div class="actions">
            <button class="button">{t(planText["limit.save"])}</button>
          </div>
        </form>
      </section>
    </Layout>
  );
};
