import type { LoanBalance, LoanRow } from "../../../../app/ports/loan.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import { parseLocalDate } from "../../../../domain/instant.js";
import type { CapacityClass } from "../../../../domain/pool/class.js";
import type { Problem } from "../../../../domain/problem.js";
import { keptOn, LOAN_STATES } from "../../../../domain/rebalance/loan.js";
import { loanText } from "../../../../text/loan.js";
import type { Voice } from "../../../../text/voice.js";
import { Facts } from "../../components/answers.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, TextArea, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { LoanStateTag } from "../../components/loan-state-tag.js";
import { Empty, Notice } from "../../components/panels.js";
import { day } from "../../components/told.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export const LOAN_DONE = ["recalled", "returned", "part"] as const;

/** A loan with the words of what it names. */
export interface LoanView {
  readonly loan: LoanRow;
  readonly class: CapacityClass;
  readonly lender: Names;
  readonly borrower: Names;
}

export interface LoansView {
  /** Below the pool: `/centre/loans` or `/desk/loans`. */
  readonly base: string;
  readonly query: { readonly state: string; readonly unit: string };
  readonly units: readonly Choice[];
  readonly rows: readonly LoanView[];
  readonly next: string | undefined;
  readonly first: string | undefined;
  readonly balances: readonly (LoanBalance & { readonly class: CapacityClass; readonly unit: Names })[];
}

const termOf = ({ t, shortDay, day: whole }: Voice, { from, to }: Pick<LoanRow, "from" | "to">): string => t(loanText["term.days"], { from: shortDay(parseLocalDate(from) ?? 0), to: whole(parseLocalDate(to) ?? 0) });
const amountOf = ({ t, amount }: Voice, { loan, class: { measure } }: LoanView): string => (loan.partial ? t(loanText["amount.partial"], { amount: amount(loan.amount, measure) }) : amount(loan.amount, measure));
/** What stays of it once its parts are back, beside what was agreed. */
const keptOf = (voice: Voice, view: LoanView): string =>
  view.loan.parts.length === 0 ? amountOf(voice, view) : voice.t(loanText["amount.kept"], { kept: voice.amount(keptOn(view.loan.amount, view.loan.parts, view.loan.to), view.class.measure), amount: amountOf(voice, view) });
const useOf = ({ t, amount }: Voice, { loan: { lent, used }, class: { measure } }: LoanView): string => t(loanText["use.of"], { used: amount(used, measure), lent: amount(lent, measure) });

/** What units lend one another, and who gives how much. */
export const LoansPage = ({ frame, view }: { frame: Frame; view: LoansView }) => {
  const { voice } = frame;
  const { t, name, amount } = voice;
  const at = (path: string): string => inPool(frame, `${view.base}${path}`);
  const title = t(loanText[view.base.startsWith("/desk") ? "title.desk" : "title"]);
  return (
    <Layout frame={frame} title={title} wide>
      <Heading title={title} lead={t(loanText.lead)} />
      <section class="section" aria-labelledby="loans">
        <h2 id="loans">{t(loanText["table.title"])}</h2>
        <form class="filters table-filters" method="get" action={at("")}>
          <SelectField voice={voice} id="unit" label={t(loanText.unit)} value={view.query.unit} {...(view.base.startsWith("/desk") ? {} : { none: t(loanText.all) })} options={view.units} />
          <SelectField voice={voice} id="state" label={t(loanText.state)} value={view.query.state} none={t(loanText.all)} options={LOAN_STATES.map((state) => ({ value: state, label: t(loanText[`state.${state}`]) }))} />
          <button class="button button--quiet">{t(loanText.filter)}</button>
        </form>
        <Listing
          voice={voice}
          caption={t(loanText["table.title"])}
          rows={view.rows}
          none={<Empty title={t(loanText["empty.title"])} text={t(loanText["empty.text"])} />}
          next={view.next}
          first={view.first}
          columns={[
            { key: "loan", label: t(loanText.loan), header: true, cell: ({ loan }) => <a href={at(`/${loan.id}`)}>{t(loanText["loan.name"], { loan: String(loan.id) })}</a> },
            { key: "class", label: t(loanText.class), cell: (row) => name(row.class.names) },
            { key: "lender", label: t(loanText.lender), cell: (row) => name(row.lender) },
            { key: "borrower", label: t(loanText.borrower), cell: (row) => name(row.borrower) },
            { key: "amount", label: t(loanText.amount), number: true, cell: (row) => keptOf(voice, row) },
            { key: "term", label: t(loanText.term), cell: ({ loan }) => termOf(voice, loan) },
            { key: "use", label: t(loanText.use), number: true, cell: (row) => useOf(voice, row) },
            { key: "state", label: t(loanText.state), cell: ({ loan }) => <LoanStateTag voice={voice} state={loan.state} /> },
          ]}
        />
      </section>
      <section class="section" aria-labelledby="balance">
        <h2 id="balance">{t(loanText["balance.title"])}</h2>
        <p class="soft">{t(loanText["balance.note"])}</p>
        <Listing
          voice={voice}
          caption={t(loanText["balance.title"])}
          rows={view.balances}
          none={<p class="soft">{t(loanText["balance.none"])}</p>}
          columns={[
            { key: "unit", label: t(loanText.unit), header: true, cell: (row) => name(row.unit) },
            { key: "class", label: t(loanText.class), cell: (row) => name(row.class.names) },
            { key: "lent", label: t(loanText.lent), number: true, cell: (row) => amount(row.lent, row.class.measure) },
            { key: "borrowed", label: t(loanText.borrowed), number: true, cell: (row) => amount(row.borrowed, row.class.measure) },
            { key: "net", label: t(loanText.net), number: true, cell: (row) => amount(row.lent - row.borrowed, row.class.measure) },
          ]}
        />
      </section>
    </Layout>
  );
};

