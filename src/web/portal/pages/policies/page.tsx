import type { NewActs } from "../../../../app/policy/new-acts.js";
import type { PolicyDetail } from "../../../../app/policy/read-policy.js";
import type { PolicyVersion } from "../../../../app/ports/policy.js";
import type { PolicyRule } from "../../../../domain/policy/rule.js";
import type { Problem } from "../../../../domain/problem.js";
import { SYSTEM_PERSON } from "../../../../domain/policy/subject.js";
import { centreText } from "../../../../text/portal-centre.js";
import { roleWords } from "../../../../text/portal-sign-in.js";
import { portalText } from "../../../../text/portal.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { DataTable, Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { TextArea } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Notice } from "../../components/panels.js";
import { Tag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

const looks = {
  proposed: { shape: "ring", tone: "active" },
  approved: { shape: "half", tone: "active" },
  active: { shape: "disc", tone: "done" },
  superseded: { shape: "dash", tone: "still" },
  withdrawn: { shape: "dash", tone: "still" },
} as const;

const StateTag = ({ frame, state }: { frame: Frame; state: PolicyVersion["state"] }) => <Tag label={frame.voice.t(centreText[`policies.state.${state}`])} {...looks[state]} />;

const line = (rule: PolicyRule): string => [rule.model, ...rule.cells, rule.effect].join(", ");

export interface PoliciesView {
  readonly versions: readonly PolicyVersion[];
  readonly names: ReadonlyMap<string, string>;
  readonly mayPropose: boolean;
  /** What the release does that the pool's rules never heard of. */
  readonly news: NewActs;
  readonly idempotencyKey: string;
  readonly problems: readonly Problem[];
}

export const PoliciesPage = ({ frame, view }: { frame: Frame; view: PoliciesView }) => {
  const { voice } = frame;
  const { t } = voice;
  const who = (id: string | null): string => (id === null ? "—" : id === SYSTEM_PERSON ? t(roleWords.system) : (view.names.get(id) ?? id));
  return (
    <Layout frame={frame} title={t(centreText["policies.title"])} wide>
      <div class="row row--between">
        <Heading title={t(centreText["policies.title"])} lead={t(centreText["policies.lead"])} />
        {view.mayPropose ? (
          <a class="button" href={inPool(frame, "/centre/policies/new")}>
            {t(centreText["policies.propose"])}
          </a>
        ) : null}
      </div>
      <ErrorSummary voice={voice} problems={view.problems} />
      {view.news.acts.length === 0 ? null : (
        <Notice kind="alarm">
          <p>
            <strong>{t(centreText["policies.new.title"], { count: view.news.acts.length })}</strong>
          </p>
          <p>{t(centreText["policies.new.text"], { acts: voice.list(view.news.acts) })}</p>
          <Details summary={t(centreText["policies.new.rules"], { count: view.news.rules.length })}>
            <pre class="json">{view.news.rules.map(line).join("\n")}</pre>
          </Details>
          {view.mayPropose ? (
            <form method="post" action={inPool(frame, "/centre/policies/new-acts")}>
              <input type="hidden" name="key" value={view.idempotencyKey} />
              <div class="actions">
                <button class="button">{t(centreText["policies.new.take"])}</button>
              </div>
            </form>
          ) : null}
        </Notice>
      )}
      <Listing
        voice={voice}
        caption={t(centreText["policies.title"])}
        rows={view.versions}
        columns={[
          { key: "version", label: t(centreText["policies.version"]), header: true, cell: (row) => <a href={inPool(frame, `/centre/policies/${row.version}`)}>{`${t(centreText["policies.version"])} ${row.version}`}</a> },
          { key: "state", label: t(centreText["policies.state"]), cell: (row) => <StateTag frame={frame} state={row.state} /> },
          { key: "note", label: t(centreText["policies.note"]), cell: (row) => row.reason },
          { key: "author", label: t(centreText["policies.author"]), cell: (row) => `${who(row.proposedBy)} · ${voice.date(row.proposedAt)}` },
          { key: "approver", label: t(centreText["policies.approver"]), cell: (row) => (row.approvedAt === null ? "—" : `${who(row.approvedBy)} · ${voice.date(row.approvedAt)}`) },
        ]}
      />
    </Layout>
  );
};

export interface PolicyPageView {
  readonly detail: PolicyDetail;
  readonly names: ReadonlyMap<string, string>;
  readonly may: { readonly approve: boolean; readonly activate: boolean; readonly withdraw: boolean };
  readonly idempotencyKey: string;
  readonly problems: readonly Problem[];
}

/** One version with everything a second person must see before approving. */
export const PolicyPage = ({ frame, view }: { frame: Frame; view: PolicyPageView }) => {
  const { voice } = frame;
  const { t } = voice;
  const { version, effect, rules, matrix } = view.detail;
  const title = `${t(centreText["policies.version"])} ${version.version}`;
  const base = inPool(frame, `/centre/policies/${version.version}`);
  return (
    <Layout frame={frame} title={title} wide hasErrors={view.problems.length > 0} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, "/centre/policies"), label: t(portalText["nav.policies"]) }]} />}>
      <ErrorSummary voice={voice} problems={view.problems} />
      <Heading title={title} lead={version.reason} facts={<StateTag frame={frame} state={version.state} />} />
      {effect === null ? null : (
        <section class="section" aria-labelledby="effect">
          <h2 id="effect">{t(centreText["policies.effect.title"])}</h2>
          {effect.withdraws ? (
            <Notice kind="alarm">
              <p>{t(centreText["policies.withdraws"])}</p>
            </Notice>
          ) : null}
          <p>{t(centreText["policies.effect"], { count: effect.cells.length })}</p>
          <pre class="json">{[...effect.removed.map((rule) => `− ${line(rule)}`), ...effect.added.map((rule) => `+ ${line(rule)}`)].join("\n")}</pre>
          {effect.cells.length === 0 ? null : (
            <DataTable
              voice={voice}
              dense
              caption={t(centreText["policies.cells"])}
              rows={effect.cells.slice(0, CELLS_SHOWN_MAX)}
              columns={[
                { key: "model", label: t(centreText["policies.model"]), cell: (cell) => cell.model },
                { key: "question", label: t(centreText["policies.question"]), header: true, cell: (cell) => <code>{cell.question.join(", ")}</code> },
                { key: "after", label: t(centreText["policies.after"]), cell: (cell) => t(centreText[`policies.${cell.after}`]) },
              ]}
            />
          )}
        </section>
      )}
      {view.may.approve || view.may.activate || view.may.withdraw ? (
        <div class="actions">
          {(["approve", "activate", "withdraw"] as const)
            .filter((act) => view.may[act])
            .map((act) => (
              <form method="post" action={`${base}/${{ approve: "approval", activate: "activation", withdraw: "withdrawal" }[act]}`}>
                <input type="hidden" name="key" value={view.idempotencyKey} />
                <input type="hidden" name="hash" value={version.contentHash} />
                <button class={act === "withdraw" ? "button button--quiet" : "button"}>{t(centreText[`policies.${act}`])}</button>
              </form>
            ))}
        </div>
      ) : null}
      <section class="section" aria-labelledby="rules">
        <h2 id="rules">{t(centreText["policies.rules"])}</h2>
        <Details summary={t(centreText["policies.rules.count"], { count: rules.length })}>
          <pre class="json">{rules.map(line).join("\n")}</pre>
        </Details>
        <Details summary={t(centreText["policies.matrix"])}>
          <pre class="json">{matrix}</pre>
        </Details>
      </section>
    </Layout>
  );
};

