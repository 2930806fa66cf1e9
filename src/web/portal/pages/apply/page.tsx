import type { Child } from "hono/jsx";
import { hallText } from "../../../../text/portal-hall.js";
import { portalText } from "../../../../text/portal.js";
import { Answers } from "../../components/answers.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { Choices } from "../../components/field.js";
import { answerId, FormFieldInput } from "../../components/form-field.js";
import { PlaceField } from "../../components/place-field.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import type { ApplyView, BeginView, CheckView, DetailsView, PapersView } from "./view.js";

const Shell = ({ frame, view, title, labels, links, children }: {
  frame: Frame;
  view: ApplyView;
  title: string;
  labels: Readonly<Record<string, string>>;
  links?: Readonly<Record<string, string>>;
  children: Child;
}) => {
  const { voice } = frame;
  const { t, name } = voice;
  return (
    <Layout
      frame={frame}
      title={`${title} – ${name(view.names)}`}
      hasErrors={view.problems.length > 0}
      breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, ""), label: t(portalText["nav.home"]) }, { href: view.guideHref, label: name(view.names) }]} />}
    >
      <div class="column">
        <ErrorSummary voice={voice} problems={view.problems} labels={labels} {...(links === undefined ? {} : { links })} />
        <p class="soft form-step">
          {name(view.names)} · {t(hallText["apply.step"], { step: view.step, steps: view.steps })}
        </p>
        {children}
      </div>
    </Layout>
  );
};

/** The first page: where it is, and for whom. */
export const BeginPage = ({ frame, view }: { frame: Frame; view: BeginView }) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  const nobody = view.who.length === 0 && !view.mayBeSelf;
  return (
    <Shell frame={frame} view={view} title={t(hallText["apply.begin.title"])} labels={{ division: t(hallText["apply.place"]), enterprise: t(hallText["apply.who"]) }}>
      <h1>{t(hallText["apply.begin.title"])}</h1>
      <p class="lead">{t(hallText["apply.begin.lead"])}</p>
      {nobody ? (
        <p>{t(hallText["apply.agent-needed"])}</p>
      ) : (
        <form class="form" method="post" action={view.action} novalidate>
          <input type="hidden" name="key" value={view.idempotencyKey} />
          {view.generation === undefined ? null : <input type="hidden" name="generation" value={String(view.generation)} />}
          {view.returning ? <input type="hidden" name="return" value="check" /> : null}
          <PlaceField voice={voice} label={t(hallText["apply.place"])} hint={t(hallText["apply.place.hint"])} places={view.places} value={view.division} error={errors["division"]} />
          {view.who.length === 0 ? null : (
            <Choices
              voice={voice}
              id="enterprise"
              label={t(hallText["apply.who"])}
              error={errors["enterprise"]}
              values={[view.enterprise ?? (view.mayBeSelf ? "" : (view.who[0]?.code ?? ""))]}
              options={[
                ...(view.mayBeSelf ? [{ value: "", label: t(hallText["apply.who.self"]) }] : []),
                ...view.who.map(({ code, name }) => ({ value: code, label: t(hallText["apply.who.enterprise"], { name, code }) })),
              ]}
            />
          )}
          <div class="actions">
            <button class="button">{t(hallText["apply.continue"])}</button>
            <a href={view.guideHref}>{t(hallText["apply.back"])}</a>
          </div>
        </form>
      )}
    </Shell>
  );
};

