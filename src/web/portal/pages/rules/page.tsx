import type { RuleFiring, StoredRule } from "../../../../app/ports/standing-rule.js";
import type { Problem } from "../../../../domain/problem.js";
import type { StandingRule } from "../../../../domain/rebalance/standing-rule.js";
import { emergencyText } from "../../../../text/emergency.js";
import { figureWords } from "../../../../text/figures.js";
import { ruleFormText } from "../../../../text/standing-rule-form.js";
import type { Voice } from "../../../../text/voice.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Empty } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

const here = (frame: Frame, path: string): string => inPool(frame, `/centre/rules${path}`);

/** Units, classes and counties as people call them. */
export type NameOf = (id: string) => string;

export function whenOf({ t, number, list }: Voice, { when }: StandingRule, nameOf: NameOf): string {
  if (when.kind === "schedule") return t(emergencyText["rule.season"], { from: when.from, to: when.to });
  const { figure, comparison, value, clear, unit, class: cls, division } = when.reading;
  const scope = [unit, cls, division].flatMap((one) => (one === null ? [] : [nameOf(one)]));
  return t(emergencyText["rule.threshold"], { figure: t(figureWords[figure]), comparison: t(emergencyText[`rule.${comparison}`]), value: number(value), clear: number(clear), scope: scope.length === 0 ? t(emergencyText["rule.whole-pool"]) : list(scope) });
}

export function doesOf({ t, number, list }: Voice, { does, limits }: StandingRule, nameOf: NameOf): string {
  if (does.kind === "open") return t(emergencyText["rule.open"], { resources: list(does.resources) });
  return t(emergencyText["rule.lend"], { lender: nameOf(does.lender), borrower: nameOf(does.borrower), class: nameOf(does.classId), amount: number(does.amount), days: number(limits.termDays) });
}

function nowOf({ t, number, dateTime }: Voice, { state, isOn, measured, checkedAt }: StoredRule): string {
  const parts = [t(emergencyText[`rule.state.${state}`]), ...(isOn ? [t(emergencyText["rule.on"])] : [])];
  if (measured !== null && checkedAt !== null) parts.push(t(emergencyText["rule.reading"], { measured: number(measured), at: dateTime(checkedAt) }));
  return parts.join(" · ");
}

/** All standing rules, and how each stands. */
export const RulesPage = ({ frame, rules, nameOf, mayPropose }: { readonly frame: Frame; readonly rules: readonly StoredRule[]; readonly nameOf: NameOf; readonly mayPropose: boolean }) => {
  const { voice } = frame;
  const { t } = voice;
  return (
    <Layout frame={frame} title={t(emergencyText["rule.title"])} wide>
      <Heading title={t(emergencyText["rule.title"])} lead={t(emergencyText["rule.lead"])} />
      {mayPropose && rules.length > 0 ? (
        <p>
          <a class="button" href={here(frame, "/new")}>
            {t(ruleFormText.new)}
          </a>
        </p>
      ) : null}
      <Listing
        voice={voice}
        caption={t(emergencyText["rule.title"])}
        rows={rules}
        none={<Empty title={t(emergencyText["rule.none.title"])} text={t(emergencyText["rule.none.text"])} {...(mayPropose ? { action: { href: here(frame, "/new"), label: t(ruleFormText.new) } } : {})} />}
        columns={[
          { key: "name", label: t(emergencyText["rule.name"]), header: true, cell: ({ content }) => <a href={here(frame, `/${content.id}`)}>{content.title}</a> },
          { key: "when", label: t(emergencyText["rule.when"]), cell: ({ content }) => whenOf(voice, content, nameOf) },
          { key: "does", label: t(emergencyText["rule.does"]), cell: ({ content }) => doesOf(voice, content, nameOf) },
          { key: "mode", label: t(emergencyText.state), cell: ({ content }) => t(emergencyText[`rule.${content.mode}`]) },
          { key: "now", label: t(emergencyText["rule.now"]), cell: (rule) => nowOf(voice, rule) },
        ]}
      />
    </Layout>
  );
};

export interface RuleView {
  readonly rule: StoredRule;
  readonly firings: readonly RuleFiring[];
  readonly mayApprove: boolean;
  readonly mayPause: boolean;
  readonly mayPropose: boolean;
  readonly nameOf: NameOf;
  /** Reserves it proposes to open now. */
  readonly reserves: readonly string[];
  readonly key: string;
  readonly problems: readonly Problem[];
}

