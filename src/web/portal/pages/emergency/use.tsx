import type { LentUnderOrder } from "../../../../app/emergency/lend.js";
import type { ShownOrder } from "../../../../app/emergency/orders.js";
import type { PrioritisedCase } from "../../../../app/emergency/prioritise.js";
import type { CapacityClass } from "../../../../domain/pool/class.js";
import type { Problem } from "../../../../domain/problem.js";
import { emergencyUseText } from "../../../../text/emergency-use.js";
import { fieldErrors } from "../../components/error-summary.js";
import { SelectField, Suggestions, TextArea, TextField, type Choice } from "../../components/field.js";
import { Details, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";

/** What one may do under an order, and how far one has got with it. */
export interface UseView {
  readonly shown: ShownOrder;
  readonly inForce: boolean;
  readonly mayPrioritise: boolean;
  readonly mayLend: boolean;
  readonly groundName: string;
  readonly classes: ReadonlyMap<string, CapacityClass>;
  readonly units: ReadonlyMap<string, string>;
  readonly items: ReadonlyMap<string, string>;
  /** Units in its scope. */
  readonly borrowers: readonly Choice[];
  readonly today: string;
  readonly key: string;
  /** Which form came back, what was typed, and what trying it brought. */
  readonly form: string;
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
  readonly seen: string | undefined;
  readonly isChanged: boolean;
  readonly cases: readonly PrioritisedCase[] | undefined;
  readonly lent: readonly LentUnderOrder[] | undefined;
}

type Part = { readonly frame: Frame; readonly view: UseView };

const LENDERS = "emergency-lenders";
const BORROWERS = "emergency-borrowers";

/** Each power that a person uses, as a form of its own. */
export const UsePowers = ({ frame, view }: Part) => {
  const { t } = frame.voice;
  const { priority, lend, rules } = view.shown.order.powers;
  if (!view.mayPrioritise && !view.mayLend) return null;
  return (
    <section class="section" aria-labelledby="use">
      <h2 id="use">{t(emergencyUseText.title)}</h2>
      {view.inForce ? (
        <>
          <p>{t(emergencyUseText.lead)}</p>
          {priority !== null && view.mayPrioritise ? <Prioritise frame={frame} view={view} /> : null}
          {priority?.everyCase === true ? <p class="soft">{t(emergencyUseText.everyCase)}</p> : null}
          {lend.length > 0 && view.mayLend ? <Lend frame={frame} view={view} /> : null}
          {rules ? (
            <p class="soft">
              {t(emergencyUseText.rules)} <a href={inPool(frame, "/centre/rules")}>{t(emergencyUseText["rules.link"])}</a>
            </p>
          ) : null}
        </>
      ) : (
        <p class="soft">{t(emergencyUseText.over)}</p>
      )}
    </section>
  );
};

const mine = ({ view }: Part, form: string): { readonly typed: Readonly<Record<string, string>>; readonly problems: readonly Problem[] } => (view.form === form ? view : { typed: {}, problems: [] });

const Prioritise = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { typed, problems } = mine({ frame, view }, "first");
  const errors = fieldErrors(voice, problems);
  const ofCases = Object.entries(errors).find(([field]) => field.startsWith("requests"))?.[1];
  return (
    <Details summary={t(emergencyUseText["first.title"], { ground: view.groundName })} open={view.form === "first"}>
      <form method="post" action={inPool(frame, `/centre/emergency/${view.shown.order.id}/prioritise`)}>
        <input type="hidden" name="key" value={`${view.key}-first`} />
        <TextArea voice={voice} id="requests" label={t(emergencyUseText["first.requests"])} hint={t(emergencyUseText["first.requests.hint"])} rows={3} value={typed["requests"]} maxlength={6_000} error={ofCases} />
        <TextField voice={voice} id="first-reason" name="reason" label={t(emergencyUseText.reason)} hint={t(emergencyUseText["reason.hint"])} value={typed["reason"]} maxlength={2_000} error={errors["reason"]} />
        <Tried frame={frame} view={view} form="first">
          {view.cases?.map(({ number, item, owed }) => (
            <li>
              {t(emergencyUseText["preview.case"], { number, item: view.items.get(item) ?? item })} {owed === null ? "" : t(emergencyUseText[`preview.owed.${owed}`])}
            </li>
          ))}
        </Tried>
        <Buttons frame={frame} view={view} form="first" />
      </form>
    </Details>
  );
};

