import type { SeenDrain } from "../../../../app/drain/read-drains.js";
import { mustBeTold } from "../../../../app/drain/read-drains.js";
import type { Drain, DrainCounts, DrainKind, DrainNotice } from "../../../../app/ports/drain.js";
import type { Problem } from "../../../../domain/problem.js";
import { drainText } from "../../../../text/portal-drains.js";
import type { Voice } from "../../../../text/voice.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, Suggestions, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export const DRAINS_DONE = ["saved", "told", "lifted"] as const;

export interface DrainsView {
  /** `/centre/drains`, or a desk's. */
  readonly base: string;
  /** At a desk. */
  readonly own: boolean;
  readonly drains: readonly (Drain & DrainCounts)[];
  readonly lifted: boolean;
  /** Names that may be written: units; at a desk what its unit has. */
  readonly names: readonly Choice[];
  /** What this reader may do. */
  readonly kinds: readonly DrainKind[];
  readonly key: string;
  readonly problems: readonly Problem[];
  readonly typed: Readonly<Record<string, string>>;
}

const here = (frame: Frame, base: string, path: string): string => inPool(frame, `${base}${path}`);
const kindOf = ({ kind, spares }: Drain) => (spares === null ? drainText[`kind.${kind}`] : drainText["kind.spares"]);
const days = ({ t }: Voice, { from, to }: Drain): string => (to === null ? t(drainText["days.open"], { from }) : t(drainText["days.to"], { from, to }));

function progress({ t, number }: Voice, { liftedAt, answered, moved, kept, open }: Drain & DrainCounts): string {
  if (liftedAt !== null) return t(drainText["progress.lifted"]);
  if (!answered) return t(drainText["progress.asked"]);
  return t(drainText[open > 0 ? "progress.open" : "progress.complete"], { moved: number(moved), kept: number(kept), open: number(open) });
}