/** One rule: its wording and limits, what it did and what held it, and what may be done to it. */
export const RulePage = ({ frame, view }: { readonly frame: Frame; readonly view: RuleView }) => {
  const { voice } = frame;
  const { t, number, dateTime } = voice;
  const { rule, firings } = view;
  const { content, state } = rule;
  const errors = fieldErrors(voice, view.problems);
  const acts = [
    ...(view.mayApprove && state === "proposed" ? (["refuse"] as const) : []),
    ...(view.mayPause && state === "active" ? (["pause"] as const) : []),
    ...(view.mayPause && state === "paused" ? (["resume"] as const) : []),
    ...(view.mayPause && (state === "active" || state === "paused" || state === "proposed") ? (["retire"] as const) : []),
  ];
  return (
    <Layout frame={frame} title={content.title} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={{ reason: t(emergencyText.reason) }} />
      <Heading title={content.title} lead={[t(emergencyText[`rule.${content.mode}`]), ...(content.emergency ? [t(emergencyText["rule.emergency"])] : []), nowOf(voice, rule)].join(" · ")} />
      <p>{whenOf(voice, content, view.nameOf)}</p>
      <p>{doesOf(voice, content, view.nameOf)}</p>
      <p class="soft">{t(emergencyText["rule.limits"], { runs: number(content.limits.runsPerWeek), cool: number(content.limits.coolDownMinutes), minimum: number(content.limits.minimumMinutes) })}</p>
      {view.reserves.length === 0 ? null : (
        <section class="section" aria-labelledby="proposes">
          <h2 id="proposes">{t(ruleFormText["open.title"])}</h2>
          <p>{t(ruleFormText["open.lead.now"], { resources: voice.list(view.reserves) })}</p>
          {view.mayApprove ? (
            <form method="post" action={here(frame, `/${content.id}/open`)}>
              <input type="hidden" name="key" value={`${view.key}-open`} />
              <div class="actions">
                <button class="button">{t(ruleFormText["open.do"])}</button>
              </div>
            </form>
          ) : (
            <p class="soft">{t(ruleFormText["open.other"])}</p>
          )}
        </section>
      )}
      <section class="section" aria-labelledby="firings">
        <h2 id="firings">{t(emergencyText["rule.firings"])}</h2>
        <Listing
          voice={voice}
          caption={t(emergencyText["rule.firings"])}
          rows={firings}
          none={<p class="soft">{t(emergencyText["rule.firings.none"])}</p>}
          columns={[
            { key: "when", label: t(emergencyText["use.when"]), header: true, cell: (one) => dateTime(one.at) },
            { key: "turn", label: t(emergencyText["rule.turn"]), cell: (one) => (one.held === null ? t(emergencyText[one.turn === "on" ? "rule.turn.on" : "rule.turn.off"]) : t(emergencyText["rule.turn.held"], { held: t(emergencyText[`rule.held.${one.held}`]) })) },
            { key: "measured", label: t(emergencyText["rule.measured"]), cell: (one) => (one.measured === null ? "—" : number(one.measured)) },
            { key: "threshold", label: t(emergencyText["rule.threshold.short"]), cell: (one) => (one.threshold === null ? "—" : number(one.threshold)) },
            { key: "result", label: t(emergencyText["rule.result"]), cell: (one) => resultOf(frame, one) },
          ]}
        />
      </section>
      {view.mayApprove && state === "proposed" ? (
        <form method="post" action={here(frame, `/${content.id}/approve`)}>
          <input type="hidden" name="key" value={view.key} />
          <input type="hidden" name="hash" value={rule.hash} />
          <button class="button">{t(emergencyText["rule.approve"])}</button>
        </form>
      ) : null}
      {acts.length === 0 ? null : (
        <form method="post" action={here(frame, `/${content.id}/change`)}>
          <input type="hidden" name="key" value={`${view.key}-change`} />
          <TextField voice={voice} id="reason" label={t(emergencyText.reason)} maxlength={2_000} error={errors["reason"]} />
          <div class="actions">
            {acts.map((act) => (
              <button class="button button--quiet" name="act" value={act}>
                {t(emergencyText[`rule.${act}`])}
              </button>
            ))}
          </div>
        </form>
      )}
      {view.mayPropose && !rule.isOn ? (
        <p>
          <a href={here(frame, `/new?rule=${encodeURIComponent(content.id)}`)}>{t(ruleFormText.anew)}</a>
        </p>
      ) : null}
      <p>
        <a href={here(frame, "")}>{t(emergencyText["rule.back"])}</a>
      </p>
    </Layout>
  );
};

function resultOf(frame: Frame, { plan, drains }: RuleFiring) {
  const { t, number, list } = frame.voice;
  if (plan !== null) return <a href={inPool(frame, `/centre/plans/${plan}`)}>{t(emergencyText["rule.plan"], { plan: number(plan) })}</a>;
  return drains.length === 0 ? "—" : t(emergencyText["rule.drains"], { drains: list(drains.map(String)) });
}
