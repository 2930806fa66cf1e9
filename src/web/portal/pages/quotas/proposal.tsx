import type { ProposalShown, ProposalView } from "../../../../app/quota/read-proposals.js";
import type { Problem } from "../../../../domain/problem.js";
import type { ProposalState } from "../../../../domain/quota/proposal.js";
import { quotaText } from "../../../../text/portal-quotas.js";
import { problemTitle, problemTodo } from "../../../../text/problems.js";
import type { Voice } from "../../../../text/voice.js";
import { Facts } from "../../components/answers.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { DataTable, Listing } from "../../components/data-table.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import type { ShapeName } from "../../components/shape.js";
import { Tag, type Tone } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { factsOf, whatOf, type RecordedNames } from "./changes.js";
import { Effect } from "./effect.js";

export const PROPOSAL_ACTS = ["approve", "refuse", "withdraw"] as const;
export const PROPOSAL_DONE = ["proposed", ...PROPOSAL_ACTS] as const;

const looks: Record<ProposalState, { readonly shape: ShapeName; readonly tone: Tone }> = {
  proposed: { shape: "clock", tone: "active" },
  approved: { shape: "check", tone: "done" },
  refused: { shape: "square", tone: "decided" },
  withdrawn: { shape: "dash", tone: "still" },
  expired: { shape: "triangle", tone: "warning" },
};

const ProposalTag = ({ voice, state }: { readonly voice: Voice; readonly state: ProposalState }) => <Tag label={voice.t(quotaText[`state.${state}`])} {...looks[state]} />;

/** Things a line of the list names. */
const NAMED = 3;
const SHORT_HASH = 12;

const here = (frame: Frame, path: string): string => inPool(frame, `/centre/quotas/proposals${path}`);

export const ProposalList = ({ frame, rows, named }: { readonly frame: Frame; readonly rows: readonly ProposalShown[]; readonly named: RecordedNames }) => {
  const { voice } = frame;
  const { t } = voice;
  const what = ({ proposal: { content } }: ProposalShown): string =>
    [...content.changes.slice(0, NAMED).map(({ kind, id }) => whatOf(frame, named, { objectKind: kind, objectId: id })), ...(content.changes.length > NAMED ? ["…"] : [])].join(t(quotaText["changes.separator"]));
  return (
    <section class="section" aria-labelledby="proposals">
      <h2 id="proposals">{t(quotaText["proposals.title"])}</h2>
      <Listing
        voice={voice}
        caption={t(quotaText["proposals.title"])}
        rows={rows}
        none={<p class="soft">{t(quotaText["proposals.none"])}</p>}
        columns={[
          { key: "proposal", label: t(quotaText["changes.what"]), header: true, cell: (row) => <a href={here(frame, `/${row.proposal.id}`)}>{`${t(quotaText["proposal.title"], { id: row.proposal.id })} · ${what(row)}`}</a> },
          { key: "state", label: t(quotaText["proposal.state"]), cell: (row) => <ProposalTag voice={voice} state={row.state} /> },
          { key: "when", label: t(quotaText["changes.when"]), cell: (row) => voice.dateTime(row.proposal.proposed.at) },
        ]}
      />
    </section>
  );
};

export interface ProposalPageView extends ProposalView {
  readonly named: RecordedNames;
  readonly persons: ReadonlyMap<string, string>;
  readonly personId: string;
  readonly done: (typeof PROPOSAL_DONE)[number] | undefined;
  readonly key: string;
  readonly problems: readonly Problem[];
  readonly typed: Readonly<Record<string, string>>;
}

type Part = { readonly frame: Frame; readonly view: ProposalPageView };

