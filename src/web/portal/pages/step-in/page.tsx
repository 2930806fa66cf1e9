import type { PreparedChoice } from "../../../../app/identity/list-prepared.js";
import { isPoolRole } from "../../../../domain/policy/subject.js";
import { roleWords, signInText } from "../../../../text/portal-sign-in.js";
import { Heading } from "../../components/heading.js";
import { Empty } from "../../components/panels.js";
import type { Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface StepInView {
  readonly back: string;
  readonly choices: readonly PreparedChoice[];
}

/** People of one sort stand together, in the order in which a visitor meets them. */
export const StepInPage = ({ frame, view }: { frame: Frame; view: StepInView }) => {
  const { t } = frame.voice;
  const groups = [
    { key: "applicants", title: t(signInText["step-in.applicants"]), choices: view.choices.filter(({ roles }) => roles.length === 0) },
    { key: "officers", title: t(signInText["step-in.officers"]), choices: view.choices.filter(({ roles }) => roles.some(({ role }) => !isPoolRole(role))) },
    { key: "administrators", title: t(signInText["step-in.administrators"]), choices: view.choices.filter(({ roles }) => roles.some(({ role }) => isPoolRole(role))) },
  ];
  return (
    <Layout frame={frame} title={t(signInText["step-in.title"])}>
      <div class="column stack-l">
        <Heading title={t(signInText["step-in.title"])} lead={t(signInText["step-in.lead"])} />
        {view.choices.length === 0 ? <Empty title={t(signInText["step-in.none.title"])} text={t(signInText["step-in.none.text"])} /> : null}
        {groups
          .filter(({ choices }) => choices.length > 0)
          .map(({ key, title, choices }) => (
            <section class="section" aria-labelledby={key}>
              <h2 id={key}>{title}</h2>
              <ul class="link-list">
                {choices.map((choice) => (
                  <li class="row row--between">
                    <Who frame={frame} choice={choice} />
                    <form method="post" action="/sign-in/step-in">
                      <input type="hidden" name="back" value={view.back} />
                      <button class="button button--quiet" name="person" value={choice.preparedAs}>
                        {t(signInText["step-in.button"])}
                        <span class="visually-hidden">{t(signInText["step-in.as"], { name: frame.voice.name(choice.names) })}</span>
                      </button>
                    </form>
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </div>
    </Layout>
  );
};

const Who = ({ frame, choice }: { frame: Frame; choice: PreparedChoice }) => {
  const { t, name } = frame.voice;
  const roles = [...choice.roles.map(({ role }) => role), ...(choice.mandates.length > 0 ? (["agent"] as const) : [])];
  return (
    <span>
      <span class="link-list__title">{name(choice.names)}</span>
      <span class="link-list__meta">
        {(roles.length === 0 ? (["applicant"] as const) : roles).map((role) => t(roleWords[role])).join(" · ")}
        {choice.note === null ? "" : ` · ${name(choice.note)}`}
      </span>
    </span>
  );
};
