import type { Names } from "../../../../domain/catalogue/item.js";
import type { DutyFault } from "../../../../app/duties/read-gaps.js";
import type { ReorganisationEffect } from "../../../../app/reorganise/effect.js";
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

export const REFORM_DONE = ["saved", "committed", "withdrawn", "rolled-back"] as const;
export type ReformDone = (typeof REFORM_DONE)[number];

export const CHANGE_KINDS = ["merge", "rename", "split", "move"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

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
        labels={labelsOf(voice, view.kind)}
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

const labelsOf = ({ t }: Voice, kind: ChangeKind): Readonly<Record<string, string>> => ({
  reorganisation: t(reorganiseText["new.id"]),
  "names-zh": t(reorganiseText["new.zh"]),
  "names-en": t(reorganiseText["new.en"]),
  basis: t(reorganiseText.basis),
  [fromId(kind)]: t(reorganiseText[`new.from.${kind}`]),
  [intoId(kind)]: t(reorganiseText[`new.into.${kind}`]),
  [`changes-0-${kind}-names-zh`]: t(reorganiseText["new.unit-zh"]),
  [`changes-0-${kind}-names-en`]: t(reorganiseText["new.unit-en"]),
  [`changes-0-${kind}-resources`]: t(reorganiseText["new.resources"]),
  [`changes-0-${kind}-items`]: t(reorganiseText["new.items"]),
});

const fromId = (kind: ChangeKind): string => `changes-0-${kind}-${kind === "rename" ? "unit" : "from"}`;
const intoId = (kind: ChangeKind): string => `changes-0-${kind}-${kind === "merge" ? "into" : "to"}`;

/** One change of each kind; a reform of many is drafted as a file. */
const DraftForm = ({ frame, view }: { readonly frame: Frame; readonly view: ReformsView }) => {
  const { voice } = frame;
  const { t } = voice;
  const { kind, typed } = view;
  const errors = fieldErrors(voice, view.problems);
  const field = (name: string) => `changes-0-${kind}-${name}`;
  const [makesUnit, movesParts] = [kind === "rename" || kind === "split", kind === "split" || kind === "move"];
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
        <TextField voice={voice} id={fromId(kind)} name="from" label={t(reorganiseText[`new.from.${kind}`])} value={typed["from"]} maxlength={800} spellcheck={false} list="units" error={errors[fromId(kind)]} />
        <TextField voice={voice} id={intoId(kind)} name="into" label={t(reorganiseText[`new.into.${kind}`])} value={typed["into"]} maxlength={63} spellcheck={false} {...(makesUnit ? {} : { list: "units" })} error={errors[intoId(kind)]} />
        {makesUnit ? (
          <>
            <TextField voice={voice} id={field("names-zh")} name="unit-zh" optional={kind === "rename"} label={t(reorganiseText["new.unit-zh"])} value={typed["unit-zh"]} maxlength={200} error={errors[field("names-zh")]} />
            <TextField voice={voice} id={field("names-en")} name="unit-en" optional={kind === "rename"} label={t(reorganiseText["new.unit-en"])} value={typed["unit-en"]} maxlength={200} error={errors[field("names-en")]} />
          </>
        ) : null}
        {movesParts ? (
          <>
            <TextField voice={voice} id={field("resources")} name="resources" optional label={t(reorganiseText["new.resources"])} value={typed["resources"]} maxlength={8_000} spellcheck={false} error={errors[field("resources")]} />
            <TextField voice={voice} id={field("items")} name="items" optional label={t(reorganiseText["new.items"])} value={typed["items"]} maxlength={8_000} spellcheck={false} error={errors[field("items")]} />
          </>
        ) : null}
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
      <ErrorSummary voice={voice} problems={view.problems} labels={{ effectiveAt: t(reorganiseText["act.at"]) }} />
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
          {reform.changes.map((change) => (
            <li>{inWords(voice, view.names, change)}</li>
          ))}
        </ul>
        <p>
          {t(reorganiseText.effective)}: {when(voice, reform)}
        </p>
      </section>
      {effect === undefined ? null : <Effect frame={frame} view={view} effect={effect} />}
      {view.may || view.mayCommit ? <Acts frame={frame} view={view} /> : null}
    </Layout>
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
      {view.may && (state === "draft" || state === "scheduled") ? (
        <form method="post" action={here(frame, `/${id}/withdrawal`)}>
          {hidden("withdraw")}
          <button class="button button--quiet">{t(reorganiseText["act.withdraw"])}</button>
        </form>
      ) : null}
      {view.may && state === "applied" ? (
        <form method="post" action={here(frame, `/${id}/rollback`)}>
          {hidden("rollback")}
          <button class="button button--quiet">{t(reorganiseText["act.roll-back"])}</button>
        </form>
      ) : null}
    </section>
  );
};
