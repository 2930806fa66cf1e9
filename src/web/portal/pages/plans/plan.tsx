import type { RecordedEntry } from "../../../../app/ports/audit-trail.js";
import type { PlanView } from "../../../../app/rebalance/read-plans.js";
import type { Problem } from "../../../../domain/problem.js";
import { parseLocalDate } from "../../../../domain/instant.js";
import { portalText } from "../../../../text/portal.js";
import { planText } from "../../../../text/portal-plans.js";
import { problemTitle, problemTodo } from "../../../../text/problems.js";
import { whatIfText } from "../../../../text/what-if.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { DataTable, Listing } from "../../components/data-table.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Notice, Progress } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { Outcome } from "../what-ifs/page.js";
import { EffectOfPlan } from "./effect.js";
import { className, PlanForm, PlanTag, unitName, type PlanFormView, type PlanNames } from "./page.js";

export const PLAN_ACTS = ["try", "propose", "consent", "approve", "apply", "take-back", "refuse", "withdraw"] as const;
export type PlanActName = (typeof PLAN_ACTS)[number];
export const PLAN_DONE = ["kept", ...PLAN_ACTS] as const;

/** An act this person may do now, and for which unit. */
export interface OpenAct {
  readonly act: PlanActName;
  readonly unit?: string;
}

export interface PlanPageView extends PlanNames {
  readonly view: PlanView;
  readonly acts: readonly OpenAct[];
  /** Why somebody who approves plans may not approve this one, about their person. */
  readonly mayNot: readonly Problem[];
  readonly edit: PlanFormView | null;
  readonly trail: readonly RecordedEntry[];
  readonly personId: string;
  /** Names of those who acted. */
  readonly persons: ReadonlyMap<string, string>;
  readonly done: (typeof PLAN_DONE)[number] | undefined;
  readonly key: string;
  readonly problems: readonly Problem[];
  readonly typed: Readonly<Record<string, string>>;
}

type Part = { readonly frame: Frame; readonly page: PlanPageView };

const LIVE_SECONDS = 2;
const SHORT_HASH = 12;

/** One plan: what it would do, what keeps it, who must agree, who did what. */
export const PlanPage = ({ frame, page }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { plan, state, obstacles, contested } = page.view;
  const working = page.view.trial?.state === "waiting" || page.view.trial?.state === "running";
  return (
    <Layout
      frame={frame}
      title={plan.content.title}
      wide
      hasErrors={page.problems.length > 0}
      {...(working ? { refreshSeconds: LIVE_SECONDS } : {})}
      breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, "/centre/plans"), label: t(planText.title) }]} />}
    >
      <ErrorSummary voice={voice} problems={page.problems} labels={{ reason: t(planText.reason), grounds: t(planText.grounds) }} />
      {page.done === undefined ? null : (
        <Notice live>
          <p>{t(planText[`done.${page.done}`])}</p>
        </Notice>
      )}
      <Heading over={`${t(planText.title)} ${plan.id} · ${t(planText[`origin.${plan.content.origin}`])}`} title={plan.content.title} facts={<PlanTag voice={voice} state={state} />} />
      <p class="small">
        {t(planText.hash)} <code>{plan.hash.slice(0, SHORT_HASH)}</code> <span class="soft">{t(planText["hash.text"])}</span>
      </p>
      {plan.content.goal === null ? null : (
        <p class="small">
          {t(planText["goal.title"])}: {t(planText["goal.cell"], { ...plan.content.goal })}
        </p>
      )}
      {plan.expiresAt === null || !["proposed", "consented", "approved"].includes(state) ? null : <p class="small soft">{t(planText.expires, { at: voice.dateTime(plan.expiresAt) })}</p>}
      <Loans frame={frame} page={page} />
      {obstacles.length === 0 ? null : (
        <Notice kind="alarm">
          <p>
            <strong>{t(planText["obstacles.title"])}</strong>
          </p>
          {obstacles.map((one) => (
            <p>
              {problemTitle(voice.language, one)} {problemTodo(voice.language, one)}
            </p>
          ))}
        </Notice>
      )}
      {contested.length === 0 ? null : (
        <Notice>
          {contested.map((one) => (
            <p>{t(planText["contested.text"], { ...one })}</p>
          ))}
        </Notice>
      )}
      <Consents frame={frame} page={page} />
      <Trial frame={frame} page={page} />
      <Applied frame={frame} page={page} />
      {page.view.effect === null ? null : <EffectOfPlan frame={frame} names={page} effect={page.view.effect} />}
      <Acts frame={frame} page={page} />
      <Trail frame={frame} page={page} />
    </Layout>
  );
};

