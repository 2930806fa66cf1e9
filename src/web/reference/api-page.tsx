import { referenceText } from "../../text/reference.js";
import { Details } from "../portal/components/panels.js";
import type { Frame } from "../portal/frame.js";
import { Layout } from "../portal/layout.js";
import type { OperationView } from "./openapi-view.js";

const RULES = ["auth", "key", "generation", "paging", "problems"] as const;

/** The whole API on one page, readable and printable without scripts. */
export const ApiPage = ({ frame, operations }: { frame: Frame; operations: ReadonlyMap<string, readonly OperationView[]> }) => {
  const { t } = frame.voice;
  return (
    <Layout frame={frame} title={t(referenceText["api.title"])} wide>
      <h1>{t(referenceText["api.title"])}</h1>
      <p class="lead">{t(referenceText["api.lead"])}</p>
      <p>
        <a href="/api/openapi.json">{t(referenceText["api.download"])}</a>
      </p>
      <h2>{t(referenceText["api.rules.title"])}</h2>
      <ul>
        {RULES.map((rule) => (
          <li>{t(referenceText[`api.rules.${rule}`])}</li>
        ))}
        <li>
          <a href="/problems">{t(referenceText["api.rules.problems.link"])}</a>
        </li>
      </ul>
      <nav aria-label={t(referenceText["api.contents"])}>
        <ul class="row">
          {[...operations].map(([tag, list]) => (
            <li>
              <a href={`#${tag}`}>{tag}</a> <span class="soft">{list.length}</span>
            </li>
          ))}
        </ul>
      </nav>
      {[...operations].map(([tag, list]) => (
        <section aria-labelledby={tag}>
          <h2 id={tag}>{tag}</h2>
          <p class="soft">{t(referenceText["api.operations"], { count: list.length })}</p>
          {list.map((operation) => (
            <Operation frame={frame} operation={operation} />
          ))}
        </section>
      ))}
    </Layout>
  );
};

const Operation = ({ frame, operation }: { frame: Frame; operation: OperationView }) => {
  const { t } = frame.voice;
  const { method, path, summary, access, parameters, body, answer, problems } = operation;
  return (
    <Details
      summary={
        <>
          <code>
            {method} {path}
          </code>{" "}
          {summary}
        </>
      }
    >
      {access === undefined ? null : (
        <p>
          {t(referenceText["api.access"])} <code>{access}</code>
        </p>
      )}
      {parameters.length === 0 ? null : (
        <>
          <h3>{t(referenceText["api.parameters"])}</h3>
          <ul>
            {parameters.map(({ name, where, required, type }) => (
              <li>
                <code>{name}</code> ({where}) {type}
                {required ? <strong> {t(referenceText["api.required"])}</strong> : null}
              </li>
            ))}
          </ul>
        </>
      )}
      {body === undefined ? null : (
        <>
          <h3>{t(referenceText["api.body"])}</h3>
          <Outline text={body} />
        </>
      )}
      {answer === undefined ? null : (
        <>
          <h3>{t(referenceText["api.answer"], { status: answer.status })}</h3>
          <Outline text={answer.schema} />
        </>
      )}
      <h3>{t(referenceText["api.refusals"])}</h3>
      <p>
        {problems.map((code) => (
          <>
            <a href={`/problems#${code}`}>
              <code>{code}</code>
            </a>{" "}
          </>
        ))}
      </p>
    </Details>
  );
};

/** Wide outlines scroll in their own box, which the keyboard can reach. */
const Outline = ({ text }: { text: string }) => (
  <pre class="outline" tabindex={0}>
    <code>{text}</code>
  </pre>
);
