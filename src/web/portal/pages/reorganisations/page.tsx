import type { Names } from "../../../../domain/catalogue/item.js";
import type { DutyFault } from "../../../../app/duties/read-gaps.js";
import type { ReorganisationEffect } from "../../../../app/reorganise/effect.js";
import type { Instant } from "../../../../domain/instant.js";
import type { Reorganisation, ReorganisationChange } from "../../../../domain/org/reorganisation.js";
import type { Problem } from "../../../../domain/problem.js";
import { problemTitle } from "../../../../text/problems.js";
import { reorganiseText } from "../../../../text/reorganise.js";
import type { Voice } from "../../../../text/voice.js";
import { DataTable, Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { Suggestions, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty, Notice, Tabs } from "../../components/panels.js";
import { said } from "../../components/told.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { CHANGE_KINDS, ChangeFields, changeLabels, type ChangeKind } from "./change-fields.js";

export const REFORM_DONE = ["saved", "changed", "committed", "withdrawn", "rolled-back", "asked"] as const;
export type ReformDone = (typeof REFORM_DONE)[number];

export interface ReformsView {
  readonly reforms: readonly Reorganisation[];
  readonly names: ReadonlyMap<string, Names>;
  readonly units: readonly Choice[];
  readonly may: boolean;
  /** What the form drafts. */
  readonly kind: ChangeKind;
  readonly isDrafting: boolean;
  readonly key: string;
  readonly problems: readonly Problem[];
  readonly typed: Readonly<Record<string, string>>;
}

export interface ReformView {
  readonly reform: Reorganisation;
  readonly effect: ReorganisationEffect | undefined;
  readonly names: ReadonlyMap<string, Names>;
  readonly divisions: ReadonlyMap<string, Names>;
  readonly may: boolean;
  readonly mayCommit: boolean;
  /** Why this person is not the second one. */
  readonly notSecond: Problem | undefined;
  /** To withdraw what is decided, or put it back: whether they may, when somebody asked, and why another must do it. */
  readonly back: { readonly may: boolean; readonly askedAt: Instant | undefined; readonly notSecond: Problem | undefined };
  /** The form for another change. */
  readonly adding: { readonly kind: ChangeKind; readonly isOpen: boolean; readonly units: readonly Choice[]; readonly typed: Readonly<Record<string, string>> };
  readonly key: string;
  readonly done: ReformDone | undefined;
  readonly problems: readonly Problem[];
}

const here = (frame: Frame, path: string): string => inPool(frame, `/centre/reorganisations${path}`);
const saidOr = (voice: Voice, names: ReadonlyMap<string, Names>, id: string | null, none = "—"): string => (id === null ? none : said(voice, names, id));

function inWords(voice: Voice, names: ReadonlyMap<string, Names>, change: ReorganisationChange): string {
  const { t } = voice;
  const unit = (id: string): string => saidOr(voice, names, id);
  switch (change.kind) {
    case "merge":
      return t(reorganiseText["change.merge"], { from: voice.list(change.from.map(unit)), into: unit(change.into) });
    case "rename":
      return t(reorganiseText["change.rename"], { unit: unit(change.unit), to: change.names === null ? change.to : voice.name(change.names) });
    default: {
      const what = voice.list([...change.items, ...change.resources]);
      return t(reorganiseText[`change.${change.kind}`], { from: unit(change.from), to: change.kind === "split" ? voice.name(change.names) : unit(change.to), what });
    }
  }
}

const when = (voice: Voice, { appliedAt, effectiveAt }: Reorganisation): string => (appliedAt ?? effectiveAt) === null ? "—" : voice.dateTime(appliedAt ?? effectiveAt ?? 0);

/** Reforms drafted, to come, made and taken back. */
export const ReformsPage = ({ frame, view }: { readonly frame: Frame; readonly view: ReformsView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const errors = fieldErrors(voice, view.problems);
  const { typed } = view;
  return (
    <Layout frame={frame} title={t(reorganiseText.title)} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary
        voice={voice}
        problems={view.problems}
        labels={{ ...draftLabels(voice), ...changeLabels(voice, view.kind) }}
      />
      <Heading title={t(reorganiseText.title)} lead={t(reorganiseText.lead)} />
      <Listing
        voice={voice}
        caption={t(reorganiseText.title)}
        rows={view.reforms}
        none={<Empty title={t(reorganiseText["empty.title"])} text={t(reorganiseText["empty.text"])} />}
        columns={[
          { key: "name", label: t(reorganiseText.name), header: true, cell: (row) => <a href={here(frame, `/${row.id}`)}>{name(row.names)}</a> },
          { key: "state", label: t(reorganiseText["field.state"]), cell: (row) => t(reorganiseText[`state.${row.state}`]) },
          { key: "when", label: t(reorganiseText.effective), cell: (row) => when(voice, row) },
          { key: "changes", label: t(reorganiseText.changes), cell: (row) => row.changes.slice(0, 3).map((change) => inWords(voice, view.names, change)).join(voice.language === "zh" ? "；" : "; ") },
        ]}
      />
      {view.may ? (
        <section class="section">
          <Details summary={t(reorganiseText.new)} open={view.isDrafting}>
            <DraftForm frame={frame} view={view} />
          </Details>
        </section>
      ) : null}
    </Layout>
  );
};

const draftLabels = ({ t }: Voice): Readonly<Record<string, string>> => ({ reorganisation: t(reorganiseText["new.id"]), "names-zh": t(reorganiseText["new.zh"]), "names-en": t(reorganiseText["new.en"]), basis: t(reorganiseText.basis) });

/** A draft begins with one change; others are added on its page. */
const DraftForm = ({ frame, view }: { readonly frame: Frame; readonly view: ReformsView }) => {
  const { voice } = frame;
  const { t } = voice;
  const { kind, typed } = view;
  const errors = fieldErrors(voice, view.problems);
  return (
    <>
      <Tabs label={t(reorganiseText.new)} tabs={CHANGE_KINDS.map((one) => ({ href: here(frame, `?kind=${one}`), label: t(reorganiseText[`new.kind.${one}`]), current: one === kind }))} />
      <form method="post" action={here(frame, "")}>
        <input type="hidden" name="key" value={view.key} />
        <input type="hidden" name="kind" value={kind} />
        <TextField voice={voice} id="reorganisation" label={t(reorganiseText["new.id"])} hint={t(reorganiseText["new.id.hint"])} value={typed["reorganisation"]} maxlength={63} spellcheck={false} error={errors["reorganisation"]} />
        <TextField voice={voice} id="names-zh" name="zh" label={t(reorganiseText["new.zh"])} value={typed["zh"]} maxlength={200} error={errors["names-zh"]} />
        <TextField voice={voice} id="names-en" name="en" label={t(reorganiseText["new.en"])} value={typed["en"]} maxlength={200} error={errors["names-en"]} />
        <TextField voice={voice} id="basis" label={t(reorganiseText.basis)} value={typed["basis"]} maxlength={2_000} error={errors["basis"]} />
        <ChangeFields voice={voice} kind={kind} typed={typed} errors={errors} />
        <p class="soft small">{t(reorganiseText["new.note"])}</p>
        <div class="actions">
          <button class="button">{t(reorganiseText["new.save"])}</button>
        </div>
        <Suggestions id="units" options={view.units} />
      </form>
    </>
  );
};

/** One reform with what it would do, or did, and what may be done about it. */
export const ReformPage = ({ frame, view }: { readonly frame: Frame; readonly view: ReformView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { reform, effect } = view;
  const blocked = [...view.problems, ...reform.problems];
  return (
    <Layout frame={frame} title={name(reform.names)} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={{ effectiveAt: t(reorganiseText["act.at"]), ...changeLabels(voice, view.adding.kind) }} />
      <Heading over={<a href={here(frame, "")}>{t(reorganiseText.title)}</a>} title={name(reform.names)} lead={`${t(reorganiseText[`state.${reform.state}`])} · ${reform.basis}`} />
      {view.done === undefined ? null : (
        <Notice live>
          <p>{t(reorganiseText[`done.${view.done}`])}</p>
        </Notice>
      )}
      {blocked.length > 0 && view.problems.length === 0 ? (
        <Notice kind="warning">
          <p>{t(reorganiseText["effect.impossible"])}</p>
          <ul>
            {blocked.map((found) => (
              <li>{problemTitle(voice.language, found)}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <section class="section" aria-labelledby="changes">
        <h2 id="changes">{t(reorganiseText.changes)}</h2>
        <ul>
          {reform.changes.map((change, at) => (
            <li class="row">
              <span>{inWords(voice, view.names, change)}</span>
              {reform.state === "draft" && view.may && reform.changes.length > 1 ? (
                <form method="post" action={here(frame, `/${reform.id}/changes/${at}/removal`)}>
                  <input type="hidden" name="key" value={`${view.key}-remove-${at}`} />
                  <input type="hidden" name="generation" value={String(reform.generation)} />
                  <button class="button button--quiet" aria-label={t(reorganiseText["change.remove.of"], { change: inWords(voice, view.names, change) })}>
                    {t(reorganiseText["change.remove"])}
                  </button>
                </form>
              ) : null}
            </li>
          ))}
        </ul>
        <p>
          {t(reorganiseText.effective)}: {when(voice, reform)}
        </p>
        {reform.state === "draft" && view.may ? (
          <Details summary={t(reorganiseText["change.add"])} open={view.adding.isOpen}>
            <AddForm frame={frame} view={view} />
          </Details>
        ) : null}
      </section>
      {effect === undefined ? null : <Effect frame={frame} view={view} effect={effect} />}
      {view.may || view.mayCommit || view.back.may ? <Acts frame={frame} view={view} /> : null}
    </Layout>
  );
};

/** Another change of the draft, made after those before it. */
const AddForm = ({ frame, view }: { readonly frame: Frame; readonly view: ReformView }) => {
  const { voice } = frame;
  const { t } = voice;
  const { kind, typed, units } = view.adding;
  return (
    <>
      <Tabs label={t(reorganiseText["change.add"])} tabs={CHANGE_KINDS.map((one) => ({ href: here(frame, `/${view.reform.id}?kind=${one}`), label: t(reorganiseText[`new.kind.${one}`]), current: one === kind }))} />
      <form method="post" action={here(frame, `/${view.reform.id}/changes`)}>
        <input type="hidden" name="key" value={`${view.key}-add`} />
        <input type="hidden" name="generation" value={String(view.reform.generation)} />
        <input type="hidden" name="kind" value={kind} />
        <ChangeFields voice={voice} kind={kind} typed={typed} errors={fieldErrors(voice, view.problems)} />
        <div class="actions">
          <button class="button">{t(reorganiseText["change.add"])}</button>
        </div>
        <Suggestions id="units" options={units} />
      </form>
    </>
  );
};

const Effect = ({ frame, view, effect }: { readonly frame: Frame; readonly view: ReformView; readonly effect: ReorganisationEffect }) => {
  const { voice } = frame;
  const { t, name, number } = voice;
  const nobody = t(reorganiseText["effect.nobody"]);
  if (effect.problems.length > 0) {
    return (
      <Notice kind="warning">
        <p>{t(reorganiseText["effect.impossible"])}</p>
        <ul>
          {effect.problems.map((found) => (
            <li>{problemTitle(voice.language, found)}</li>
          ))}
        </ul>
      </Notice>
    );
  }
  return (
    <section class="section" aria-labelledby="effect">
      <h2 id="effect">{t(reorganiseText["effect.title"])}</h2>
      <p>{t(reorganiseText["effect.sums"], { resources: effect.resources, assets: effect.assets, requests: effect.requests, staying: effect.staying })}</p>
      <DataTable
        voice={voice}
        caption={t(reorganiseText["effect.units"])}
        cards
        dense
        rows={effect.units}
        columns={[
          { key: "unit", label: t(reorganiseText["effect.unit"]), header: true, cell: (row) => name(row.names) },
          { key: "becomes", label: t(reorganiseText["effect.becomes"]), cell: (row) => saidOr(voice, view.names, row.becomes) },
          { key: "staff", label: t(reorganiseText["effect.staff"]), number: true, cell: (row) => number(row.staff) },
          { key: "open", label: t(reorganiseText["effect.open"]), number: true, cell: (row) => number(row.open) },
          { key: "inHand", label: t(reorganiseText["effect.inHand"]), number: true, cell: (row) => number(row.inHand) },
        ]}
      />
      {effect.items.count === 0 ? null : (
        <DataTable
          voice={voice}
          caption={t(reorganiseText["effect.items"], { count: number(effect.items.count) })}
          cards
          dense
          rows={effect.items.listed}
          columns={[
            { key: "item", label: t(reorganiseText["effect.item"]), header: true, cell: (row) => name(row.names) },
            { key: "division", label: t(reorganiseText["effect.division"]), cell: (row) => saidOr(voice, view.divisions, row.division) },
            { key: "from", label: t(reorganiseText["effect.from"]), cell: (row) => saidOr(voice, view.names, row.from, nobody) },
            { key: "to", label: t(reorganiseText["effect.to"]), cell: (row) => saidOr(voice, view.names, row.to, nobody) },
          ]}
        />
      )}
      {(["appears", "goes"] as const).map((which) => (
        <>
          <h3>{t(reorganiseText[`effect.${which}`], { count: number(effect[which].length) })}</h3>
          {effect[which].length === 0 ? (
            <p class="soft">{t(reorganiseText["effect.none"])}</p>
          ) : (
            <ul>
              {effect[which].map((fault) => (
                <li>{faultWords(voice, fault)}</li>
              ))}
            </ul>
          )}
        </>
      ))}
    </section>
  );
};

const faultWords = (voice: Voice, fault: DutyFault): string =>
  `${voice.name(fault.divisionNames)} · ${voice.list(fault.units.map(({ names }) => voice.name(names)))} · ${voice.t(reorganiseText[`fault.${fault.reason}`], { class: fault.classId ?? "" })}`;

const Acts = ({ frame, view }: { readonly frame: Frame; readonly view: ReformView }) => {
  const { voice } = frame;
  const { t } = voice;
  const { state, id, generation } = view.reform;
  const hidden = (act: string) => (
    <>
      <input type="hidden" name="key" value={`${view.key}-${act}`} />
      <input type="hidden" name="generation" value={String(generation)} />
    </>
  );
  const errors = fieldErrors(voice, view.problems);
  return (
    <section class="section row">
      {state === "draft" && view.notSecond ? <p class="soft">{t(reorganiseText["act.not-second"], { why: problemTitle(voice.language, view.notSecond) })}</p> : null}
      {view.mayCommit && !view.notSecond ? (
        <form method="post" action={here(frame, `/${id}/commitment`)}>
          {hidden("commit")}
          <TextField voice={voice} id="effectiveAt" name="at" optional label={t(reorganiseText["act.at"])} hint="2027-01-01 00:00" width="medium" error={errors["effectiveAt"]} />
          <button class="button">{t(reorganiseText["act.commit"])}</button>
        </form>
      ) : null}
      {view.back.askedAt === undefined ? null : (
        <p class="soft">
          {view.back.notSecond
            ? t(reorganiseText["act.asked-not-second"], { day: voice.dateTime(view.back.askedAt), why: problemTitle(voice.language, view.back.notSecond) })
            : t(reorganiseText["act.asked"], { day: voice.dateTime(view.back.askedAt) })}
        </p>
      )}
      {(state === "draft" && view.may) || (state === "scheduled" && view.back.may && !view.back.notSecond) ? (
        <form method="post" action={here(frame, `/${id}/withdrawal`)}>
          {hidden("withdraw")}
          <button class="button button--quiet">{t(reorganiseText[state === "draft" || view.back.askedAt !== undefined ? "act.withdraw" : "act.ask-withdraw"])}</button>
        </form>
      ) : null}
      {state === "applied" && view.back.may && !view.back.notSecond ? (
        <form method="post" action={here(frame, `/${id}/rollback`)}>
          {hidden("rollback")}
          <button class="button button--quiet">{t(reorganiseText[view.back.askedAt === undefined ? "act.ask-roll-back" : "act.roll-back"])}</button>
        </form>
      ) : null}
    </section>
  );
};
