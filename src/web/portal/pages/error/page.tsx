import type { Problem } from "../../../../domain/problem.js";
import { hallText } from "../../../../text/portal-hall.js";
import { problemTitle, problemTodo } from "../../../../text/problems.js";
import { Heading } from "../../components/heading.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export const NotFoundPage = ({ frame }: { frame: Frame }) => {
  const { t } = frame.voice;
  return (
    <Layout frame={frame} title={t(hallText["error.404.title"])}>
      <Heading title={t(hallText["error.404.title"])} lead={t(hallText["error.404.text"])} />
      <p>
        <a href={inPool(frame, "")}>{t(hallText["error.home"])}</a>
      </p>
    </Layout>
  );
};

/** A refusal that belongs to no field of a form: what is wrong and what to do. */
export const RefusedPage = ({ frame, problems }: { frame: Frame; problems: readonly Problem[] }) => {
  const { t, language } = frame.voice;
  return (
    <Layout frame={frame} title={t(hallText["error.refused.title"])}>
      <Heading title={t(hallText["error.refused.title"])} />
      <ul class="stack plain-list">
        {problems.map((problem) => (
          <li>
            <p>
              <strong>{problemTitle(language, problem)}</strong>
            </p>
            <p class="soft">{problemTodo(language, problem)}</p>
            <p class="soft small">
              <code>{problem.code}</code>
            </p>
          </li>
        ))}
      </ul>
      <div class="actions">
        <a class="button button--quiet" href={frame.path}>
          {t(hallText["error.again"])}
        </a>
        <a href={inPool(frame, "")}>{t(hallText["error.home"])}</a>
      </div>
    </Layout>
  );
};

export const FaultPage = ({ frame, reference }: { frame: Frame; reference: string }) => {
  const { t } = frame.voice;
  return (
    <Layout frame={frame} title={t(hallText["error.500.title"])}>
      <Heading title={t(hallText["error.500.title"])} lead={t(hallText["error.500.text"])} />
      <p>
        {t(hallText["error.500.reference"])} <code>{reference}</code>
      </p>
    </Layout>
  );
};
