import type { TaskForcePreview } from "../../../../app/rebalance/task-forces.js";
import type { Problem } from "../../../../domain/problem.js";
import { taskForceText } from "../../../../text/portal-task-forces.js";
import { taskForceFormText as words } from "../../../../text/task-force-form.js";
import { Facts } from "../../components/answers.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors, fieldId } from "../../components/error-summary.js";
import { Suggestions, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { day, said } from "../../components/told.js";
import type { TaskForceNames } from "./page.js";

/** A member as it was typed, and what it has that could be given. */
export interface MemberRow {
  /** Null: no such unit, or nothing typed yet. */
  readonly unit: string | null;
  readonly resources: readonly { readonly code: string; readonly label: string; readonly total: string | null }[];
  /** It has more than are listed. */
  readonly hasMore: boolean;
}

export interface TaskForceFormView extends TaskForceNames {
  readonly unitChoices: readonly Choice[];
  readonly itemChoices: readonly Choice[];
  readonly typed: Readonly<Record<string, string>>;
  readonly members: readonly MemberRow[];
  readonly itemRows: number;
  readonly preview: TaskForcePreview | undefined;
  readonly isChanged: boolean;
  readonly key: string;
  readonly problems: readonly Problem[];
}

type Part = { readonly frame: Frame; readonly view: TaskForceFormView };

const UNITS = "force-units";
const ITEMS = "force-items";

export const TaskForceFormPage = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { typed, problems, members } = view;
  const base = inPool(frame, "/centre/task-forces");
  const errors = fieldErrors(voice, problems);
  const itemRows = Array.from({ length: view.itemRows }, (_, at) => at);
  const labels: Record<string, string> = {
    taskForce: t(words.id),
    "names.zh": t(words["names.zh"]),
    "names.en": t(words["names.en"]),
    basis: t(taskForceText.basis),
    until: t(taskForceText.until),
    parent: t(taskForceText.parent),
    ...Object.fromEntries(members.map((_, at) => [`members.${at}.unit`, t(words.member, { nth: String(at + 1) })])),
    ...Object.fromEntries(members.flatMap(({ resources }) => resources.map(({ code, label }) => [`amount.${code}`, label]))),
    ...Object.fromEntries(itemRows.flatMap((at) => [[`items.${at}.item`, t(words.item, { nth: String(at + 1) })], [`items.${at}.divisions`, t(words.divisions, { nth: String(at + 1) })]])),
  };
  const field = (path: string) => ({ voice, id: fieldId(path), name: path, label: labels[path] ?? path, value: typed[path], error: errors[fieldId(path)], autocomplete: "off", spellcheck: false });
  return (
    <Layout frame={frame} title={t(taskForceText.new)} wide hasErrors={problems.length > 0} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: base, label: t(taskForceText.title) }]} />}>
      <ErrorSummary voice={voice} problems={problems} labels={Object.fromEntries(Object.entries(labels).map(([path, label]) => [fieldId(path), label]))} />
      <Heading title={t(taskForceText.new)} lead={t(words.lead)} />
      {view.preview === undefined ? null : <Preview frame={frame} view={view} preview={view.preview} />}
      <form class="form" method="post" action={`${base}/new`}>
        <input type="hidden" name="key" value={view.key} />
        <input type="hidden" name="memberRows" value={String(members.length)} />
        <input type="hidden" name="itemRows" value={String(view.itemRows)} />
        {view.preview === undefined ? null : <input type="hidden" name="seen" value={view.preview.hash} />}
        {/* Enter in a field looks at it, and adds no row. */}
        <button class="visually-hidden" name="act" value="preview" tabindex={-1} aria-hidden="true">
          {t(words.preview)}
        </button>
        <Suggestions id={UNITS} options={view.unitChoices} />
        <Suggestions id={ITEMS} options={view.itemChoices} />
        <TextField {...field("names.zh")} maxlength={200} />
        <TextField {...field("names.en")} maxlength={200} />
        <TextField {...field("taskForce")} hint={t(words["id.hint"])} width="medium" maxlength={63} />
        <TextField {...field("basis")} hint={t(words["basis.hint"])} maxlength={500} />
        <TextField {...field("until")} hint={t(words["until.hint"])} type="date" width="medium" />
        <TextField {...field("parent")} hint={t(words["parent.hint"])} list={UNITS} maxlength={160} optional />
        <fieldset class="fieldset">
          <legend class="fieldset__legend">{t(words.members)}</legend>
          <p class="field__hint">{t(words["members.lead"])}</p>
          {members.map((member, at) => (
            <>
              <TextField {...field(`members.${at}.unit`)} list={UNITS} maxlength={160} />
              {member.unit === null ? null : <Given member={member} field={field} t={t} name={said(voice, view.units, member.unit)} />}
            </>
          ))}
          <div class="actions">
            <button class="button button--quiet" name="act" value="list">
              {t(words.list)}
            </button>
            <button class="button button--quiet" name="act" value="add-member">
              {t(words["add.member"])}
            </button>
          </div>
        </fieldset>
        <fieldset class="fieldset">
          <legend class="fieldset__legend">{t(words.items)}</legend>
          <p class="field__hint">{t(words["items.lead"])}</p>
          {itemRows.map((at) => (
            <>
              <TextField {...field(`items.${at}.item`)} hint={t(words["item.hint"])} list={ITEMS} maxlength={200} />
              <TextField {...field(`items.${at}.divisions`)} hint={t(words["divisions.hint"])} maxlength={2_000} optional />
            </>
          ))}
          <div class="actions">
            <button class="button button--quiet" name="act" value="add-item">
              {t(words["add.item"])}
            </button>
          </div>
        </fieldset>
        <div class="actions">
          {view.preview === undefined ? null : (
            <button class="button" name="act" value="propose">
              {t(words.propose)}
            </button>
          )}
          <button class={view.preview === undefined ? "button" : "button button--quiet"} name="act" value="preview">
            {t(words.preview)}
          </button>
        </div>
      </form>
    </Layout>
  );
};