/** A page of cells is enough to judge by; the matrix below holds them all. */
const CELLS_SHOWN_MAX = 200;

export interface ProposeView {
  readonly reason: string;
  readonly rules: string;
  readonly idempotencyKey: string;
  readonly problems: readonly Problem[];
}

/** The whole rule set as text: what is approved is exactly what will be in force. */
export const ProposePage = ({ frame, view }: { frame: Frame; view: ProposeView }) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  const labels = { reason: t(centreText["policies.note"]), rules: t(centreText["policies.rules"]) };
  return (
    <Layout frame={frame} title={t(centreText["policies.propose"])} hasErrors={view.problems.length > 0} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, "/centre/policies"), label: t(portalText["nav.policies"]) }]} />}>
      <ErrorSummary voice={voice} problems={view.problems} labels={labels} />
      <Heading title={t(centreText["policies.propose"])} lead={t(centreText["policies.lead"])} />
      <form class="form" method="post" action={inPool(frame, "/centre/policies")} novalidate>
        <input type="hidden" name="key" value={view.idempotencyKey} />
        <TextArea voice={voice} id="reason" label={labels.reason} error={errors["reason"]} value={view.reason} rows={3} maxlength={2000} />
        <TextArea voice={voice} id="rules" label={labels.rules} hint={t(centreText["policies.rules.hint"])} error={errors["rules"]} value={view.rules} rows={24} />
        <div class="actions">
          <button class="button">{t(centreText["policies.propose"])}</button>
          <a href={inPool(frame, "/centre/policies")}>{t(centreText["policies.cancel"])}</a>
        </div>
      </form>
    </Layout>
  );
};
