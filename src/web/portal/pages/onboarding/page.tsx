import type { Names } from "../../../../domain/catalogue/item.js";
import { deskText } from "../../../../text/portal-desk.js";
import { Heading } from "../../components/heading.js";
import { Notice, TaskList } from "../../components/panels.js";
import { Tag } from "../../components/tag.js";
import type { Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface OnboardingView {
  readonly unit: Names;
  readonly published: boolean;
  readonly points: readonly { readonly label: string; readonly hint?: string; readonly done: boolean; readonly href?: string }[];
}

/** What keeps a unit's services off the public catalogue, in the order it is best done. */
export const OnboardingPage = ({ frame, view }: { frame: Frame; view: OnboardingView }) => {
  const { t, name } = frame.voice;
  const done = view.points.filter((point) => point.done).length;
  return (
    <Layout frame={frame} title={t(deskText["onboarding.title"])}>
      <div class="column">
        <Heading over={name(view.unit)} title={t(deskText["onboarding.title"])} lead={t(deskText["onboarding.lead"])} />
        <Notice kind={view.published ? "info" : "warning"}>
          <p>{t(deskText[view.published ? "onboarding.public" : "onboarding.not-public"])}</p>
        </Notice>
        <p class="form-step soft">{t(deskText["onboarding.count"], { done, total: view.points.length })}</p>
        <TaskList
          tasks={view.points.map((point) => ({
            ...(point.href === undefined ? {} : { href: point.href }),
            label: point.label,
            ...(point.hint === undefined ? {} : { hint: point.hint }),
            state: point.done ? <Tag label={t(deskText["onboarding.done"])} shape="check" tone="done" /> : <Tag label={t(deskText["onboarding.missing"])} shape="ring" tone="still" />,
          }))}
        />
      </div>
    </Layout>
  );
};
