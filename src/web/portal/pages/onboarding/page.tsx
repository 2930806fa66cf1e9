import type { ChecklistEntry, ChecklistGap } from "../../../../domain/org/checklist.js";
import type { Unit } from "../../../../domain/org/unit.js";
import type { Problem } from "../../../../domain/problem.js";
import { pointTodo, pointWords } from "../../../../text/onboarding.js";
import { deskText } from "../../../../text/portal-desk.js";
import type { Voice } from "../../../../text/voice.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { Heading } from "../../components/heading.js";
import { Notice, TaskList } from "../../components/panels.js";
import { Tag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface OnboardingView {
  readonly unit: Unit;
  readonly entries: readonly ChecklistEntry[];
  readonly may: { readonly publish: boolean };
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
      </div>
    </Layout>
  );
};

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
