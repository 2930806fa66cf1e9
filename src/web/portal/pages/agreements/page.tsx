import type { Agreement } from "../../../../app/ports/agreement.js";
import { owedFen, owedInAll, type AgreementView } from "../../../../app/rebalance/read-agreements.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import type { CapacityClass } from "../../../../domain/pool/class.js";
import type { Problem } from "../../../../domain/problem.js";
import { dayBefore, type AgreementState } from "../../../../domain/rebalance/agreement.js";
import { agreementText as words } from "../../../../text/portal-agreements.js";
import { problemTitle, problemTodo } from "../../../../text/problems.js";
import type { Voice } from "../../../../text/voice.js";
import { Facts } from "../../components/answers.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors, fieldId } from "../../components/error-summary.js";
import { SelectField, TextArea, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Empty, Notice } from "../../components/panels.js";
import type { ShapeName } from "../../components/shape.js";
import { Tag, type Tone } from "../../components/tag.js";
import { day, said } from "../../components/told.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

/** The words of what agreements name. */
export interface AgreementNames {
  readonly units: ReadonlyMap<string, Names>;
  readonly classes: ReadonlyMap<string, CapacityClass>;
  readonly items: ReadonlyMap<string, Names>;
  readonly divisions: ReadonlyMap<string, Names>;
  readonly traits: ReadonlyMap<string, Names>;
}

const looks: Record<AgreementState, { readonly shape: ShapeName; readonly tone: Tone }> = {
  proposed: { shape: "clock", tone: "active" },
  active: { shape: "disc", tone: "active" },
  suspended: { shape: "half", tone: "warning" },
  replaced: { shape: "dash", tone: "still" },
  ended: { shape: "dash", tone: "still" },
  refused: { shape: "square", tone: "decided" },
  withdrawn: { shape: "dash", tone: "still" },
};

const StateTag = ({ voice, state }: { voice: Voice; state: AgreementState }) => <Tag label={voice.t(words[`state.${state}`])} {...looks[state]} />;

const term = (voice: Voice, { content, endedFrom }: Agreement): string => `${day(voice, content.from)} – ${day(voice, dayBefore(content.until))}${endedFrom === null ? "" : ` · ${voice.t(words["ended-from"], { day: day(voice, endedFrom) })}`}`;

/** Where the pages stand: the centre shows all of the pool, a desk what its unit buys or provides. */
export type AgreementRoom = "centre" | "desk";
const baseOf = (frame: Frame, room: AgreementRoom): string => inPool(frame, `/${room}/agreements`);

export interface AgreementsView extends AgreementNames {
  readonly room: AgreementRoom;
  readonly rows: readonly Agreement[];
  readonly next: string | undefined;
  readonly mayPropose: boolean;
}

export const AgreementsPage = ({ frame, view }: { readonly frame: Frame; readonly view: AgreementsView }) => {
  const { voice } = frame;
  const { t } = voice;
  const base = baseOf(frame, view.room);
  const isDesk = view.room === "desk";
  return (
    <Layout frame={frame} title={t(words.title)} wide>
      <Heading title={t(words.title)} lead={t(words[isDesk ? "lead.desk" : "lead"])} />
      {view.mayPropose && view.rows.length > 0 ? (
        <p>
          <a class="button button--quiet" href={`${base}/new`}>
            {t(words.new)}
          </a>
        </p>
      ) : null}
      <Listing
        voice={voice}
        caption={t(words.title)}
        rows={view.rows}
        none={<Empty title={t(words[isDesk ? "empty.desk.title" : "empty.title"])} text={t(words[isDesk ? "empty.desk.text" : "empty.text"])} {...(view.mayPropose ? { action: { href: `${base}/new`, label: t(words.new) } } : {})} />}
        next={view.next}
        columns={[
          { key: "name", label: t(words.name), header: true, cell: ({ id, content }) => <a href={`${base}/${id}`}>{voice.name(content.names)}</a> },
          { key: "state", label: t(words.state), cell: ({ state }) => <StateTag voice={voice} state={state} /> },
          { key: "provider", label: t(words.provider), cell: ({ content }) => said(voice, view.units, content.provider) },
          { key: "purchaser", label: t(words.purchaser), cell: ({ content }) => said(voice, view.units, content.purchaser) },
          { key: "term", label: t(words.term), cell: (one) => term(voice, one) },
        ]}
      />
    </Layout>
  );
};