const Lend = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { order, last } = view.shown;
  const { typed, problems } = mine({ frame, view }, "lend");
  const errors = fieldErrors(voice, problems);
  const of = (field: string): string | undefined => errors[`loans-0-${field}`];
  const nameOf = (id: string): string => {
    const one = view.classes.get(id);
    return one === undefined ? id : voice.name(one.names);
  };
  return (
    <Details summary={t(emergencyUseText["lend.title"])} open={view.form === "lend"}>
      <form method="post" action={inPool(frame, `/centre/emergency/${order.id}/lend`)}>
        <input type="hidden" name="key" value={`${view.key}-lend`} />
        <Suggestions id={LENDERS} options={[...view.units].map(([value, label]) => ({ value, label }))} />
        <Suggestions id={BORROWERS} options={view.borrowers} />
        <SelectField
          voice={voice}
          id="loans-0-class"
          name="class"
          label={t(emergencyUseText["lend.class"])}
          value={typed["class"]}
          options={order.powers.lend.map(({ classId, amount }) => ({ value: classId, label: t(emergencyUseText["lend.class.option"], { class: nameOf(classId), amount: voice.amount(amount, view.classes.get(classId)?.measure ?? "piece") }) }))}
          error={of("class")}
        />
        <TextField voice={voice} id="loans-0-lender" name="lender" list={LENDERS} autocomplete="off" spellcheck={false} label={t(emergencyUseText["lend.lender"])} hint={t(emergencyUseText["lend.lender.hint"])} value={typed["lender"]} maxlength={160} error={of("lender") ?? of("resource")} />
        <TextField voice={voice} id="loans-0-borrower" name="borrower" list={BORROWERS} autocomplete="off" spellcheck={false} label={t(emergencyUseText["lend.borrower"])} hint={t(emergencyUseText["lend.borrower.hint"])} value={typed["borrower"]} maxlength={160} error={of("borrower")} />
        <TextField voice={voice} id="loans-0-amount" name="amount" type="number" width="short" label={t(emergencyUseText["lend.amount"])} hint={t(emergencyUseText["lend.amount.hint"])} value={typed["amount"]} maxlength={15} error={of("amount")} />
        <TextField voice={voice} id="loans-0-from" name="from" type="date" width="medium" label={t(emergencyUseText["lend.from"])} value={typed["from"] ?? view.today} error={of("from")} />
        <TextField voice={voice} id="loans-0-to" name="to" type="date" width="medium" label={t(emergencyUseText["lend.to"])} hint={t(emergencyUseText["lend.to.hint"], { last })} value={typed["to"] ?? last} error={of("to")} />
        <TextField voice={voice} id="lend-reason" name="reason" label={t(emergencyUseText.reason)} hint={t(emergencyUseText["reason.hint"])} value={typed["reason"]} maxlength={2_000} error={errors["reason"]} />
        <Tried frame={frame} view={view} form="lend">
          {view.lent?.map(({ terms, owed }) => (
            <li>
              {t(emergencyUseText["preview.lend"], {
                lender: view.units.get(terms.lender) ?? terms.lender,
                borrower: view.units.get(terms.borrower) ?? terms.borrower,
                class: nameOf(terms.classId),
                amount: voice.amount(terms.amount, view.classes.get(terms.classId)?.measure ?? "piece"),
                from: terms.from,
                to: terms.to,
                resource: terms.resource,
              })}{" "}
              {owed === null ? "" : t(emergencyUseText[`preview.owed.${owed}`])}
            </li>
          ))}
        </Tried>
        <Buttons frame={frame} view={view} form="lend" />
      </form>
    </Details>
  );
};

const isTried = ({ view }: Part, form: string): boolean => view.form === form && (form === "first" ? view.cases : view.lent) !== undefined;

const Tried = ({ frame, view, form, children }: Part & { readonly form: string; readonly children?: unknown }) => {
  const { t } = frame.voice;
  if (!isTried({ frame, view }, form)) return null;
  return (
    <>
      <Notice live>
        {view.isChanged ? <p>{t(emergencyUseText["preview.changed"])}</p> : null}
        <p>
          <strong>{t(emergencyUseText["preview.title"])}</strong>
        </p>
        <ul>{children as never}</ul>
      </Notice>
      <input type="hidden" name="seen" value={view.seen} />
    </>
  );
};

/** Doing it is offered once it was tried. */
const Buttons = ({ frame, view, form }: Part & { readonly form: "first" | "lend" }) => {
  const { t } = frame.voice;
  const tried = isTried({ frame, view }, form);
  return (
    <div class="actions">
      {tried ? (
        <button class="button" name="act" value="do">
          {t(emergencyUseText[`${form}.do`])}
        </button>
      ) : null}
      <button class={tried ? "button button--quiet" : "button"} name="act" value="preview">
        {t(emergencyUseText.preview)}
      </button>
    </div>
  );
};
