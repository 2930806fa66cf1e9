import type { Names } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";
import type { Measure } from "../../../../domain/pool/class.js";
import type { DirectClaimState } from "../../../../domain/pool/direct-claim.js";
import type { Problem } from "../../../../domain/problem.js";
import { directStateWords, directText } from "../../../../text/direct-claims.js";
import { measureNames } from "../../../../text/words.js";
import { DataTable } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Empty, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

/** What is looked for, as it was typed. */
export interface BookingSought {
  readonly class: string;
  readonly amount: string;
  readonly slots: string;
  readonly day: string;
  readonly title: string;
}

export interface BookingOffer {
  readonly resource: string;
  readonly generation: number;
  readonly unitNames: Names;
  readonly start: Instant | null;
  /** ISO, as it is sent. */
  readonly startSent: string;
}

export interface BookingRow {
  readonly claim: string;
  readonly title: string;
  readonly state: DirectClaimState;
  readonly holdUntil: Instant | null;
  readonly start: Instant | null;
  readonly resources: readonly string[];
}

export interface BookingsView {
  readonly unit: { readonly id: string; readonly names: Names };
  readonly units: readonly { readonly id: string; readonly names: Names }[];
  readonly sought: BookingSought;
  readonly classes: readonly { readonly id: string; readonly names: Names; readonly measure: Measure }[];
  /** Undefined: nothing was looked for yet. */
  readonly offers: { readonly rows: readonly BookingOffer[]; readonly complete: boolean } | undefined;
  readonly unanswered: boolean;
  readonly rows: readonly BookingRow[];
  readonly next: string | undefined;
  readonly done: "held" | "asked" | "confirmed" | "released" | undefined;
  readonly idempotencyKey: string;
  readonly problems: readonly Problem[];
  /** May book for the unit. */
  readonly may: boolean;
}

