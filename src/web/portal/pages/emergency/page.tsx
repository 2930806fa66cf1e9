import type { ShownOrder } from "../../../../app/emergency/orders.js";
import type { EmergencyUse } from "../../../../app/ports/emergency.js";
import type { Problem } from "../../../../domain/problem.js";
import { emergencyText } from "../../../../text/emergency.js";
import { emergencyUseText } from "../../../../text/emergency-use.js";
import type { Voice } from "../../../../text/voice.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { Choices, SelectField, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { UsePowers, type UseView } from "./use.js";

export interface OrdersView {
  readonly orders: readonly (ShownOrder & { readonly uses: number; readonly standing: number })[];
  readonly grounds: readonly Choice[];
  readonly mayEnter: boolean;
  readonly key: string;
  readonly problems: readonly Problem[];
  readonly typed: Readonly<Record<string, string>>;
}

/** Several forms of the page ask for a reason: the problem of the one that came back leads to its field. */
const REASONS: Readonly<Record<string, string>> = { first: "first-reason", lend: "lend-reason", back: "back-reason", end: "end-reason" };

const here = (frame: Frame, path: string): string => inPool(frame, `/centre/emergency${path}`);
const LEVELS = ["1", "2", "3", "4"] as const;
const levelOf = ({ t }: Voice, level: 1 | 2 | 3 | 4): string => t(emergencyText[`level.${level}`]);

/** Orders of the headquarters, and the form in which one is entered. */
export const OrdersPage = ({ frame, view }: { readonly frame: Frame; readonly view: OrdersView }) => {
  const { voice } = frame;
  const { t, number } = voice;
  const errors = fieldErrors(voice, view.problems);
  const { typed } = view;
  const labels = { document: t(emergencyText.document), title: t(emergencyText.orderTitle), trigger: t(emergencyText.trigger), until: t(emergencyText.until), divisions: t(emergencyText.divisions), items: t(emergencyText.items), powers: t(emergencyText.ground), atOnce: t(emergencyText.atOnce) };
  return (
    <Layout frame={frame} title={t(emergencyText.title)} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={labels} />
      <Heading title={t(emergencyText.title)} lead={t(emergencyText.lead)} />
      <Listing
        voice={voice}
        caption={t(emergencyText.title)}
        rows={view.orders}
        none={<Empty title={t(emergencyText["none.title"])} text={t(emergencyText["none.text"])} />}
        columns={[
          { key: "document", label: t(emergencyText.document), header: true, cell: ({ order }) => <a href={here(frame, `/${order.id}`)}>{order.document}</a> },
          { key: "title", label: t(emergencyText.orderTitle), cell: ({ order }) => order.title },
          { key: "level", label: t(emergencyText.level), cell: ({ order }) => levelOf(voice, order.level) },
          { key: "state", label: t(emergencyText.state), cell: ({ state }) => t(emergencyText[`state.${state}`]) },
          { key: "until", label: t(emergencyText.until), cell: ({ last }) => last },
          { key: "uses", label: t(emergencyText.uses), cell: (row) => t(emergencyText["uses.of"], { uses: number(row.uses), standing: number(row.standing) }) },
        ]}
      />
      {view.mayEnter ? (
        <Details summary={t(emergencyText.new)} open={view.problems.length > 0}>
          <form method="post" action={here(frame, "")}>
            <input type="hidden" name="key" value={view.key} />
            <TextField voice={voice} id="document" label={labels.document} value={typed["document"]} maxlength={120} error={errors["document"]} />
            <TextField voice={voice} id="title" label={labels.title} value={typed["title"]} maxlength={200} error={errors["title"]} />
            <SelectField voice={voice} id="level" label={t(emergencyText.level)} value={typed["level"] ?? "3"} options={LEVELS.map((value) => ({ value, label: t(emergencyText[`level.${value}`]) }))} />
            <TextField voice={voice} id="trigger" label={labels.trigger} value={typed["trigger"]} maxlength={2_000} error={errors["trigger"]} />
            <TextField voice={voice} id="divisions" label={labels.divisions} value={typed["divisions"]} maxlength={2_000} spellcheck={false} error={errors["divisions"] ?? errors["divisions.0"]} />
            <TextField voice={voice} id="items" label={labels.items} value={typed["items"]} maxlength={2_000} spellcheck={false} error={errors["items"] ?? errors["items.0"]} />
            <SelectField voice={voice} id="ground" label={labels.powers} value={typed["ground"] ?? ""} options={view.grounds} none={t(emergencyText["ground.none"])} error={errors["powers"]} />
            <TextField voice={voice} id="lend" label={t(emergencyText.lend)} hint={t(emergencyText["lend.hint"])} value={typed["lend"]} maxlength={2_000} spellcheck={false} error={errors["powers.lend.0.class"] ?? errors["powers.lend.0.amount"]} />
            <Choices voice={voice} id="rules" type="checkbox" label={t(emergencyText.rules)} options={[{ value: "true", label: t(emergencyText["power.rules"]) }]} values={typed["rules"] === "true" ? ["true"] : []} />
            <TextField voice={voice} id="until" type="date" width="medium" label={labels.until} hint={t(emergencyText["until.hint"])} value={typed["until"]} error={errors["until"]} />
            <SelectField
              voice={voice}
              id="replaces"
              label={t(emergencyText.replaces)}
              value={typed["replaces"] ?? ""}
              none={t(emergencyText["replaces.none"])}
              options={view.orders.filter(({ state }) => state === "in-force" || state === "unconfirmed").map(({ order }) => ({ value: String(order.id), label: order.document }))}
              error={errors["replaces"]}
            />
            <Choices voice={voice} id="atOnce" type="checkbox" label={t(emergencyText["state.unconfirmed"])} options={[{ value: "true", label: labels.atOnce }]} values={typed["atOnce"] === "true" ? ["true"] : []} error={errors["atOnce"]} />
            <div class="actions">
              <button class="button">{t(emergencyText.save)}</button>
            </div>
          </form>
        </Details>
      ) : null}
    </Layout>
  );
};