export interface OneLoanView extends LoanView {
  readonly base: string;
  /** The first day a recall may name. */
  readonly earliest: string;
  readonly may: { readonly recall: boolean; readonly return: boolean; readonly renew: boolean };
  readonly key: string;
  readonly done: (typeof LOAN_DONE)[number] | undefined;
  readonly problems: readonly Problem[];
  readonly form: string;
  readonly typed: Readonly<Record<string, string>>;
}

/** Half-hours of a week are many: the first say enough. */
const SHORT_SHOWN = 12;

/** One loan: its terms, what became of it, and how it comes back. */
export const LoanPage = ({ frame, view }: { frame: Frame; view: OneLoanView }) => {
  const { voice } = frame;
  const { t, name, amount } = voice;
  const { loan, class: cls } = view;
  const title = t(loanText["loan.name"], { loan: String(loan.id) });
  const rows: readonly (readonly [string, string])[] = [
    [t(loanText.class), name(cls.names)],
    [t(loanText.lender), name(view.lender)],
    [t(loanText["detail.resource"]), loan.lenderCode],
    [t(loanText.borrower), name(view.borrower)],
    [t(loanText["detail.dated"]), loan.resourceCode],
    [t(loanText.amount), amountOf(voice, view)],
    [t(loanText.term), termOf(voice, loan)],
    ...(loan.periods === null ? [] : [[t(loanText["detail.periods"]), voice.number(loan.periods)] as const, [t(loanText.use), useOf(voice, view)] as const]),
    ...loan.parts.map((part) => [t(loanText[`detail.part.${part.as}`]), t(loanText["part.of"], { amount: amount(part.amount, cls.measure), day: day(voice, part.from), grounds: part.grounds })] as const),
    ...(loan.parts.length === 0 ? [] : [[t(loanText["detail.keeps"]), amount(keptOn(loan.amount, loan.parts, loan.to), cls.measure)] as const]),
    ...(loan.legalBasis === null ? [] : [[t(loanText["detail.basis"]), loan.legalBasis] as const]),
    ...(loan.plan === null ? [] : [[t(loanText["detail.plan"]), String(loan.plan)] as const]),
    ...(loan.renews === null ? [] : [[t(loanText["detail.renews"]), t(loanText["loan.name"], { loan: String(loan.renews) })] as const]),
    ...(loan.backFrom === null ? [] : [[t(loanText["detail.backFrom"]), day(voice, loan.backFrom)] as const]),
    ...(loan.endedAs === null ? [] : [[t(loanText["detail.endedAs"]), t(loanText[`ended.${loan.endedAs}`])] as const]),
    ...(loan.grounds === null ? [] : [[t(loanText["detail.grounds"]), loan.grounds] as const]),
    [t(loanText["detail.applied"]), voice.dateTime(loan.appliedAt)],
    ...(loan.endedAt === null ? [] : [[t(loanText["detail.ended"]), voice.dateTime(loan.endedAt)] as const]),
  ];
  return (
    <Layout frame={frame} title={title} hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={{ grounds: t(loanText.grounds), from: t(loanText.from), to: t(loanText["renew.until"]) }} links={{ grounds: `#${view.form}-grounds`, from: `#${view.form}-from` }} />
      <Heading title={title} />
      {view.done === undefined ? null : (
        <Notice live>
          <p>{t(loanText[`done.${view.done}`])}</p>
        </Notice>
      )}
      <p>
        <LoanStateTag voice={voice} state={loan.state} />
      </p>
      {loan.state === "ending" && loan.backFrom !== null ? (
        <Notice kind="warning">
          <p>{t(loanText["ending.text"], { day: day(voice, loan.backFrom) })}</p>
        </Notice>
      ) : null}
      {loan.shortPeriods === null ? null : (
        <Notice kind="warning">
          <p>
            <strong>{t(loanText["short.title"])}</strong>
          </p>
          <p>{loan.shortPeriods.length === 0 ? t(loanText["short.none"]) : t(loanText["short.periods"], { periods: shortOf(voice, cls, loan.shortPeriods) })}</p>
        </Notice>
      )}
      <Facts facts={rows} />
      {view.may.recall ? <BringBack frame={frame} view={view} act="recall" text={t(loanText["recall.text"], { day: day(voice, view.earliest) })} /> : null}
      {view.may.renew ? <Renew frame={frame} view={view} /> : null}
      {view.may.return ? <BringBack frame={frame} view={view} act="return" text={t(loanText["return.text"])} /> : null}
      <p>
        <a href={inPool(frame, view.base)}>{t(loanText.back)}</a>
      </p>
    </Layout>
  );
};

