import type { Names } from "../../../../domain/catalogue/item.js";
import type { CapacityClass } from "../../../../domain/pool/class.js";
import type { Problem } from "../../../../domain/problem.js";
import type { PlanState } from "../../../../domain/rebalance/plan.js";
import type { PlanShown } from "../../../../app/rebalance/read-plans.js";
import { planText } from "../../../../text/portal-plans.js";
import type { Voice } from "../../../../text/voice.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, Suggestions, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty } from "../../components/panels.js";
import { Tag, type Tone } from "../../components/tag.js";
import type { ShapeName } from "../../components/shape.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { LIVE_SECONDS, PlanSearchPart, type PlanSearchView } from "./search.js";

const looks: Record<PlanState, { readonly shape: ShapeName; readonly tone: Tone }> = {
  draft: { shape: "ring", tone: "still" },
  proposed: { shape: "clock", tone: "active" },
  consented: { shape: "half", tone: "active" },
  approved: { shape: "disc", tone: "active" },
  applied: { shape: "check", tone: "done" },
  ended: { shape: "dash", tone: "still" },
  refused: { shape: "square", tone: "decided" },
  withdrawn: { shape: "dash", tone: "still" },
  expired: { shape: "triangle", tone: "warning" },
};

export const PlanTag = ({ voice, state }: { readonly voice: Voice; readonly state: PlanState }) => <Tag label={voice.t(planText[`state.${state}`])} {...looks[state]} />;

/** What names stand for, for pages that speak of units and classes. */
export interface PlanNames {
  readonly units: ReadonlyMap<string, Names>;
  readonly classes: ReadonlyMap<string, CapacityClass>;
}

export const unitName = (voice: Voice, { units }: PlanNames, id: string): string => voice.name(units.get(id) ?? { zh: id, en: id });
export const className = (voice: Voice, { classes }: PlanNames, id: string): string => voice.name(classes.get(id)?.names ?? { zh: id, en: id });

/** Loans one form takes; more come by file or API. */
export const LOANS_IN_FORM = 3;

export interface PlanFormView {
  readonly action: string;
  readonly generation: number | null;
  readonly typed: Readonly<Record<string, string>>;
  readonly units: readonly Choice[];
  readonly classes: readonly Choice[];
  readonly problems: readonly Problem[];
  readonly key: string;
}

export const PlanForm = ({ frame, view }: { readonly frame: Frame; readonly view: PlanFormView }) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  const typed = (name: string): string => view.typed[name] ?? "";
  const field = (at: number, name: "resource" | "amount" | "from" | "to" | "legalBasis" | "why" | "without", hint?: "resource.hint" | "amount.hint" | "legalBasis.hint") => (
    <TextField
      voice={voice}
      id={`loans-${at}-${name}`}
      name={`${name}${at}`}
      label={t(planText[name])}
      {...(hint === undefined ? {} : { hint: t(planText[hint]) })}
      value={typed(`${name}${at}`)}
      error={errors[`loans-${at}-${name}`]}
      {...(name === "from" || name === "to" ? { type: "date" as const } : name === "amount" ? { type: "number" as const, width: "short" as const } : {})}
      optional={name === "resource" || name === "legalBasis" || name === "why" || name === "without"}
    />
  );
  const unit = (at: number, name: "lender" | "borrower") => (
    <TextField voice={voice} id={`loans-${at}-${name}`} name={`${name}${at}`} label={t(planText[name])} value={typed(`${name}${at}`)} list="plan-units" spellcheck={false} error={errors[`loans-${at}-${name}`]} />
  );
  const loan = (at: number) => (
    <>
      <SelectField voice={voice} id={`loans-${at}-class`} name={`class${at}`} label={t(planText.class)} value={typed(`class${at}`)} none="—" options={view.classes} error={errors[`loans-${at}-class`]} />
      {unit(at, "lender")}
      {unit(at, "borrower")}
      {field(at, "amount", "amount.hint")}
      {field(at, "from")}
      {field(at, "to")}
      <Details summary={`${t(planText.resource)} · ${t(planText.why)} · ${t(planText.legalBasis)}`} open={["resource", "why", "without", "legalBasis"].some((name) => typed(`${name}${at}`) !== "")}>
        {field(at, "resource", "resource.hint")}
        {field(at, "why")}
        {field(at, "without")}
        {field(at, "legalBasis", "legalBasis.hint")}
      </Details>
    </>
  );
  return (
    <form class="sheet column" method="post" action={view.action}>
      <input type="hidden" name="key" value={view.key} />
      {view.generation === null ? null : <input type="hidden" name="generation" value={String(view.generation)} />}
      <Suggestions id="plan-units" options={view.units} />
      <TextField voice={voice} id="title" label={t(planText["form.name"])} value={typed("title")} maxlength={200} error={errors["title"]} />
      <h3>{t(planText["form.loan"], { n: 1 })}</h3>
      {loan(0)}
      {Array.from({ length: LOANS_IN_FORM - 1 }, (_, more) => (
        <Details summary={t(planText["form.loan"], { n: more + 2 })} open={typed(`class${more + 1}`) !== ""}>
          <p class="soft small">{t(planText["form.loan.hint"])}</p>
          {loan(more + 1)}
        </Details>
      ))}
      <div class="actions">
        <button class="button">{t(planText.save)}</button>
      </div>
    </form>
  );
};