const Loans = ({ frame, page }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const day = (date: string): string => voice.day(parseLocalDate(date) ?? 0);
  return (
    <DataTable
      voice={voice}
      caption={t(planText["loans.title"])}
      cards
      dense
      rows={page.view.plan.content.loans}
      columns={[
        { key: "lender", label: t(planText.lender), header: true, cell: (loan) => unitName(voice, page, loan.lender) },
        { key: "borrower", label: t(planText.borrower), cell: (loan) => unitName(voice, page, loan.borrower) },
        { key: "class", label: t(planText.class), cell: (loan) => className(voice, page, loan.classId) },
        { key: "resource", label: t(planText.resource), cell: (loan) => <code class="small">{loan.resource}</code> },
        { key: "amount", label: t(planText.amount), number: true, cell: (loan) => voice.amount(loan.amount, page.classes.get(loan.classId)?.measure ?? "piece") },
        { key: "term", label: t(planText.term), cell: (loan) => t(planText["term.cell"], { from: day(loan.from), to: day(loan.to) }) },
        {
          key: "why",
          label: t(planText.why),
          cell: (loan) => (
            <>
              {loan.why === null ? "—" : voice.name(loan.why)}
              {loan.without === null ? null : (
                <p class="small soft">
                  {t(planText.without)}: {voice.name(loan.without)}
                </p>
              )}
              {loan.legalBasis === null ? null : <p class="small soft">{loan.legalBasis}</p>}
            </>
          ),
        },
      ]}
    />
  );
};

const Consents = ({ frame, page }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { needed, missing, state } = page.view;
  if (!["draft", "proposed", "consented", "approved"].includes(state)) return null;
  return (
    <section class="section" aria-labelledby="consents">
      <h2 id="consents">{t(planText["consents.title"])}</h2>
      <Listing
        voice={voice}
        caption={t(planText["consents.title"])}
        rows={needed}
        none={<p class="soft">{t(planText["consents.none"])}</p>}
        columns={[
          { key: "unit", label: t(planText.lender), header: true, cell: (one) => unitName(voice, page, one.unitId) },
          { key: "class", label: t(planText.class), cell: (one) => className(voice, page, one.classId) },
          { key: "amount", label: t(planText.amount), number: true, cell: (one) => voice.amount(one.amount, page.classes.get(one.classId)?.measure ?? "piece") },
          { key: "limit", label: t(planText["consents.limit"]), number: true, cell: (one) => voice.amount(one.limit, page.classes.get(one.classId)?.measure ?? "piece") },
          { key: "state", label: t(planText.state), cell: (one) => t(planText[missing.includes(one) ? "consents.open" : "consents.given"]) },
        ]}
      />
    </section>
  );
};

const Trial = ({ frame, page }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { trial } = page.view;
  return (
    <section class="section" aria-labelledby="trial">
      <h2 id="trial">{t(planText["trial.title"])}</h2>
      {trial === null ? <p class="soft">{t(planText["trial.none"])}</p> : null}
      {trial !== null && !trial.isOfThisContent ? <Notice>{t(planText["trial.other"])}</Notice> : null}
      {trial !== null && (trial.state === "waiting" || trial.state === "running") ? <Progress voice={voice} label={t(whatIfText[`state.${trial.state}`])} done={trial.progress} total={100} /> : null}
      {trial?.problems.map((one) => (
        <p>
          {problemTitle(voice.language, one)} {problemTodo(voice.language, one)}
        </p>
      ))}
      {trial?.result == null ? null : (
        <>
          <p class="small soft">{t(planText["trial.days"], { date: trial.result.to })}</p>
          <Outcome voice={voice} base={inPool(frame, `/centre/what-ifs/${trial.id}`)} result={trial.result} />
        </>
      )}
    </section>
  );
};