export interface NewAgreementView {
  readonly room: AgreementRoom;
  /** As many are shown. */
  readonly classRows: number;
  readonly typed: Readonly<Record<string, string>>;
  readonly providers: readonly Choice[];
  readonly purchasers: readonly Choice[];
  readonly classes: readonly Choice[];
  readonly key: string;
  readonly problems: readonly Problem[];
}

export const NewAgreementPage = ({ frame, view }: { readonly frame: Frame; readonly view: NewAgreementView }) => {
  const { voice } = frame;
  const { t } = voice;
  const { typed } = view;
  const errors = fieldErrors(voice, view.problems);
  const base = baseOf(frame, view.room);
  const field = (name: string) => ({ voice, id: fieldId(name), name, value: typed[name], error: errors[fieldId(name)] });
  const text = (name: string) => ({ ...field(name), spellcheck: false });
  const select = (name: string, options: readonly Choice[]) => ({ ...field(name), options, none: t(words.choose) });
  const rows = Array.from({ length: view.classRows }, (_, nth) => nth);
  const labels = {
    agreement: t(words.agreement), "names-zh": t(words["names.zh"]), "names-en": t(words["names.en"]), provider: t(words.provider), purchaser: t(words.purchaser), instrument: t(words.instrument), from: t(words.from), until: t(words.until),
    divisions: t(words.divisions), items: t(words.items), traits: t(words.traits), quality: t(words.quality), noticeDays: t(words.notice),
    ...Object.fromEntries(rows.flatMap((nth) => [[`classes-${nth}-class`, t(words.class)], [`classes-${nth}-perPeriod`, t(words["per-period"])], [`classes-${nth}-inTotal`, t(words["in-total"])], [`classes-${nth}-priceFen`, t(words.price)]])),
  };
  return (
    <Layout frame={frame} title={t(words.new)} wide hasErrors={view.problems.length > 0} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: base, label: t(words.title) }]} />}>
      <ErrorSummary voice={voice} problems={view.problems} labels={labels} />
      <Heading title={t(words.new)} lead={t(words["new.lead"])} />
      <form method="post" action={`${base}/new`}>
        <input type="hidden" name="key" value={view.key} />
        <TextField {...text("agreement")} label={t(words.agreement)} maxlength={63} autocomplete="off" />
        <TextField {...text("names.zh")} label={t(words["names.zh"])} maxlength={200} />
        <TextField {...text("names.en")} label={t(words["names.en"])} maxlength={200} />
        <SelectField {...select("provider", view.providers)} label={t(words.provider)} hint={view.providers.length === 0 ? t(words["provider.none"]) : undefined} />
        <SelectField {...select("purchaser", view.purchasers)} label={t(words.purchaser)} />
        <TextField {...text("instrument")} label={t(words.instrument)} maxlength={500} />
        <TextField {...text("from")} label={t(words.from)} type="date" width="medium" />
        <TextField {...text("until")} label={t(words.until)} type="date" width="medium" />
        <TextField {...text("divisions")} label={t(words.divisions)} hint={t(words["divisions.hint"])} />
        <TextField {...text("items")} label={t(words.items)} hint={t(words["items.hint"])} optional />
        <TextField {...text("traits")} label={t(words.traits)} hint={t(words["traits.hint"])} optional />
        <TextField {...text("quality")} label={t(words.quality)} maxlength={500} optional />
        <TextField {...text("noticeDays")} label={t(words.notice)} type="number" width="short" optional />
        {rows.map((nth) => (
          <fieldset class="fieldset">
            <legend class="fieldset__legend">{t(words["class.nth"], { nth: String(nth + 1) })}</legend>
            <SelectField {...select(`classes.${nth}.class`, view.classes)} label={t(words.class)} optional={nth > 0} />
            <TextField {...text(`classes.${nth}.perPeriod`)} label={t(words["per-period"])} type="number" width="medium" optional={nth > 0} />
            <TextField {...text(`classes.${nth}.inTotal`)} label={t(words["in-total"])} type="number" width="medium" optional />
            <TextField {...text(`classes.${nth}.priceFen`)} label={t(words.price)} hint={t(words["price.hint"])} type="number" width="medium" optional={nth > 0} />
          </fieldset>
        ))}
        <div class="actions">
          <button class="button button--quiet" name="more" value={String(view.classRows + 1)}>
            {t(words["class.more"])}
          </button>
        </div>
        <div class="actions">
          <button class="button">{t(words["act.propose"])}</button>
        </div>
      </form>
    </Layout>
  );
};

