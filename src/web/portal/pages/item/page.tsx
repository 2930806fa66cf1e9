import type { Child } from "hono/jsx";
import type { ItemGuide, Material } from "../../../../domain/catalogue/item.js";
import { basisText } from "../../../../text/legal-basis.js";
import { hallText } from "../../../../text/portal-hall.js";
import { portalText } from "../../../../text/portal.js";
import type { Voice } from "../../../../text/voice.js";
import { audienceWords, levelWords, stageWords, taskTypeWords } from "../../../../text/words.js";
import { Facts } from "../../components/answers.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { DataTable } from "../../components/data-table.js";
import { SelectField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import type { ItemView } from "./view.js";

/** Answers in the order people ask: may I, what do I need, how long today, what does it cost, start. */
export const ItemPage = ({ frame, view }: { frame: Frame; view: ItemView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { guide } = view;
  // Chinese sentences follow one another without a space.
  const space = voice.language === "zh" ? "" : " ";
  const start = inPool(frame, `/items/${encodeURIComponent(guide.item)}/apply${view.division === "" ? "" : `?division=${view.division}`}`);
  return (
    <Layout
      frame={frame}
      title={name(guide.names)}
      breadcrumbs={
        <Breadcrumbs
          voice={voice}
          trail={[
            { href: inPool(frame, ""), label: t(portalText["nav.home"]) },
            { href: inPool(frame, "/items"), label: t(portalText["nav.items"]) },
            { href: inPool(frame, `/items?theme=${encodeURIComponent(guide.theme)}`), label: name(guide.themeNames) },
          ]}
        />
      }
    >
      <div class="page-guide">
        <Heading over={`${t(taskTypeWords[guide.taskType])} · ${t(levelWords[guide.level])}`} title={name(guide.names)} />
        {view.guessed ? (
          <Notice kind="warning">
            <p>{t(hallText["item.guessed"])}</p>
          </Notice>
        ) : null}
        <Question title={t(hallText["item.may"])}>
          <p>{t(hallText["item.may.for"], { audience: voice.list(guide.audience.map((one) => t(audienceWords[one]))) })}</p>
          {guide.conditions.length === 0 ? (
            <p>{t(hallText["item.may.none"])}</p>
          ) : (
            <ul class="bullets">
              {guide.conditions.map((condition) => (
                <li>{name(condition)}</li>
              ))}
            </ul>
          )}
        </Question>
        <Question title={t(hallText["item.need"])}>
          <Materials voice={voice} materials={guide.materials} />
        </Question>
        <Question title={t(hallText["item.time"])}>
          <p class="big-figure">{guide.promisedDays === 0 ? t(hallText["items.at-once"]) : t(hallText["item.time.promised"], { days: guide.promisedDays })}</p>
          <p>{t(hallText["item.time.now"], { date: voice.date(view.dueIfNow) })}</p>
          <Course frame={frame} view={view} />
          <p class="soft">
            {guide.visits === 0 ? t(hallText["item.time.no-visits"]) : t(hallText["item.time.visits"], { visits: guide.visits })}
            {space}
            {t(hallText["item.time.statutory"], { days: guide.statutoryDays })}
          </p>
        </Question>
        <Question title={t(hallText["item.cost"])}>
          <p class="big-figure">{guide.fee.fen === 0 ? t(hallText["items.free"]) : voice.money(guide.fee.fen)}</p>
          {guide.fee.basis === undefined ? null : <p class="soft">{t(hallText["item.cost.basis"], { basis: guide.fee.basis })}</p>}
        </Question>
        <Question title={t(hallText["item.begin"])}>
          <p>
            <a class="button button--start" href={start}>
              {t(hallText["item.start"])}
            </a>
          </p>
          <p class="soft">{t(hallText["item.start.note"])}</p>
          {view.bundles.length === 0 ? null : (
            <p>
              {t(hallText["item.bundles"])}{" "}
              {view.bundles.map((bundle, index) => (
                <>
                  {index > 0 ? (voice.language === "zh" ? "、" : ", ") : ""}
                  <a href={inPool(frame, `/bundles/${bundle.code}`)}>{name(bundle.names)}</a>
                </>
              ))}
            </p>
          )}
        </Question>
        <section class="section" aria-labelledby="offices">
          <h2 id="offices">{t(hallText["item.offices"])}</h2>
          {view.offices.length === 0 ? (
            <Notice kind="warning">
              <p>{t(hallText["item.offices.none"])}</p>
            </Notice>
          ) : (
            <DataTable
              voice={voice}
              caption={t(hallText["item.offices"])}
              captionHidden
              cards
              rows={view.offices}
              columns={[
                { key: "unit", label: t(hallText["item.offices.unit"]), header: true, cell: (office) => name(office.unit) },
                { key: "division", label: t(hallText["item.offices.division"]), cell: (office) => name(office.division) },
                { key: "address", label: t(hallText["item.offices.address"]), cell: (office) => office.address ?? "—" },
                { key: "phone", label: t(hallText["item.offices.phone"]), cell: (office) => office.phone ?? "12345" },
              ]}
            />
          )}
        </section>
        <section class="section" aria-labelledby="guide">
          <h2 id="guide">{t(hallText["item.guide"])}</h2>
          <Guide frame={frame} view={view} />
        </section>
      </div>
    </Layout>
  );
};

/** How long it takes today depends on where: people choose their place, and see what lately happened there. */
const Course = ({ frame, view }: { frame: Frame; view: ItemView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { course } = view;
  const days = (count: number): string => t(hallText[count === 0 ? "item.time.same-day" : "items.promised"], { days: count });
  return (
    <div class="stack-s">
      <form method="get" class="filters" action={inPool(frame, `/items/${encodeURIComponent(view.guide.item)}`)}>
        <SelectField voice={voice} id="division" label={t(hallText["item.time.where"])} none={t(hallText["apply.place.choose"])} value={view.division} options={view.places.map((place) => ({ value: place.value, label: name(place.names) }))} />
        <button class="button button--quiet">{t(hallText["item.time.show"])}</button>
      </form>
      {view.division === "" ? null : (
        <p class="soft" role="status">
          {course === undefined || course.p50Days === null || course.p90Days === null
            ? t(hallText["item.time.recent.none"])
            : t(hallText["item.time.recent"], { count: course.completed, p50: days(course.p50Days), p90: days(course.p90Days) })}
          {course !== undefined && course.open > 0 ? `${voice.language === "zh" ? "" : " "}${t(hallText["item.time.waiting"], { count: course.open })}` : ""}
        </p>
      )}
    </div>
  );
};

const Question = ({ title, children }: { title: string; children: Child }) => (
  <section class="question">
    <h2>{title}</h2>
    <div class="question__body">{children}</div>
  </section>
);

export const Materials = ({ voice, materials }: { voice: Voice; materials: readonly Material[] }) => {
  const { t, name } = voice;
  if (materials.length === 0) return <p>{t(hallText["item.need.none"])}</p>;
  return (
    <ol class="materials">
      {[...materials]
        .sort((a, b) => Number(a.waived) - Number(b.waived))
        .map((material) => (
          <li>
            <span>
              <span class={material.waived ? "soft" : undefined}>{name(material.names)}</span>
              <span class="tasks__hint">
                {material.waived
                  ? t(hallText["item.need.waived"])
                  : t(hallText["item.need.copies"], { form: t(hallText[`item.form.${material.form}`]), copies: material.copies })}
                {material.note === undefined ? "" : ` · ${name(material.note)}`}
              </span>
            </span>
          </li>
        ))}
    </ol>
  );
};

const MODES: Readonly<Record<string, keyof typeof hallText>> = {
  online: "item.guide.mode.online",
  counter: "item.guide.mode.counter",
  mail: "item.guide.mode.mail",
};

const Guide = ({ frame, view }: { frame: Frame; view: ItemView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { guide } = view;
  const list = (items: readonly Child[]) =>
    items.length === 0 ? (
      "—"
    ) : (
      <ol class="plain-list">
        {items.map((item) => (
          <li>{item}</li>
        ))}
      </ol>
    );
  const comma = voice.language === "zh" ? "、" : ", ";
  return (
    <Facts
      facts={[
        [t(hallText["item.guide.code"]), <code>{guide.item}</code>],
        [t(hallText["item.guide.type"]), t(taskTypeWords[guide.taskType])],
        [t(hallText["item.guide.level"]), t(levelWords[guide.level])],
        [t(hallText["item.guide.unit"]), view.offices.length === 1 ? name(view.offices[0]?.unit ?? { zh: "", en: "" }) : t(hallText["item.guide.by-place"])],
        [t(hallText["item.guide.basis"]), list(guide.basis.map((one) => basisText(voice, one)))],
        [t(hallText["item.guide.conditions"]), list(guide.conditions.map(name))],
        [t(hallText["item.guide.process"]), processText(voice, guide)],
        [t(hallText["item.guide.limits"]), t(hallText["item.guide.limits.text"], { statutory: guide.statutoryDays, promised: guide.promisedDays })],
        [t(hallText["item.guide.fee"]), guide.fee.fen === 0 ? t(hallText["items.free"]) : `${voice.money(guide.fee.fen)} ${guide.fee.basis ?? ""}`],
        [t(hallText["item.guide.result"]), name(guide.result)],
        [t(hallText["item.guide.modes"]), guide.modes.map((mode) => (MODES[mode] === undefined ? mode : t(hallText[MODES[mode]]))).join(comma)],
        [t(hallText["item.guide.help"]), t(hallText["item.guide.help.text"])],
        [t(hallText["item.guide.version"]), String(view.version)],
        [t(hallText["item.guide.source"]), guide.source],
      ]}
    />
  );
};

function processText(voice: Voice, guide: ItemGuide): string {
  const names = guide.recipe.steps.map((step) => voice.name(step.names) || voice.t(stageWords[step.stage]));
  return names.join(" → ");
}
