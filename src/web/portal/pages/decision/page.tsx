import type { Names } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";
import type { Measure } from "../../../../domain/pool/class.js";
import type { DynamicRule, Funnel, ScoreTerms } from "../../../../domain/pool/decision.js";
import type { PeriodKind } from "../../../../domain/pool/period.js";
import { centreText } from "../../../../text/portal-centre.js";
import { hallText } from "../../../../text/portal-hall.js";
import { deskText } from "../../../../text/portal-desk.js";
import { orderText } from "../../../../text/order.js";
import { portalText } from "../../../../text/portal.js";
import { ruleWords } from "../../../../text/words.js";
import { Facts } from "../../components/answers.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { DataTable } from "../../components/data-table.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import { Tag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface DecisionView {
  readonly stepId: number;
  readonly number: string;
  readonly step: Names;
  /** Who is responsible in law, where a task force has the case. */
  readonly lead: Names | null;
  readonly outcome: "granted" | "refused" | "waiting";
  readonly decided: { readonly at: Instant; readonly seq: number; readonly policyVersion: number; readonly attempt: number; readonly startsAt: Instant | null } | undefined;
  /** The same sentences the applicant reads. */
  readonly sentences: readonly string[];
  readonly claims: readonly ClaimView[];
  readonly reconsider: { readonly idempotencyKey: string } | undefined;
}

export interface ClaimView {
  readonly ordinal: number;
  readonly classNames: Names;
  readonly amount: number;
  readonly measure: Measure;
  readonly periodKind: PeriodKind;
  readonly funnel: Funnel | undefined;
  readonly dynamic: readonly { readonly rule: DynamicRule; readonly count: number }[];
  readonly candidates: readonly { readonly role: "winner" | "runner-up"; readonly resource: string | null; readonly unit: Names; readonly terms: ScoreTerms }[];
}

const looks = {
  granted: { shape: "check", tone: "done" },
  refused: { shape: "square", tone: "decided" },
  waiting: { shape: "clock", tone: "active" },
} as const;

/** One decision, from the values the engine used. */
export const DecisionPage = ({ frame, view }: { frame: Frame; view: DecisionView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { decided } = view;
  return (
    <Layout frame={frame} title={t(centreText["decision.title"])} wide breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, "/centre/queue"), label: t(portalText["nav.queue"]) }]} />}>
      <Heading over={t(centreText["decision.over"], { number: view.number, step: name(view.step) })} title={t(centreText["decision.title"])} facts={<Tag label={t(centreText[`decision.outcome.${view.outcome}`])} {...looks[view.outcome]} />} />
      <div class="stack">
        {view.sentences.length === 0 ? null : (
          <Notice>
            {view.sentences.map((sentence) => (
              <p>{sentence}</p>
            ))}
          </Notice>
        )}
        <p>
          <a href={inPool(frame, `/centre/order?one=${encodeURIComponent(view.number)}`)}>{t(orderText["page.link"])}</a>
        </p>
        {view.reconsider === undefined ? null : (
          <form method="post" action={inPool(frame, `/centre/decisions/${view.stepId}/reconsideration`)}>
            <input type="hidden" name="key" value={view.reconsider.idempotencyKey} />
            <button class="button">{t(centreText["queue.reconsider"])}</button>
          </form>
        )}
        {view.lead === null ? null : (
          <div class="column">
            <Facts facts={[[t(hallText["request.fact.lead"]), name(view.lead)]]} />
          </div>
        )}
        {decided === undefined ? null : (
          <div class="column">
            <Facts
              facts={[
                [t(centreText["decision.at"]), voice.dateTime(decided.at)],
                decided.startsAt === null ? undefined : [t(centreText["decision.starts"]), voice.dateTime(decided.startsAt)],
                [t(centreText["decision.seq"]), voice.number(decided.seq)],
                [t(centreText["decision.policy"]), String(decided.policyVersion)],
                [t(centreText["decision.attempt"]), String(decided.attempt)],
              ]}
            />
          </div>
        )}
      </div>
      {view.claims.map((claim) => (
        <Claim frame={frame} claim={claim} />
      ))}
    </Layout>
  );
};

const Claim = ({ frame, claim }: { frame: Frame; claim: ClaimView }) => {
  const { voice } = frame;
  const { t, name, number } = voice;
  const title = t(centreText["decision.claim"], { ordinal: claim.ordinal + 1, class: name(claim.classNames), amount: voice.amount(claim.amount, claim.measure) });
  const rows: { label: string; dropped: string; left: string }[] = [];
  if (claim.funnel !== undefined) {
    let left = claim.funnel.considered;
    rows.push({ label: t(centreText["decision.funnel.considered"]), dropped: "—", left: number(left) });
    for (const { rule, count } of [...claim.funnel.dropped, ...claim.dynamic]) {
      left -= count;
      rows.push({ label: t(ruleWords[rule]), dropped: number(count), left: number(Math.max(0, left)) });
    }
  }
  return (
    <section class="section" aria-label={title}>
      <h2>{title}</h2>
      <div class="split split--third">
        {rows.length === 0 ? null : (
          <DataTable
            voice={voice}
            dense
            caption={t(centreText["decision.funnel"])}
            rows={rows}
            columns={[
              { key: "rule", label: t(centreText["decision.funnel.rule"]), header: true, cell: (row) => row.label },
              { key: "dropped", label: t(centreText["decision.funnel.dropped"]), number: true, cell: (row) => row.dropped },
              { key: "left", label: t(centreText["decision.funnel.left"]), number: true, cell: (row) => row.left },
            ]}
          />
        )}
        {claim.candidates.length === 0 ? null : (
          <DataTable
            voice={voice}
            dense
            cards
            caption={t(centreText["decision.choice"])}
            note={t(centreText["decision.choice.order"])}
            rows={claim.candidates}
            columns={[
              { key: "role", label: "", header: true, cell: (row) => t(centreText[`decision.choice.${row.role}`]) },
              { key: "resource", label: t(centreText["decision.choice.resource"]), cell: (row) => (row.resource === null ? "—" : <a href={inPool(frame, `/centre/resources/${row.resource}`)}>{row.resource}</a>) },
              { key: "unit", label: t(deskText["resources.column.unit"]), cell: (row) => name(row.unit) },
              { key: "period", label: t(centreText["decision.choice.period"]), cell: (row) => voice.period(claim.periodKind, row.terms.period) },
              { key: "distance", label: t(centreText["decision.choice.distance"]), cell: (row) => t(centreText[`decision.distance.${Math.min(3, Math.max(0, row.terms.distance)) as 0 | 1 | 2 | 3}`]) },
              { key: "own", label: t(centreText["decision.choice.own"]), cell: (row) => t(centreText[row.terms.otherUnit === 0 ? "decision.yes" : "decision.no"]) },
              { key: "load", label: t(centreText["decision.choice.load"]), number: true, cell: (row) => `${row.terms.loadPercent}%` },
            ]}
          />
        )}
      </div>
    </section>
  );
};