/** What is out of service, and how far it is drained. */
export const DrainsPage = ({ frame, view }: { readonly frame: Frame; readonly view: DrainsView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const errors = fieldErrors(voice, view.problems);
  const { typed } = view;
  return (
    <Layout frame={frame} title={t(drainText.title)} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={{ target: t(drainText.target), from: t(drainText.from), to: t(drainText.to), reason: t(drainText.reason), ground: t(drainText.ground) }} />
      <Heading title={t(drainText.title)} lead={t(drainText[view.own ? "lead.desk" : "lead"])} />
      <Listing
        voice={voice}
        caption={t(drainText.title)}
        rows={view.drains}
        none={<Empty title={t(drainText["none.title"])} text={t(drainText["none.text"])} />}
        columns={[
          { key: "target", label: t(drainText.target), header: true, cell: (row) => <a href={here(frame, view.base, `/${row.id}`)}>{row.targetKind === "unit" ? name(row.unitNames) : row.target}</a> },
          { key: "unit", label: t(drainText.unit), cell: (row) => name(row.unitNames) },
          { key: "kind", label: t(drainText.kind), cell: (row) => t(kindOf(row)) },
          { key: "days", label: t(drainText.days), cell: (row) => days(voice, row) },
          { key: "progress", label: t(drainText.progress), cell: (row) => progress(voice, row) },
        ]}
      />
      <p>
        <a href={here(frame, view.base, view.lifted ? "" : "?lifted=true")}>{t(drainText[view.lifted ? "lifted.hide" : "lifted.show"])}</a>
      </p>
      {view.kinds.length > 0 ? (
        <Details summary={t(drainText.new)} open={view.problems.length > 0}>
          <form method="post" action={here(frame, view.base, "")}>
            <input type="hidden" name="key" value={view.key} />
            <SelectField voice={voice} id="kind" label={t(drainText.kind)} value={typed["kind"] ?? view.kinds[0]} options={view.kinds.map((value) => ({ value, label: t(drainText[`kind.${value}`]) }))} />
            <SelectField voice={voice} id="targetKind" label={t(drainText.targetKind)} value={typed["targetKind"] ?? (view.own ? "asset" : "resource")} options={(["asset", "resource", "unit"] as const).map((value) => ({ value, label: t(drainText[`target.${value}`]) }))} />
            <TextField voice={voice} id="target" label={t(drainText.target)} hint={t(drainText["code.hint"])} value={typed["target"]} maxlength={120} spellcheck={false} list="names" error={errors["target"]} />
            <Suggestions id="names" options={view.names} />
            <TextField voice={voice} id="from" type="date" width="medium" label={t(drainText.from)} value={typed["from"]} error={errors["from"]} />
            <TextField voice={voice} id="to" type="date" width="medium" label={t(drainText.to)} value={typed["to"]} error={errors["to"]} />
            <TextField voice={voice} id="reason" label={t(drainText.reason)} value={typed["reason"]} maxlength={2_000} error={errors["reason"]} />
            <TextField voice={voice} id="ground" label={t(drainText.ground)} hint={t(drainText["ground.hint"])} value={typed["ground"]} maxlength={2_000} error={errors["ground"]} />
            <div class="actions">
              <button class="button">{t(drainText.save)}</button>
            </div>
          </form>
        </Details>
      ) : null}
    </Layout>
  );
};

export interface DrainView {
  readonly base: string;
  readonly seen: SeenDrain;
  readonly counts: DrainCounts;
  readonly unitNames: ReadonlyMap<string, string>;
  readonly key: string;
  readonly done: (typeof DRAINS_DONE)[number] | undefined;
  readonly problems: readonly Problem[];
}

/** One of them: what moved, what cannot be kept, who must be told, and the way back. */
export const DrainPage = ({ frame, view }: { readonly frame: Frame; readonly view: DrainView }) => {
  const { voice } = frame;
  const { t, name, list } = voice;
  const { drain, notices, resources, mayLift } = view.seen;
  const errors = fieldErrors(voice, view.problems);
  const title = t(drainText["one.title"], { target: drain.targetKind === "unit" ? name(drain.unitNames) : drain.target });
  return (
    <Layout frame={frame} title={title} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={{ reason: t(drainText["lift.reason"]), how: t(drainText["told.how"]) }} />
      <Heading title={title} lead={`${t(kindOf(drain))} · ${days(voice, drain)}`} />
      {view.done === undefined ? null : (
        <Notice live>
          <p>{t(drainText[`done.${view.done}`])}</p>
        </Notice>
      )}
      <p>{progress(voice, { ...drain, ...view.counts })}</p>
      <p class="soft">{t(drainText["one.reason"], { reason: drain.reason })}</p>
      {drain.spares === null ? null : <p>{t(drainText["one.spares"])}</p>}
      {drain.ground === null ? null : <p class="soft">{t(drainText["one.ground"], { ground: drain.ground })}</p>}
      <p class="soft">{t(drainText["one.resources"], { resources: list(resources) })}</p>
      <section class="section" aria-labelledby="notices">
        <h2 id="notices">{t(drainText["list.title"])}</h2>
        <Listing
          voice={voice}
          caption={t(drainText["list.title"])}
          rows={notices}
          none={<p class="soft">{t(drainText["list.none"])}</p>}
          columns={[
            { key: "matter", label: t(drainText.matter), header: true, cell: (row) => matter(frame, view, row) },
            { key: "was", label: t(drainText.was), cell: (row) => (row.wasAt === null ? "—" : voice.dateTime(row.wasAt)) },
            { key: "is", label: t(drainText.is), cell: (row) => (row.isAt === null ? t(drainText["is.none"]) : voice.dateTime(row.isAt)) },
            { key: "state", label: t(drainText.state), cell: (row) => standing(frame, row) },
            { key: "told", label: t(drainText.told), cell: (row) => told(frame, view, row) },
          ]}
        />
      </section>
      {mayLift ? (
        <section class="section" aria-labelledby="lift">
          <h2 id="lift">{t(drainText.lift)}</h2>
          <p class="soft">{t(drainText["lift.text"])}</p>
          <form method="post" action={here(frame, view.base, `/${drain.id}/lift`)}>
            <input type="hidden" name="key" value={view.key} />
            <TextField voice={voice} id="reason" label={t(drainText["lift.reason"])} maxlength={2_000} error={errors["reason"]} />
            <div class="actions">
              <button class="button button--quiet">{t(drainText.lift)}</button>
            </div>
          </form>
        </section>
      ) : null}
      <p>
        <a href={here(frame, view.base, "")}>{t(drainText["one.back"])}</a>
      </p>
    </Layout>
  );
};

function matter(frame: Frame, view: DrainView, { request, unitId }: DrainNotice) {
  const { t, name } = frame.voice;
  if (request === null) return t(drainText["matter.direct"], { unit: view.unitNames.get(unitId) ?? unitId });
  return (
    <>
      <span class="number">{request.number}</span>
      <br />
      {name(request.itemNames)}
    </>
  );
}

function standing({ voice: { t, number, dateTime, list } }: Frame, { state, held, heldUntil }: DrainNotice) {
  const word = t(drainText[`state.${state}`]);
  if (heldUntil === null || (state !== "later" && state !== "waits")) return word;
  const until = dateTime(heldUntil);
  return (
    <>
      {word}
      <br />
      <span class="soft">{held.length > 0 ? t(drainText["state.held"], { count: number(held.length), until, times: list(held.map((start) => dateTime(start))) }) : t(drainText["state.ended"], { until })}</span>
    </>
  );
}

function told(frame: Frame, view: DrainView, row: DrainNotice) {
  const { t, dateTime } = frame.voice;
  if (row.toldAt !== null) return t(drainText["told.at"], { date: dateTime(row.toldAt), how: row.toldHow ?? "" });
  if (!mustBeTold(row) || !view.seen.mayTell) return "—";
  return (
    <form method="post" action={here(frame, view.base, `/${view.seen.drain.id}/told/${row.step}`)}>
      <input type="hidden" name="key" value={`${view.key}-${row.step}`} />
      <label class="visually-hidden" for={`how-${row.step}`}>
        {t(drainText["told.how"])} {row.request?.number}
      </label>
      <input class="input" id={`how-${row.step}`} name="how" maxlength={2000} placeholder={t(drainText["told.how"])} />
      <button class="button button--quiet button--small">
        {t(drainText["told.save"])}
        <span class="visually-hidden"> {row.request?.number}</span>
      </button>
    </form>
  );
}