/** One question, or a small group of questions that belong together. */
export const DetailsPage = ({ frame, view }: { frame: Frame; view: DetailsView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const errors = fieldErrors(voice, view.problems);
  const alone = view.fields.length === 1;
  const title = alone && view.fields[0] !== undefined ? name(view.fields[0].names) : t(hallText["apply.details"]);
  return (
    <Shell frame={frame} view={view} title={title} labels={Object.fromEntries(view.fields.map((field) => [answerId(field.field), name(field.names)]))}>
      {alone ? null : (
        <>
          <h1>{title}</h1>
          <p class="field__hint">{t(portalText["required.note"])}</p>
        </>
      )}
      <form class="form" method="post" action={view.action} novalidate>
        <input type="hidden" name="generation" value={String(view.generation)} />
        {view.returning ? <input type="hidden" name="return" value="check" /> : null}
        {view.fields.map((field) => (
          <FormFieldInput voice={voice} field={field} value={view.answers[field.field]} error={errors[answerId(field.field)]} divisions={view.places} asHeading={alone} />
        ))}
        <div class="actions">
          <button class="button" name="go" value="on">
            {t(hallText["apply.continue"])}
          </button>
          <button class="button button--quiet" name="go" value="save">
            {t(hallText["apply.save"])}
          </button>
          <a href={view.back}>{t(hallText["apply.back"])}</a>
        </div>
      </form>
    </Shell>
  );
};

/** Which papers are at hand. Nothing is uploaded: whoever handles the request says when they are needed. */
export const PapersPage = ({ frame, view }: { frame: Frame; view: PapersView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  return (
    <Shell frame={frame} view={view} title={t(hallText["apply.papers"])} labels={{ materials: t(hallText["apply.papers"]) }}>
      <form class="form" method="post" action={view.action} novalidate>
        <input type="hidden" name="generation" value={String(view.generation)} />
        {view.returning ? <input type="hidden" name="return" value="check" /> : null}
        <Choices
          voice={voice}
          id="materials"
          type="checkbox"
          asHeading
          label={t(hallText["apply.papers"])}
          hint={t(hallText["apply.papers.hint"])}
          values={view.ready}
          options={view.materials.map((material) => ({
            value: material.material,
            label: name(material.names),
            hint: t(hallText["item.need.copies"], { form: t(hallText[`item.form.${material.form}`]), copies: material.copies }),
          }))}
        />
        <div class="actions">
          <button class="button" name="go" value="on">
            {t(hallText["apply.continue"])}
          </button>
          <button class="button button--quiet" name="go" value="save">
            {t(hallText["apply.save"])}
          </button>
          <a href={view.back}>{t(hallText["apply.back"])}</a>
        </div>
      </form>
    </Shell>
  );
};

/** Everything once more, each answer with its way back, then the declaration. */
export const CheckPage = ({ frame, view }: { frame: Frame; view: CheckView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const errors = fieldErrors(voice, view.problems);
  const own = view.materials.filter((material) => !material.waived);
  const waived = view.materials.filter((material) => material.waived);
  return (
    <Shell
      frame={frame}
      view={view}
      title={t(hallText["apply.check"])}
      labels={{
        declaration: t(hallText["apply.declaration"]),
        division: t(hallText["apply.place"]),
        enterprise: t(hallText["apply.who"]),
        ...Object.fromEntries(view.answers.map((answer) => [answerId(answer.field), answer.label])),
      }}
      links={{ division: view.placeHref, enterprise: view.placeHref, ...Object.fromEntries(view.answers.map((answer) => [answerId(answer.field), answer.href])) }}
    >
      <h1>{t(hallText["apply.check"])}</h1>
      <p class="lead">{t(hallText["apply.check.lead"])}</p>
      <section class="section" aria-labelledby="who">
        <h2 id="who">{t(hallText["apply.check.section.who"])}</h2>
        <Answers
          voice={voice}
          answers={[
            { label: t(hallText["apply.who"]), value: view.applicant, changeHref: view.placeHref },
            { label: t(hallText["apply.place"]), value: view.place, changeHref: view.placeHref },
          ]}
        />
      </section>
      {view.answers.length === 0 ? null : (
        <section class="section" aria-labelledby="answers">
          <h2 id="answers">{t(hallText["apply.check.section.answers"])}</h2>
          <Answers voice={voice} answers={view.answers.map(({ label, value, href }) => ({ label, value, changeHref: href }))} />
        </section>
      )}
      <section class="section" aria-labelledby="papers">
        <h2 id="papers">{t(hallText["apply.check.section.papers"])}</h2>
        {view.materials.length === 0 ? <p>{t(hallText["apply.papers.none"])}</p> : null}
        {own.length === 0 ? null : (
          <Answers
            voice={voice}
            answers={own.map((material) => ({
              label: name(material.names),
              value: t(hallText[view.ready.includes(material.material) ? "apply.papers.have" : "apply.papers.later"]),
              changeHref: view.papersHref,
            }))}
          />
        )}
        {waived.length === 0 ? null : (
          <div>
            <p class="soft">{t(hallText["apply.papers.waived"])}</p>
            <ul class="bullets soft">
              {waived.map((material) => (
                <li>{name(material.names)}</li>
              ))}
            </ul>
          </div>
        )}
      </section>
      <form class="form" method="post" action={view.action} novalidate>
        <input type="hidden" name="generation" value={String(view.generation)} />
        <input type="hidden" name="key" value={view.idempotencyKey} />
        <Choices
          voice={voice}
          id="declaration"
          type="checkbox"
          label={t(hallText["apply.declaration"])}
          error={errors["declaration"] === undefined ? undefined : t(hallText["apply.declaration.missing"])}
          options={[{ value: "yes", label: t(hallText["apply.declaration.text"]) }]}
        />
        <div class="actions">
          <button class="button button--start">{t(hallText["apply.submit"])}</button>
          <a href={view.back}>{t(hallText["apply.back"])}</a>
        </div>
        <p class="soft small">{t(hallText["apply.submit.note"])}</p>
      </form>
    </Shell>
  );
};