export interface OrderView extends UseView {
  readonly uses: readonly EmergencyUse[];
  readonly names: ReadonlyMap<string, string>;
  readonly places: ReadonlyMap<string, string>;
  readonly maySign: boolean;
  readonly mayEnd: boolean;
  readonly mayMakeGood: (use: EmergencyUse) => boolean;
  readonly done: "first" | "lend" | "back" | undefined;
}

/** One order: what it allows, how it stands, and every use of it. */
export const OrderPage = ({ frame, view }: { readonly frame: Frame; readonly view: OrderView }) => {
  const { voice } = frame;
  const { t, list, dateTime } = voice;
  const { order, state, last } = view.shown;
  const { priority, lend, rules } = order.powers;
  const errors = view.form === "end" ? fieldErrors(voice, view.problems) : {};
  const classOf = (id: string): string => {
    const one = view.classes.get(id);
    return one === undefined ? id : voice.name(one.names);
  };
  return (
    <Layout frame={frame} title={order.document} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={labelsOf(voice, view.form)} links={{ reason: `#${REASONS[view.form] ?? "uses"}` }} />
      <Heading title={order.document} lead={`${order.title} · ${levelOf(voice, order.level)} · ${t(emergencyText[`state.${state}`])}`} />
      {view.done === undefined ? null : (
        <Notice live>
          <p>{t(emergencyUseText[`done.${view.done}`])}</p>
        </Notice>
      )}
      <section class="section" aria-labelledby="order">
        <h2 id="order">{t(emergencyUseText.order)}</h2>
        <p>{order.trigger}</p>
        <p>{t(emergencyText["one.scope"], { divisions: order.divisions.length === 0 ? t(emergencyText["one.everywhere"]) : list(order.divisions.map((code) => view.places.get(code) ?? code)), items: order.items.length === 0 ? t(emergencyText["one.every-item"]) : list(order.items.map((code) => view.items.get(code) ?? code)) })}</p>
        <p>{t(emergencyText["one.dates"], { from: dateTime(order.startsAt), last })}</p>
        {state === "unconfirmed" && order.confirmBy !== null ? <p>{t(emergencyText["one.confirm"], { at: dateTime(order.confirmBy) })}</p> : null}
        {order.settledAt === null ? null : <p>{t(emergencyText["one.settled"], { at: dateTime(order.settledAt) })}</p>}
        <ul class="bullets">
          {priority === null ? null : <li>{t(emergencyText[priority.everyCase ? "power.every-case" : "power.priority"], { ground: view.groundName })}</li>}
          {lend.map(({ classId, amount }) => (
            <li>{t(emergencyText["power.lend"], { class: classOf(classId), amount: voice.amount(amount, view.classes.get(classId)?.measure ?? "piece") })}</li>
          ))}
          {rules ? <li>{t(emergencyText["power.rules"])}</li> : null}
        </ul>
      </section>
      <UsePowers frame={frame} view={view} />
      <section class="section" aria-labelledby="uses">
        <h2 id="uses">{t(emergencyText["use.title"])}</h2>
        <Listing
          voice={voice}
          caption={t(emergencyText["use.title"])}
          rows={view.uses}
          none={<p class="soft">{t(emergencyText["use.none"])}</p>}
          columns={[
            { key: "what", label: t(emergencyText["use.what"]), cell: (use) => (use.loan && view.mayLend ? <a href={inPool(frame, `/centre/loans/${use.loan.id}`)}>{whatOf(view, voice, use)}</a> : whatOf(view, voice, use)) },
            { key: "when", label: t(emergencyText["use.when"]), header: true, cell: (use) => dateTime(use.at) },
            { key: "who", label: t(emergencyText["use.who"]), cell: (use) => view.names.get(use.by) ?? t(emergencyText["use.system"]) },
            { key: "reason", label: t(emergencyText["use.reason"]), cell: (use) => use.reason },
            { key: "owed", label: t(emergencyText["use.owed"]), cell: (use) => owedOf(frame, view, use) },
            { key: "standing", label: t(emergencyText["use.standing"]), cell: (use) => (use.endedAt === null ? t(emergencyText["use.counts"]) : t(emergencyText["use.over"], { at: dateTime(use.endedAt) })) },
          ]}
        />
        <TakeBack frame={frame} view={view} />
      </section>
      {view.maySign || view.mayEnd ? (
        <section class="section" aria-labelledby="decide">
          <h2 id="decide">{t(emergencyUseText.decide)}</h2>
          {view.maySign ? (
            <form method="post" action={here(frame, `/${order.id}/sign`)}>
              <input type="hidden" name="key" value={view.key} />
              <button class="button">{t(emergencyText.sign)}</button>
            </form>
          ) : null}
          {view.mayEnd ? (
            <form method="post" action={here(frame, `/${order.id}/end`)}>
              <input type="hidden" name="key" value={`${view.key}-end`} />
              <TextField voice={voice} id="end-reason" name="reason" label={t(emergencyText.reason)} value={view.form === "end" ? view.typed["reason"] : ""} maxlength={2_000} error={errors["reason"]} />
              <div class="actions">
                <button class="button button--quiet">{t(emergencyText.end)}</button>
              </div>
            </form>
          ) : null}
        </section>
      ) : null}
      <p>
        <a href={here(frame, "")}>{t(emergencyText.back)}</a>
      </p>
    </Layout>
  );
};