const Applied = ({ frame, page }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { loans } = page.view;
  if (loans.length === 0) return null;
  const amount = (value: number, of: string): string => voice.amount(value, page.classes.get(of)?.measure ?? "piece");
  return (
    <DataTable
      voice={voice}
      caption={t(planText["applied.title"])}
      cards
      dense
      rows={loans}
      columns={[
        { key: "resource", label: t(planText["applied.resource"]), header: true, cell: (loan) => <a href={inPool(frame, `/centre/resources/${loan.resourceCode}`)}>{loan.resourceCode}</a> },
        { key: "lender", label: t(planText.lender), cell: (loan) => unitName(voice, page, loan.lender) },
        { key: "borrower", label: t(planText.borrower), cell: (loan) => unitName(voice, page, loan.borrower) },
        { key: "state", label: t(planText.state), cell: (loan) => t(planText[`loan.${loan.state}`]) },
        { key: "lent", label: t(planText["applied.lent"]), number: true, cell: (loan) => amount(loan.lent, loan.classId) },
        { key: "used", label: t(planText["applied.used"]), number: true, cell: (loan) => amount(loan.used, loan.classId) },
      ]}
    />
  );
};

const Acts = ({ frame, page }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { plan } = page.view;
  if (page.acts.length === 0 && page.mayNot.length === 0 && page.edit === null) return null;
  return (
    <section class="section" aria-labelledby="acts">
      <h2 id="acts">{t(planText["acts.title"])}</h2>
      {page.mayNot.length === 0 ? null : (
        <Notice>
          <p>
            <strong>{t(planText["may-not"])}</strong>
          </p>
          {page.mayNot.map((one) => (
            <p>
              {problemTitle(voice.language, one)} {problemTodo(voice.language, one)}
            </p>
          ))}
        </Notice>
      )}
      {page.acts.map(({ act, unit }, at) => (
        <form method="post" action={inPool(frame, `/centre/plans/${plan.id}/${act}`)}>
          <input type="hidden" name="key" value={`${page.key}-${at}`} />
          <input type="hidden" name="hash" value={plan.hash} />
          {unit === undefined ? null : <input type="hidden" name="unit" value={unit} />}
          {act === "take-back" ? <TextField voice={voice} id="grounds" label={t(planText.grounds)} hint={t(planText["grounds.hint"])} value={page.typed["grounds"] ?? ""} maxlength={500} /> : null}
          {act === "refuse" ? <TextField voice={voice} id="reason" label={t(planText.reason)} value={page.typed["reason"] ?? ""} maxlength={500} /> : null}
          <div class="actions">
            <button class={act === "refuse" || act === "withdraw" || act === "try" || act === "take-back" ? "button button--quiet" : "button"}>{t(planText[`act.${act}`], unit === undefined ? {} : { unit: unitName(voice, page, unit) })}</button>
          </div>
        </form>
      ))}
      {page.edit === null ? null : (
        <Details summary={t(planText["form.edit"])} open={page.edit.problems.length > 0}>
          <PlanForm frame={frame} view={page.edit} />
        </Details>
      )}
    </section>
  );
};

const Trail = ({ frame, page }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const act = (name: string): string => (Object.hasOwn(planText, `trail.${name}`) ? t(planText[`trail.${name}` as "trail.plan.propose"]) : name);
  const hashOf = (after: unknown): string => ((after as { readonly hash?: string } | null)?.hash ?? "").slice(0, SHORT_HASH) || "—";
  return (
    <section class="section" aria-labelledby="trail">
      <h2 id="trail">{t(planText["trail.title"])}</h2>
      <Listing
        voice={voice}
        caption={t(planText["trail.title"])}
        rows={page.trail}
        columns={[
          { key: "when", label: t(planText["trail.when"]), header: true, cell: (row) => voice.dateTime(row.occurredAt) },
          { key: "act", label: t(planText["trail.act"]), cell: (row) => act(row.act) },
          { key: "who", label: t(planText["trail.who"]), cell: (row) => (row.actorId === page.personId ? t(planText["trail.you"]) : page.persons.get(row.actorId) || <code class="small">{row.actorId.slice(0, 8)}</code>) },
          { key: "hash", label: t(planText["trail.hash"]), cell: (row) => <code class="small">{hashOf(row.after)}</code> },
        ]}
      />
    </section>
  );
};