/** One proposal: what it would change, what that would mean, what keeps it, who proposed and who decided. */
export const ProposalPage = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { proposal, state, effect, obstacles } = view;
  const title = t(quotaText["proposal.title"], { id: proposal.id });
  const who = (id: string): string => (id === view.personId ? t(quotaText["proposal.you"]) : view.persons.get(id) || t(quotaText["proposal.unknown"]));
  const said = ({ by, at }: { readonly by: string; readonly at: number }): string => t(quotaText["proposal.when"], { who: who(by), at: voice.dateTime(at) });
  return (
    <Layout frame={frame} title={title} wide hasErrors={view.problems.length > 0} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, "/centre/quotas"), label: t(quotaText.title) }]} />}>
      <ErrorSummary voice={voice} problems={view.problems} labels={{ reason: t(quotaText["proposal.reason"]) }} />
      {view.done === undefined ? null : (
        <Notice live>
          <p>{t(quotaText[`done.${view.done}`])}</p>
        </Notice>
      )}
      <Heading title={title} lead={proposal.content.undoes === null ? t(quotaText["two.lead"]) : t(quotaText["proposal.undoes"], { change: proposal.content.undoes })} facts={<ProposalTag voice={voice} state={state} />} />
      <div class="stack">
        <Facts
          facts={[
            [t(quotaText["proposal.by"]), said(proposal.proposed)],
            proposal.decided === null ? undefined : [t(quotaText["proposal.decided"]), said(proposal.decided)],
            proposal.decided?.reason == null ? undefined : [t(quotaText["proposal.reason"]), proposal.decided.reason],
            [
              t(quotaText["proposal.hash"]),
              <>
                <code>{proposal.hash.slice(0, SHORT_HASH)}</code> <span class="soft">{t(quotaText["proposal.hash.text"])}</span>
              </>,
            ],
          ]}
        />
        {state === "proposed" ? <p class="small soft">{t(quotaText["proposal.expires"], { at: voice.dateTime(proposal.expiresAt) })}</p> : null}
        <DataTable
          voice={voice}
          caption={t(quotaText["proposal.count"], { count: proposal.content.changes.length })}
          cards
          dense
          rows={proposal.content.changes}
          columns={[
            { key: "what", label: t(quotaText["changes.what"]), header: true, cell: ({ kind, id }) => whatOf(frame, view.named, { objectKind: kind, objectId: id }) },
            { key: "before", label: t(quotaText["changes.before"]), cell: ({ kind, id, before }) => (before === null ? t(quotaText["proposal.made"]) : factsOf(frame, view.named, { objectKind: kind, objectId: id }, before)) },
            { key: "after", label: t(quotaText["changes.after"]), cell: ({ kind, id, after }) => (after === null ? t(quotaText["proposal.gone"]) : factsOf(frame, view.named, { objectKind: kind, objectId: id }, after)) },
          ]}
        />
        <Told frame={frame} title={t(quotaText["proposal.obstacles"])} problems={obstacles} kind="alarm" />
        {effect === null ? null : <Effect frame={frame} effect={effect} title={t(quotaText["effect.now"])} />}
        <Told frame={frame} title={t(quotaText["proposal.may-not"])} problems={view.mayNotApprove} kind="warning" />
        <Acts frame={frame} view={view} />
      </div>
    </Layout>
  );
};

const Told = ({ frame, title, problems, kind }: { readonly frame: Frame; readonly title: string; readonly problems: readonly Problem[]; readonly kind: "alarm" | "warning" }) =>
  problems.length === 0 ? null : (
    <Notice kind={kind}>
      <p>
        <strong>{title}</strong>
      </p>
      {problems.map((one) => (
        <p>
          {problemTitle(frame.voice.language, one)} {problemTodo(frame.voice.language, one)}
        </p>
      ))}
    </Notice>
  );

const Acts = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const acts = PROPOSAL_ACTS.filter((act) => view.may[act]);
  if (acts.length === 0) return null;
  return (
    <section class="section stack" aria-labelledby="acts">
      <h2 id="acts">{t(quotaText["proposal.acts"])}</h2>
      {acts.map((act) => (
        <form method="post" action={here(frame, `/${view.proposal.id}/${act}`)}>
          <input type="hidden" name="key" value={`${view.key}-${act}`} />
          <input type="hidden" name="hash" value={view.proposal.hash} />
          {act === "refuse" ? <TextField voice={voice} id="reason" label={t(quotaText["proposal.reason"])} value={view.typed["reason"] ?? ""} maxlength={500} /> : null}
          <div class="actions">
            <button class={act === "approve" ? "button" : "button button--quiet"}>{t(quotaText[`act.${act}`])}</button>
          </div>
        </form>
      ))}
    </section>
  );
};