export interface PlansView {
  readonly rows: readonly PlanShown[];
  readonly next: string | undefined;
  /** Null: this person drafts none. */
  readonly form: PlanFormView | null;
  /** Null: this person asks for none of all units. */
  readonly search: PlanSearchView | null;
}

/** All plans, and the form that drafts one by hand. */
export const PlansPage = ({ frame, view }: { readonly frame: Frame; readonly view: PlansView }) => {
  const { voice } = frame;
  const { t } = voice;
  const base = inPool(frame, "/centre/plans");
  const drafting = view.form?.problems ?? [];
  const problems = [...drafting, ...(view.search?.problems ?? [])];
  const isSearching = view.search !== null && view.search.latest !== null && view.search.latest.end === null;
  return (
    <Layout frame={frame} title={t(planText.title)} hasErrors={problems.length > 0} wide {...(isSearching ? { refreshSeconds: LIVE_SECONDS } : {})}>
      <ErrorSummary voice={voice} problems={problems} />
      <Heading title={t(planText.title)} lead={t(planText.lead)} />
      {view.search === null ? null : <PlanSearchPart frame={frame} view={view.search} />}
      {view.form === null ? null : (
        <Details summary={t(planText["form.title"])} open={drafting.length > 0 || (view.rows.length === 0 && view.search === null)}>
          <PlanForm frame={frame} view={view.form} />
        </Details>
      )}
      <section class="section" aria-labelledby="plans">
        <h2 id="plans">{t(planText["list.title"])}</h2>
        <Listing
          voice={voice}
          caption={t(planText["list.title"])}
          rows={view.rows}
          none={<Empty title={t(planText["empty.title"])} text={t(planText["empty.text"])} />}
          next={view.next === undefined ? undefined : `${base}?${view.next}`}
          columns={[
            { key: "title", label: t(planText["form.name"]), header: true, cell: ({ plan }) => <a href={`${base}/${plan.id}`}>{plan.content.title}</a> },
            { key: "number", label: t(planText.number), number: true, cell: ({ plan }) => String(plan.id) },
            { key: "state", label: t(planText.state), cell: ({ state }) => <PlanTag voice={voice} state={state} /> },
            { key: "loans", label: t(planText.loans), number: true, cell: ({ plan }) => voice.number(plan.content.loans.length) },
            { key: "drafted", label: t(planText.drafted), cell: ({ plan }) => voice.dateTime(plan.drafted.at) },
          ]}
        />
      </section>
    </Layout>
  );
};