export interface OneAgreementView extends AgreementNames {
  readonly room: AgreementRoom;
  readonly view: AgreementView;
  readonly done: boolean;
  readonly key: string;
  readonly problems: readonly Problem[];
  /** The form that was refused. */
  readonly form: string;
  readonly typed: Readonly<Record<string, string>>;
}

type Part = { readonly frame: Frame; readonly page: OneAgreementView };

export const AgreementPage = ({ frame, page }: Part) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { agreement, pending, obstacles, use, usedUp, drains, resources, versions } = page.view;
  const { content } = agreement;
  const base = baseOf(frame, page.room);
  const amount = (classId: string, value: number): string => voice.amount(value, page.classes.get(classId)?.measure ?? "piece");
  const className = (id: string): string => name(page.classes.get(id)?.names ?? { zh: id, en: id });
  const list = (names: ReadonlyMap<string, Names>, ids: readonly string[]): string => ids.map((id) => said(voice, names, id)).join(" · ");
  const last = agreement.suspensions.at(-1);
  const inTotalOf = (classId: string, inTotal: number | null) => {
    const since = usedUp.get(classId);
    if (inTotal === null) return t(words["in-total.none"]);
    return since === undefined ? (
      amount(classId, inTotal)
    ) : (
      <span>
        {amount(classId, inTotal)}
        <br />
        <small>{t(words["used-up.since"], { at: voice.dateTime(since) })}</small>
      </span>
    );
  };
  const fen = (value: bigint | number): string => voice.amount(Number(value), "fen");
  return (
    <Layout frame={frame} title={name(content.names)} wide hasErrors={page.problems.length > 0} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: base, label: t(words.title) }]} />}>
      <ErrorSummary voice={voice} problems={page.problems} />
      <Heading title={name(content.names)} />
      {page.done ? (
        <Notice live>
          <p>{t(words.done)}</p>
        </Notice>
      ) : null}
      {pending === null ? null : (
        <Notice>
          <p>{t(words.pending, { version: String(pending.version), from: day(voice, pending.content.from), until: day(voice, pending.content.until) })}</p>
          {obstacles.length === 0 ? null : <p>{t(words.obstacles)}</p>}
          {obstacles.map((one) => (
            <p>
              {problemTitle(voice.language, one)} {problemTodo(voice.language, one)}
            </p>
          ))}
        </Notice>
      )}
      <Facts
        facts={[
          [t(words.state), <StateTag voice={voice} state={agreement.state} />],
          agreement.state !== "suspended" || last === undefined ? undefined : [t(words.reason), t(words.suspended, { at: voice.dateTime(last.at), reason: last.reason })],
          [t(words.provider), said(voice, page.units, content.provider)],
          [t(words.purchaser), said(voice, page.units, content.purchaser)],
          [t(words.instrument), content.instrument],
          [t(words.term), term(voice, agreement)],
          [t(words.divisions), list(page.divisions, content.divisions)],
          [t(words.items), content.items.length === 0 ? t(words["items.all"]) : list(page.items, content.items)],
          [t(words.traits), content.traits.length === 0 ? t(words["traits.none"]) : list(page.traits, content.traits)],
          content.quality === null ? undefined : [t(words.quality), content.quality],
          [t(words.notice), String(content.noticeDays)],
          [t(words["owed.all"]), fen(owedInAll(use))],
        ]}
      />
      <section class="section" aria-labelledby="classes">
        <h2 id="classes">{t(words.classes)}</h2>
        <Listing
          voice={voice}
          caption={t(words.classes)}
          rows={content.classes}
          columns={[
            { key: "class", label: t(words.class), header: true, cell: ({ classId }) => className(classId) },
            { key: "per-period", label: t(words["per-period"]), number: true, cell: ({ classId, perPeriod }) => amount(classId, perPeriod) },
            { key: "in-total", label: t(words["in-total"]), number: true, cell: ({ classId, inTotal }) => inTotalOf(classId, inTotal) },
            { key: "settled", label: t(words.settled), number: true, cell: ({ classId }) => amount(classId, use.reduce((sum, one) => sum + (one.classId === classId ? one.settled : 0), 0)) },
            { key: "price", label: t(words["price.one"]), number: true, cell: ({ priceFen }) => fen(priceFen) },
          ]}
        />
      </section>
      <section class="section" aria-labelledby="use">
        <h2 id="use">{t(words.use)}</h2>
        <p class="soft">{use.length === 0 ? t(words["use.none"]) : t(words["use.lead"])}</p>
        {use.length === 0 ? null : (
          <>
            <Listing
              voice={voice}
              caption={t(words.use)}
              rows={use}
              exports={{ csv: `${base}/${agreement.id}/use.csv`, xlsx: `${base}/${agreement.id}/use.xlsx` }}
              columns={[
                { key: "class", label: t(words.class), header: true, cell: ({ classId }) => className(classId) },
                { key: "month", label: t(words.month), cell: ({ month }) => month },
                { key: "held", label: t(words.held), number: true, cell: ({ classId, held }) => amount(classId, held) },
                { key: "settled", label: t(words.settled), number: true, cell: ({ classId, settled }) => amount(classId, settled) },
                { key: "price", label: t(words["price.one"]), number: true, cell: ({ priceFen }) => fen(priceFen) },
                { key: "owed", label: t(words.owed), number: true, cell: (one) => fen(owedFen(one)) },
              ]}
            />
          </>
        )}
      </section>
      {drains.length === 0 ? null : (
        <section class="section" aria-labelledby="moved">
          <h2 id="moved">{t(words.moved)}</h2>
          <p class="soft">{t(words["moved.lead"])}</p>
          <Listing
            voice={voice}
            caption={t(words.moved)}
            rows={drains}
            columns={[
              { key: "resource", label: t(words.resource), header: true, cell: ({ id, target }) => (page.room === "centre" ? <a href={inPool(frame, `/centre/drains/${id}`)}>{target}</a> : target) },
              { key: "days", label: t(words["moved.days"]), cell: ({ from, to }) => t(words["moved.days.to"], { from: day(voice, from), to: day(voice, to ?? content.until) }) },
              { key: "moved", label: t(words["moved.count"]), number: true, cell: ({ moved }) => voice.number(moved) },
              { key: "open", label: t(words["moved.open"]), number: true, cell: ({ open }) => voice.number(open) },
            ]}
          />
        </section>
      )}
      {resources.length === 0 ? null : (
        <section class="section" aria-labelledby="resources">
          <h2 id="resources">{t(words.resources)}</h2>
          <Listing
            voice={voice}
            caption={t(words.resources)}
            rows={resources}
            columns={[
              { key: "resource", label: t(words.resource), header: true, cell: ({ code }) => <a href={inPool(frame, `/${page.room}/resources/${encodeURIComponent(code)}`)}>{code}</a> },
              { key: "class", label: t(words.class), cell: ({ classId }) => className(classId) },
            ]}
          />
        </section>
      )}
      <section class="section" aria-labelledby="versions">
        <h2 id="versions">{t(words.versions)}</h2>
        <Listing
          voice={voice}
          caption={t(words.versions)}
          rows={versions}
          columns={[
            { key: "version", label: t(words.version), header: true, cell: ({ version }) => String(version) },
            { key: "state", label: t(words.state), cell: ({ state }) => <StateTag voice={voice} state={state} /> },
            { key: "term", label: t(words.term), cell: (one) => term(voice, one) },
            { key: "approved", label: t(words.approved), cell: ({ approved }) => (approved === null ? "" : voice.dateTime(approved.at)) },
          ]}
        />
      </section>
      <Acts frame={frame} page={page} />
    </Layout>
  );
};

