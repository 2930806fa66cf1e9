import type { PairOrder, PlaceTerms } from "../../../../app/scheduling/pair-order.js";
import type { Problem } from "../../../../domain/problem.js";
import { centreText } from "../../../../text/portal-centre.js";
import { orderText } from "../../../../text/order.js";
import { portalText } from "../../../../text/portal.js";
import { stepStateWords, stepWordOf } from "../../../../text/words.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { DataTable } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface OrderView {
  readonly query: { readonly one: string; readonly other: string };
  readonly problems: readonly Problem[];
  /** The sentences the command line prints, too. */
  readonly sentences: readonly string[];
  readonly pairs: readonly PairOrder[];
  readonly numbers: { readonly one: string; readonly other: string };
}

/** Which of two requests is before the other, and what puts each where it stands. */
export const OrderPage = ({ frame, view }: { frame: Frame; view: OrderView }) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  return (
    <Layout frame={frame} title={t(orderText["page.title"])} hasErrors={view.problems.length > 0} wide breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, "/centre/queue"), label: t(portalText["nav.queue"]) }]} />}>
      <ErrorSummary voice={voice} problems={view.problems} labels={{ one: t(orderText["page.one"]), other: t(orderText["page.other"]) }} />
      <Heading title={t(orderText["page.title"])} lead={t(orderText["page.lead"])} />
      <form class="filters table-filters" method="get" action={inPool(frame, "/centre/order")}>
        <TextField voice={voice} id="one" label={t(orderText["page.one"])} value={view.query.one} error={errors["one"]} maxlength={60} spellcheck={false} />
        <TextField voice={voice} id="other" label={t(orderText["page.other"])} value={view.query.other} error={errors["other"]} maxlength={60} spellcheck={false} />
        <button class="button">{t(orderText["page.compare"])}</button>
      </form>
      {view.sentences.length === 0 ? null : (
        <Notice>
          {view.sentences.map((sentence) => (
            <p>{sentence}</p>
          ))}
        </Notice>
      )}
      {view.pairs.map((pair) => (
        <Pair frame={frame} pair={pair} numbers={view.numbers} />
      ))}
    </Layout>
  );
};

const Pair = ({ frame, pair, numbers }: { frame: Frame; pair: PairOrder; numbers: OrderView["numbers"] }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const row = (label: string, tell: (terms: PlaceTerms) => string) => ({ label, one: tell(pair.one), other: tell(pair.other) });
  return (
    <section class="section">
      <DataTable
        voice={voice}
        dense
        cards
        caption={`${t(orderText["page.terms"])} · ${voice.list(pair.classes.map(({ names }) => name(names)))}`}
        rows={[
          row(t(orderText["page.term.step"]), ({ names, state, decided }) => `${name(names)} · ${t(stepStateWords[stepWordOf(state, decided?.outcome ?? "none")])}`),
          row(t(orderText["page.term.due"]), ({ dueAt }) => voice.dateTime(dueAt)),
          row(t(orderText["page.term.work"]), ({ expectedMinutes }) => voice.minutes(expectedMinutes)),
          row(t(orderText["page.term.ground"]), ({ ground }) => (ground === null ? t(orderText["page.none"]) : [ground.names ? name(ground.names) : ground.code, ground.minutes === null ? t(orderText["page.absolute"]) : voice.minutes(ground.minutes)].join(" · "))),
          row(t(orderText["page.term.key"]), ({ keyAt }) => voice.dateTime(keyAt)),
          row(t(orderText["page.term.arrival"]), ({ arrivedAt }) => voice.dateTime(arrivedAt)),
          row(t(orderText["page.term.decision"]), ({ decided }) => (decided === null ? t(orderText["page.waiting"]) : `${t(orderText["page.decided"], { seq: decided.seq, at: voice.dateTime(decided.at) })} · ${t(centreText[`decision.outcome.${decided.outcome}`])}`)),
          row(t(orderText["page.term.policy"]), ({ decided }) => (decided === null ? "—" : String(decided.policyVersion))),
        ]}
        columns={[
          { key: "term", label: t(orderText["page.term"]), header: true, cell: ({ label }) => label },
          { key: "one", label: numbers.one, cell: ({ one }) => one },
          { key: "other", label: numbers.other, cell: ({ other }) => other },
        ]}
      />
    </section>
  );
};
