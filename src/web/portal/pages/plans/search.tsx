import type { PlanSearch } from "../../../../app/ports/plan-search.js";
import type { Problem } from "../../../../domain/problem.js";
import { PLAN_GOALS, planSearchText } from "../../../../text/plan-search.js";
import { planText } from "../../../../text/portal-plans.js";
import { problemTitle, problemTodo } from "../../../../text/problems.js";
import { searchWords } from "../../../plan-search-words.js";
import { fieldErrors } from "../../components/error-summary.js";
import { SelectField, TextField } from "../../components/field.js";
import { Details, Notice, Progress } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";

export const GOALS = ["breaches", "wait", "evenness"] as const satisfies readonly (keyof typeof PLAN_GOALS)[];

export interface PlanSearchView {
  readonly latest: PlanSearch | null;
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
  readonly key: string;
}

export const LIVE_SECONDS = 2;

/** The optimiser's part of the page of plans: a goal and a button, then how far it is, then what came of it. */
export const PlanSearchPart = ({ frame, view }: { readonly frame: Frame; readonly view: PlanSearchView }) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  const { latest } = view;
  const working = latest !== null && latest.end === null;
  const weight = (name: (typeof GOALS)[number]) => (
    <TextField voice={voice} id={`goal-${name}`} name={name} label={t(planText[`goal.${name}`])} value={view.typed[name] ?? String(PLAN_GOALS.breaches[name])} type="number" width="short" error={errors[`goal-${name}`]} />
  );
  return (
    <section class="section" aria-labelledby="search">
      <h2 id="search">{t(planSearchText.heading)}</h2>
      <p class="soft">{t(planSearchText.lead)}</p>
      {/* While it is under way this part asks for itself again; finished, it has nothing that asks. */}
      <div id="search-live" aria-live="polite" {...(working ? { "hx-get": frame.path, "hx-trigger": `every ${LIVE_SECONDS}s`, "hx-select": "#search-live", "hx-swap": "outerHTML" } : {})}>
        {latest === null ? null : working ? <Progress voice={voice} label={searchWords(voice.language, latest)} done={latest.progress.percent} total={100} /> : <Ended frame={frame} search={latest} />}
        {working ? null : (
          <form class="sheet column" method="post" action={inPool(frame, "/centre/plans/searches")}>
            <input type="hidden" name="key" value={view.key} />
            <SelectField
              voice={voice}
              id="goal"
              name="goal"
              label={t(planSearchText.goal)}
              value={view.typed["goal"] ?? "breaches"}
              options={[...GOALS.map((value) => ({ value, label: t(planSearchText[`goal.${value}`]) })), { value: "own", label: t(planSearchText["goal.own"]) }]}
              error={errors["goal"]}
            />
            <Details summary={t(planText["goal.title"])} open={view.typed["goal"] === "own"}>
              <p class="soft small">{t(planSearchText["weights.hint"])}</p>
              {GOALS.map(weight)}
            </Details>
            <div class="actions">
              <button class="button">{t(planSearchText.begin)}</button>
            </div>
          </form>
        )}
      </div>
    </section>
  );
};

const Ended = ({ frame, search }: { readonly frame: Frame; readonly search: PlanSearch }) => {
  const { voice } = frame;
  const { t } = voice;
  const { end } = search;
  if (end === null) return null;
  return (
    <Notice kind={end.state === "failed" ? "alarm" : "info"}>
      {end.state === "nothing" ? <p><strong>{t(planSearchText["nothing.title"])}</strong></p> : null}
      <p>{searchWords(voice.language, search)}</p>
      {end.state === "found" ? <p><a href={inPool(frame, `/centre/plans/${end.plan}`)}>{t(planSearchText["open-plan"])}</a></p> : null}
      {end.state === "failed"
        ? end.problems.map((one) => (
            <p>
              <strong>{problemTitle(voice.language, one)}</strong> {problemTodo(voice.language, one)}
            </p>
          ))
        : null}
    </Notice>
  );
};