const Given = ({ member, field, t, name }: {
  readonly member: MemberRow;
  readonly field: (path: string) => Parameters<typeof TextField>[0];
  readonly t: Frame["voice"]["t"];
  readonly name: string;
}) => (
  <fieldset class="fieldset">
    <legend class="fieldset__legend">{name}</legend>
    {member.resources.length === 0 ? <p class="soft">{t(words.nothing)}</p> : <p class="field__hint">{t(words["amount.hint"])}</p>}
    {member.resources.map(({ code, total }) => (
      <TextField {...field(`amount.${code}`)} hint={total === null ? undefined : t(words.total, { amount: total })} width="short" maxlength={15} optional />
    ))}
    {member.hasMore ? <p class="soft">{t(words.more, { count: String(member.resources.length) })}</p> : null}
  </fieldset>
);

const Preview = ({ frame, view, preview: { content, asked } }: Part & { readonly preview: TaskForcePreview }) => {
  const { voice } = frame;
  const { t } = voice;
  const unit = (id: string): string => said(voice, view.units, id);
  return (
    <section class="section" aria-labelledby="preview">
      <h2 id="preview">{t(words["preview.title"])}</h2>
      {view.isChanged ? (
        <Notice live kind="warning">
          <p>{t(words.changed)}</p>
        </Notice>
      ) : null}
      <Facts
        facts={[
          [t(taskForceText.id), voice.name(content.names)],
          [t(taskForceText.basis), content.basis],
          [t(taskForceText.until), day(voice, content.until)],
          content.parent === null ? undefined : [t(taskForceText.parent), unit(content.parent)],
          [t(taskForceText.members), content.members.map(unit).join(" · ")],
          [t(taskForceText.leads), content.leads.map(unit).join(" · ")],
          [t(words.asked), asked.length === 0 ? t(words["asked.none"]) : asked.map(unit).join(" · ")],
          ...content.items.map(({ item, divisions }): [string, string] => [
            t(taskForceText.item),
            `${said(voice, view.items, item)} · ${divisions.length === 0 ? t(taskForceText.everywhere) : divisions.map((one) => said(voice, view.divisions, one)).join(" · ")}`,
          ]),
        ]}
      />
      <Listing
        voice={voice}
        caption={t(taskForceText.resources)}
        rows={content.resources}
        none={<p class="soft">{`${t(taskForceText.resources)}: ${t(words["given.none"])}`}</p>}
        columns={[
          { key: "resource", label: t(taskForceText.resource), header: true, cell: (one) => one.resource },
          { key: "unit", label: t(taskForceText.unit), cell: (one) => unit(one.unit) },
          { key: "amount", label: t(taskForceText.amount), number: true, cell: (one) => voice.amount(one.amount, view.classes.get(one.classId)?.measure ?? "piece") },
        ]}
      />
    </section>
  );
};