function labelsOf({ t }: Voice, form: string): Readonly<Record<string, string>> {
  if (form === "first") return { requests: t(emergencyUseText["first.requests"]), reason: t(emergencyUseText.reason) };
  if (form !== "lend") return { reason: t(emergencyText.reason) };
  const field = (name: "class" | "lender" | "borrower" | "amount" | "from" | "to"): readonly [string, string] => [`loans-0-${name}`, t(emergencyUseText[`lend.${name}`])];
  return { ...Object.fromEntries((["class", "lender", "borrower", "amount", "from", "to"] as const).map(field)), reason: t(emergencyUseText.reason) };
}

/** One use that counts still: taken back before the order is over. */
const TakeBack = ({ frame, view }: { readonly frame: Frame; readonly view: OrderView }) => {
  const { voice } = frame;
  const { t, dateTime } = voice;
  const standing = view.uses.filter(({ endedAt, rule, power }) => endedAt === null && rule === null && (power === "priority" ? view.mayPrioritise : view.mayLend));
  if (standing.length === 0 && view.form !== "back") return null;
  const errors = view.form === "back" ? fieldErrors(voice, view.problems) : {};
  return (
    <Details summary={t(emergencyUseText.back)} open={view.form === "back"}>
      <form method="post" action={here(frame, `/${view.shown.order.id}/back`)}>
        <input type="hidden" name="key" value={`${view.key}-back`} />
        <p class="soft">{t(emergencyUseText["back.lead"])}</p>
        <SelectField voice={voice} id="back-use" name="use" label={t(emergencyUseText["back.which"])} value={view.form === "back" ? view.typed["use"] : ""} options={standing.map((use) => ({ value: String(use.id), label: `${whatOf(view, voice, use)} · ${dateTime(use.at)}` }))} />
        <TextField voice={voice} id="back-reason" name="reason" label={t(emergencyText.reason)} value={view.form === "back" ? view.typed["reason"] : ""} maxlength={2_000} error={errors["reason"]} />
        <div class="actions">
          <button class="button button--quiet">{t(emergencyUseText["back.do"])}</button>
        </div>
      </form>
    </Details>
  );
};

function whatOf(view: OrderView, { t, number, name, amount: amountOf }: Voice, { request, loan, rule }: EmergencyUse): string {
  const unit = (id: string): string => view.units.get(id) ?? id;
  const of = loan ? view.classes.get(loan.class) : undefined;
  if (request) return t(emergencyText["use.priority"], { number: request.number });
  if (rule !== null && !loan) return t(emergencyText["use.rule"], { rule });
  return loan ? t(emergencyText["use.lend"], { loan: number(loan.id), lender: unit(loan.lender), borrower: unit(loan.borrower), class: of === undefined ? loan.class : name(of.names), amount: amountOf(loan.amount, of?.measure ?? "piece") }) : "";
}

function owedOf(frame: Frame, view: OrderView, use: EmergencyUse) {
  const { t, dateTime } = frame.voice;
  if (use.owed === null) return "—";
  const owed = t(emergencyText[`use.owed.${use.owed}`]);
  if (use.toldAt !== null) {
    const who = use.toldBy === null ? undefined : view.names.get(use.toldBy);
    return `${owed} · ${who === undefined ? t(emergencyText["use.good"], { at: dateTime(use.toldAt) }) : t(emergencyUseText.good, { who, at: dateTime(use.toldAt) })}`;
  }
  if (!view.mayMakeGood(use)) return owed;
  return (
    <form method="post" action={here(frame, `/${use.order}/made-good/${use.id}`)}>
      <input type="hidden" name="key" value={`${view.key}-${use.id}`} />
      {owed}{" "}
      <button class="button button--quiet button--small">{t(emergencyText["use.make-good"])}</button>
    </form>
  );
}