const Acts = ({ frame, page }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { agreement, pending, may } = page.view;
  const errors = fieldErrors(voice, page.problems);
  const to = (act: string): string => `${baseOf(frame, page.room)}/${agreement.id}/${act}`;
  const hidden = (act: string) => <input type="hidden" name="key" value={`${page.key}-${act}`} />;
  const version = pending === null ? null : <input type="hidden" name="version" value={String(pending.version)} />;
  const number = { version: String(pending?.version ?? 0) };
  const reason = (act: string) => (
    <TextArea voice={voice} id={`reason-${act}`} name="reason" label={t(words.reason)} value={page.form === act ? (page.typed["reason"] ?? "") : ""} error={page.form === act ? errors["reason"] : undefined} rows={2} maxlength={500} />
  );
  const suspended = agreement.state === "suspended";
  if (!may.approve && !may.withdraw && !may.propose && !may.suspend && !may.end) return null;
  return (
    <section class="section" aria-labelledby="acts">
      <h2 id="acts">{t(words.acts)}</h2>
      {may.approve ? (
        <form method="post" action={to("approve")}>
          {hidden("approve")}
          {version}
          <div class="actions">
            <button class="button">{t(words["act.approve"], number)}</button>
          </div>
        </form>
      ) : null}
      {may.approve ? (
        <form method="post" action={to("refuse")}>
          {hidden("refuse")}
          {version}
          {reason("refuse")}
          <div class="actions">
            <button class="button button--quiet">{t(words["act.refuse"], number)}</button>
          </div>
        </form>
      ) : null}
      {may.withdraw ? (
        <form method="post" action={to("withdraw")}>
          {hidden("withdraw")}
          {version}
          <div class="actions">
            <button class="button button--quiet">{t(words["act.withdraw"], number)}</button>
          </div>
        </form>
      ) : null}
      {may.propose && pending === null && agreement.state !== "ended" ? (
        <form method="post" action={to("renew")}>
          {hidden("renew")}
          <TextField voice={voice} id="until" label={t(words.until)} type="date" width="medium" value={page.form === "renew" ? page.typed["until"] : undefined} error={errors["until"]} />
          <div class="actions">
            <button class="button button--quiet">{t(words["act.renew"])}</button>
          </div>
        </form>
      ) : null}
      {may.suspend && suspended ? (
        <form method="post" action={to("resume")}>
          {hidden("resume")}
          <div class="actions">
            <button class="button">{t(words["act.resume"])}</button>
          </div>
        </form>
      ) : null}
      {may.suspend && !suspended ? (
        <form method="post" action={to("suspend")}>
          {hidden("suspend")}
          <p class="soft">{t(words["act.suspend.text"])}</p>
          {reason("suspend")}
          <div class="actions">
            <button class="button button--quiet">{t(words["act.suspend"])}</button>
          </div>
        </form>
      ) : null}
      {may.end ? (
        <form method="post" action={to("end")}>
          {hidden("end")}
          <p class="soft">{t(words["act.end.text"])}</p>
          {reason("end")}
          <div class="actions">
            <button class="button button--quiet">{t(words["act.end"])}</button>
          </div>
        </form>
      ) : null}
    </section>
  );
};