/** Find what is free, hold it, confirm it; and what the unit has booked. */
export const BookingsPage = ({ frame, view }: { frame: Frame; view: BookingsView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const base = inPool(frame, "/desk/bookings");
  return (
    <Layout frame={frame} title={t(directText["page.title"])} hasErrors={view.problems.length > 0}>
      <div class="column">
        <ErrorSummary
          voice={voice}
          problems={view.problems}
          labels={{ class: t(directText["find.class"]), amount: t(directText["find.amount"]), slots: t(directText["find.slots"]), day: t(directText["find.day"]), title: t(directText["offers.title"]) }}
        />
        <Heading over={name(view.unit.names)} title={t(directText["page.title"])} lead={t(directText["page.lead"])} />
        {view.done === undefined ? null : (
          <Notice kind="info" live>
            <p>{t(directText[`done.${view.done}`])}</p>
          </Notice>
        )}
        {view.may ? <Find frame={frame} view={view} /> : null}
        {view.may && view.offers !== undefined ? <Offers frame={frame} view={view} offers={view.offers} /> : null}
        <section class="section" aria-labelledby="bookings">
          <h2 id="bookings">{t(directText["list.heading"])}</h2>
          {view.rows.length === 0 ? <p class="soft">{t(directText["list.empty"])}</p> : <Bookings frame={frame} view={view} />}
          {view.next === undefined ? null : (
            <p>
              <a href={`${base}?${view.next}`}>{t(directText["list.more"])}</a>
            </p>
          )}
        </section>
      </div>
    </Layout>
  );
};

const Find = ({ frame, view }: { frame: Frame; view: BookingsView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const errors = fieldErrors(voice, view.problems);
  return (
    <form class="form" method="get" action={inPool(frame, "/desk/bookings")}>
      <h2>{t(directText["find.heading"])}</h2>
      {view.units.length < 2 ? (
        <input type="hidden" name="unit" value={view.unit.id} />
      ) : (
        <SelectField voice={voice} id="unit" label={t(directText["page.unit"])} value={view.unit.id} options={view.units.map((unit) => ({ value: unit.id, label: name(unit.names) }))} />
      )}
      <SelectField voice={voice} id="class" label={t(directText["find.class"])} value={view.sought.class} error={errors["class"]} options={view.classes.map(({ id, names, measure }) => ({ value: id, label: measure === "fen" ? name(names) : `${name(names)} · ${t(measureNames[measure])}` }))} />
      <TextField voice={voice} id="amount" label={t(directText["find.amount"])} hint={t(directText["find.amount.hint"])} type="number" width="short" error={errors["amount"]} value={view.sought.amount} maxlength={16} />
      <TextField voice={voice} id="slots" label={t(directText["find.slots"])} hint={t(directText["find.slots.hint"])} type="number" width="short" error={errors["slots"]} value={view.sought.slots} maxlength={2} />
      <TextField voice={voice} id="day" label={t(directText["find.day"])} type="date" width="medium" error={errors["day"]} value={view.sought.day} optional />
      <div class="actions">
        <button class="button">{t(directText["find.submit"])}</button>
      </div>
    </form>
  );
};

const when = ({ voice }: Frame, start: Instant | null): string => (start === null ? "—" : voice.dateTime(start));

const Offers = ({ frame, view, offers }: { frame: Frame; view: BookingsView; offers: NonNullable<BookingsView["offers"]> }) => {
  const { voice } = frame;
  const { t, name } = voice;
  if (view.unanswered || offers.rows.length === 0) {
    return <Empty title={t(directText["offers.heading"])} text={t(directText[view.unanswered ? "find.unanswered" : "find.none"])} />;
  }
  return (
    <form class="form" method="post" action={inPool(frame, "/desk/bookings")}>
      <h2>{t(directText["offers.heading"])}</h2>
      <input type="hidden" name="key" value={view.idempotencyKey} />
      <input type="hidden" name="unit" value={view.unit.id} />
      {(["class", "amount", "slots", "day"] as const).map((field) => (
        <input type="hidden" name={field} value={view.sought[field]} />
      ))}
      <TextField voice={voice} id="title" label={t(directText["offers.title"])} hint={t(directText["offers.title.hint"])} value={view.sought.title} error={fieldErrors(voice, view.problems)["title"]} maxlength={200} />
      <ul class="offers">
        {offers.rows.map((offer) => (
          <li>
            <button class="button button--quiet" name="offer" value={`${offer.resource} ${offer.generation} ${offer.startSent}`}>
              {t(directText["offers.take"], { unit: name(offer.unitNames), when: when(frame, offer.start) })}
              <span class="visually-hidden"> {offer.resource}</span>
            </button>
            <span class="soft small">{offer.resource}</span>
          </li>
        ))}
      </ul>
      {offers.complete ? null : <p class="soft">{t(directText["offers.more"])}</p>}
    </form>
  );
};

const Bookings = ({ frame, view }: { frame: Frame; view: BookingsView }) => {
  const { voice } = frame;
  const { t } = voice;
  const act = (row: BookingRow, path: "confirmation" | "release", label: string, grave = false) => (
    <form method="post" action={inPool(frame, `/desk/bookings/${row.claim}/${path}`)}>
      <input type="hidden" name="unit" value={view.unit.id} />
      <input type="hidden" name="key" value={`${view.idempotencyKey}-${path.slice(0, 2)}${row.claim.slice(0, 8)}`} />
      <button class={grave ? "button button--quiet" : "button"}>{label}</button>
    </form>
  );
  return (
    <DataTable
      voice={voice}
      caption={t(directText["list.heading"])}
      captionHidden
      cards
      rows={view.rows}
      columns={[
        { key: "title", label: t(directText["offers.title"]), header: true, cell: (row) => row.title },
        { key: "when", label: t(directText["offers.when"]), cell: (row) => when(frame, row.start) },
        { key: "where", label: t(directText["offers.where"]), cell: (row) => voice.list(row.resources) },
        {
          key: "state",
          label: t(directText["list.state"]),
          cell: (row) => (
            <>
              <p>{t(directStateWords[row.state])}</p>
              {row.state === "held" && row.holdUntil !== null ? <p class="soft">{t(directText["list.until"], { at: voice.dateTime(row.holdUntil) })}</p> : null}
              {view.may && row.state === "held" ? act(row, "confirmation", t(directText["list.confirm"], { title: row.title })) : null}
              {view.may && (row.state === "held" || row.state === "confirmed" || row.state === "asked") ? act(row, "release", t(directText["list.release"], { title: row.title }), true) : null}
            </>
          ),
        },
      ]}
    />
  );
};