function shortOf(voice: Voice, { period }: CapacityClass, short: readonly number[]): string {
  const shown = voice.list(short.slice(0, SHORT_SHOWN).map((one) => voice.period(period, one)));
  return short.length <= SHORT_SHOWN ? shown : `${shown} ${voice.t(loanText["short.more"], { count: short.length })}`;
}

const Renew = ({ frame, view }: { frame: Frame; view: OneLoanView }) => {
  const { voice } = frame;
  const { t } = voice;
  const own = view.form === "renew";
  return (
    <section class="section" aria-labelledby="renew">
      <h2 id="renew">{t(loanText["renew.button"])}</h2>
      <p>{t(loanText["renew.text"])}</p>
      <form method="post" action={inPool(frame, `${view.base}/${view.loan.id}/renew`)}>
        <input type="hidden" name="key" value={`${view.key}-renew`} />
        <TextField voice={voice} id="to" label={t(loanText["renew.until"])} type="date" value={own ? view.typed["to"] : ""} error={own ? fieldErrors(voice, view.problems)["to"] : undefined} />
        <div class="actions">
          <button class="button button--quiet">{t(loanText["renew.button"])}</button>
        </div>
      </form>
    </section>
  );
};

const BringBack = ({ frame, view, act, text }: { frame: Frame; view: OneLoanView; act: "recall" | "return"; text: string }) => {
  const { voice } = frame;
  const { t } = voice;
  const isThis = view.form === act;
  const errors = isThis ? fieldErrors(voice, view.problems) : {};
  const typed = isThis ? view.typed : {};
  return (
    <section class="section" aria-labelledby={act}>
      <h2 id={act}>{t(loanText[`${act}.title`])}</h2>
      <p>{text}</p>
      <form method="post" action={inPool(frame, `${view.base}/${view.loan.id}/${act}`)}>
        <input type="hidden" name="key" value={`${view.key}-${act}`} />
        <TextArea voice={voice} id={`${act}-grounds`} name="grounds" label={t(loanText.grounds)} value={typed["grounds"]} error={errors["grounds"]} />
        <TextField voice={voice} id={`${act}-from`} name="from" type="date" width="medium" optional label={t(loanText.from)} hint={t(loanText["from.hint"])} value={typed["from"]} error={errors["from"]} />
        <TextField
          voice={voice}
          id={`${act}-amount`}
          name="amount"
          width="short"
          optional
          label={t(loanText["part.amount"])}
          hint={t(loanText["part.hint"], { most: voice.amount(keptOn(view.loan.amount, view.loan.parts, view.loan.to), view.class.measure) })}
          value={typed["amount"]}
          error={errors["amount"]}
        />
        <div class="actions">
          <button class="button">{t(loanText[`${act}.button`])}</button>
        </div>
      </form>
    </section>
  );
};
