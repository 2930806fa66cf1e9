import type { WhatIfRecord, WhatIfState, WhatIfSummary } from "../../../../app/ports/what-if.js";
import type { Problem } from "../../../../domain/problem.js";
import { RUN_FIGURES, type RunFigure } from "../../../../domain/what-if/result-rows.js";
import type { GroupChange, WhatIfResult } from "../../../../domain/what-if/result.js";
import { portalText } from "../../../../text/portal.js";
import { problemTitle, problemTodo } from "../../../../text/problems.js";
import type { Voice } from "../../../../text/voice.js";
import { runFigureWords, whatIfPageText, whatIfText } from "../../../../text/what-if.js";
import { QueueLines } from "../../../charts/queue-lines.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { DataTable, Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, Suggestions, TextArea, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty, Notice, Progress } from "../../components/panels.js";
import { Tag } from "../../components/tag.js";
import { day } from "../../components/told.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

const looks: Record<WhatIfState, { shape: "half" | "ring" | "check" | "dash" | "octagon"; tone: "active" | "done" | "still" | "alarm" }> = {
  waiting: { shape: "ring", tone: "active" },
  running: { shape: "half", tone: "active" },
  done: { shape: "check", tone: "done" },
  refused: { shape: "octagon", tone: "alarm" },
  failed: { shape: "octagon", tone: "alarm" },
  cancelled: { shape: "dash", tone: "still" },
};

const StateTag = ({ voice, state }: { voice: Voice; state: WhatIfState }) => <Tag label={voice.t(whatIfText[`state.${state}`])} {...looks[state]} />;

export interface WhatIfsView {
  readonly mayPlay: boolean;
  readonly units: readonly Choice[];
  /** What may be lent. */
  readonly classes: readonly Choice[];
  readonly rows: readonly WhatIfSummary[];
  readonly next: string | undefined;
  readonly problems: readonly Problem[];
  readonly typed: Readonly<Record<string, string>>;
  readonly key: string;
}

type PageText = keyof typeof whatIfPageText;

const FIELDS = {
  name: { label: "form.name", needed: true },
  days: { label: "form.days", hint: "form.days.hint", needed: true },
  drain: { label: "form.drain", hint: "form.drain.hint" },
  surge: { label: "form.surge", hint: "form.surge.hint" },
  lender: { label: "form.lender" },
  borrower: { label: "form.borrower" },
  "lend-count": { label: "form.lend.count", hint: "form.lend.count.hint" },
  from: { label: "form.from", hint: "form.from.hint" },
  to: { label: "form.to" },
} as const satisfies Record<string, { readonly label: PageText; readonly hint?: PageText; readonly needed?: true }>;

const UNITS = "what-if-units";

/** What was played, and the form that begins another. */
export const WhatIfsPage = ({ frame, view }: { frame: Frame; view: WhatIfsView }) => {
  const { voice } = frame;
  const { t } = voice;
  const base = inPool(frame, "/centre/what-ifs");
  const errors = fieldErrors(voice, view.problems);
  const field = (name: keyof typeof FIELDS, list?: string) => {
    const { label, hint, needed }: { readonly label: PageText; readonly hint?: PageText; readonly needed?: true } = FIELDS[name];
    return <TextField voice={voice} id={name} label={t(whatIfPageText[label])} value={view.typed[name] ?? ""} error={errors[name]} optional={needed !== true} {...(hint === undefined ? {} : { hint: t(whatIfPageText[hint]) })} {...(list === undefined ? {} : { list, autocomplete: "off" })} />;
  };
  return (
    <Layout frame={frame} title={t(whatIfPageText["title"])} hasErrors={view.problems.length > 0} wide>
      <ErrorSummary voice={voice} problems={view.problems} labels={{ ...Object.fromEntries(Object.entries(FIELDS).map(([name, { label }]) => [name, t(whatIfPageText[label])])), "lend-class": t(whatIfPageText["form.lend"]) }} />
      <Heading title={t(whatIfPageText["title"])} lead={t(whatIfPageText["lead"])} />
      {view.mayPlay ? (
        <form class="sheet column" method="post" action={base}>
          <input type="hidden" name="key" value={view.key} />
          <Suggestions id={UNITS} options={view.units} />
          {field("name")}
          {field("days")}
          {field("drain", UNITS)}
          {field("surge")}
          <SelectField voice={voice} id="lend-class" label={t(whatIfPageText["form.lend"])} value={view.typed["lend-class"]} none={t(whatIfPageText["form.lend.none"])} options={view.classes} error={errors["lend-class"]} />
          <Details summary={t(whatIfPageText["form.lend.details"])} open={(view.typed["lend-class"] ?? "") !== ""}>
            {field("lender", UNITS)}
            {field("borrower", UNITS)}
            {field("lend-count")}
          </Details>
          {field("from")}
          {field("to")}
          <Details summary={t(whatIfPageText["form.file"])} open={(view.typed["file"] ?? "") !== ""}>
            <TextArea voice={voice} id="file" label={t(whatIfPageText["form.paste"])} hint={t(whatIfPageText["form.paste.hint"])} value={view.typed["file"] ?? ""} rows={12} optional />
          </Details>
          <div class="actions">
            <button class="button">{t(whatIfPageText["form.play"])}</button>
          </div>
        </form>
      ) : null}
      <section class="section" aria-labelledby="earlier">
        <h2 id="earlier">{t(whatIfPageText["earlier"])}</h2>
        <Listing
          voice={voice}
          caption={t(whatIfPageText["earlier"])}
          rows={view.rows}
          none={<Empty title={t(whatIfPageText["none"])} text={t(whatIfPageText["none.text"])} />}
          next={view.next === undefined ? undefined : `${base}?${view.next}`}
          columns={[
            { key: "name", label: t(whatIfPageText["form.name"]), header: true, cell: (row) => <a href={`${base}/${row.id}`}>{row.name}</a> },
            { key: "state", label: t(whatIfPageText["state"]), cell: (row) => <StateTag voice={voice} state={row.state} /> },
            { key: "at", label: t(whatIfPageText["at"]), cell: (row) => voice.dateTime(row.askedAt) },
          ]}
        />
      </section>
    </Layout>
  );
};

export interface WhatIfView {
  readonly record: WhatIfRecord;
  readonly file: string;
  readonly mayCancel: boolean;
  readonly key: string;
  readonly problems: readonly Problem[];
}

const LIVE_SECONDS = 2;

/** One what-if: how far it is, then what would be beside what is. */
export const WhatIfPage = ({ frame, view }: { frame: Frame; view: WhatIfView }) => {
  const { voice } = frame;
  const { t } = voice;
  const { record } = view;
  const base = inPool(frame, `/centre/what-ifs/${record.id}`);
  const working = record.state === "waiting" || record.state === "running";
  return (
    <Layout
      frame={frame}
      title={record.name}
      hasErrors={view.problems.length > 0}
      wide
      {...(working ? { refreshSeconds: LIVE_SECONDS } : {})}
      breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, "/centre/what-ifs"), label: t(portalText["nav.what-ifs"]) }]} />}
    >
      <ErrorSummary voice={voice} problems={view.problems} />
      {/* While it is played, this part asks for itself again; finished, it has nothing that asks. */}
      <div id="live" aria-live="polite" {...(working ? { "hx-get": frame.path, "hx-trigger": `every ${LIVE_SECONDS}s`, "hx-select": "#live", "hx-swap": "outerHTML" } : {})}>
        <Heading over={t(whatIfPageText["title"])} title={record.name} facts={<StateTag voice={voice} state={record.state} />} />
        {working ? <Progress voice={voice} label={t(whatIfText[`state.${record.state}`])} done={record.progress} total={100} /> : null}
        {working && view.mayCancel ? (
          <form method="post" action={`${base}/cancellation`}>
            <input type="hidden" name="key" value={view.key} />
            <button class="button button--quiet">{t(whatIfPageText["cancel"])}</button>
          </form>
        ) : null}
        {record.problems.length === 0 ? null : (
          <Notice kind="alarm">
            {record.problems.map((one) => (
              <p>
                {one.field === undefined ? "" : `${one.field} `}
                <strong>{problemTitle(voice.language, one)}</strong> {problemTodo(voice.language, one)}
              </p>
            ))}
          </Notice>
        )}
        {record.result === null ? null : <Outcome voice={voice} base={base} result={record.result} />}
        <Details summary={t(whatIfPageText["scenario"])}>
          <pre class="table-wrap" tabindex={0}>{view.file}</pre>
        </Details>
      </div>
    </Layout>
  );
};

const signed = (voice: Voice, value: number): string => `${value > 0 ? "+" : ""}${voice.number(Math.round(value * 10) / 10)}`;

/** What came of one, beside what would be without it. */
export const Outcome = ({ voice, base, result }: { voice: Voice; base: string; result: WhatIfResult }) => {
  const { t, number } = voice;
  const figures = (Object.keys(RUN_FIGURES) as RunFigure[]).map((figure) => ({ figure, was: RUN_FIGURES[figure](result.base), is: RUN_FIGURES[figure](result.changed) }));
  const after = new Map(result.changed.classes.map((one) => [one.key, one]));
  const share = (permille: number | null | undefined): string => (permille == null ? "—" : voice.percent(permille, 1_000));
  return (
    <div class="stack">
      <p class="row small">
        <a href={`${base}/figures.csv`}>CSV</a>
        <a href={`${base}/result.json`}>JSON</a>
        <a href={`${base}/scenario.yaml`}>{t(whatIfPageText["scenario"])} YAML</a>
      </p>
      <p class="soft small">{t(whatIfText["span"], { from: day(voice, result.from), to: day(voice, result.to), seed: result.scenario.seed })}</p>
      {result.demand === "table" ? null : <Notice>{t(whatIfText[`demand.${result.demand}`])}</Notice>}
      <DataTable
        voice={voice}
        caption={t(whatIfPageText["figures"])}
        dense
        cards
        rows={figures}
        columns={[
          { key: "figure", label: t(whatIfText["column.figure"]), header: true, cell: ({ figure }) => t(runFigureWords[figure]) },
          { key: "was", label: t(whatIfText["column.base"]), number: true, cell: ({ was }) => number(was) },
          { key: "is", label: t(whatIfText["column.scenario"]), number: true, cell: ({ is }) => number(is) },
          { key: "more", label: t(whatIfText["column.difference"]), number: true, cell: ({ was, is }) => signed(voice, is - was) },
        ]}
      />
      <QueueLines
        voice={voice}
        caption={t(whatIfPageText["open"])}
        note={t(whatIfPageText["open.note"])}
        points={result.queue.map(({ at, base: was, scenario: is }) => ({ label: voice.date(Date.parse(at)), base: was.open, scenario: is.open }))}
      />
      <Groups voice={voice} caption={t(whatIfText["heading.units"])} column={t(whatIfText["column.unit"])} rows={result.units} />
      <Groups voice={voice} caption={t(whatIfText["heading.divisions"])} column={t(whatIfText["column.division"])} rows={result.divisions} />
      <Groups voice={voice} caption={t(whatIfText["heading.items"])} column={t(whatIfText["column.item"])} rows={result.items} />
      <DataTable
        voice={voice}
        caption={t(whatIfText["heading.classes"])}
        dense
        cards
        rows={result.base.classes}
        columns={[
          { key: "class", label: t(whatIfText["column.class"]), header: true, cell: ({ key, names }) => (names === null ? key : voice.name(names)) },
          { key: "was", label: t(whatIfText["column.base"]), number: true, cell: ({ permille }) => share(permille) },
          { key: "is", label: t(whatIfText["column.scenario"]), number: true, cell: ({ key }) => share(after.get(key)?.permille) },
        ]}
      />
      <p class="soft small">{t(whatIfText["hash"], { hash: result.hash.slice(0, 16) })}</p>
    </div>
  );
};

const GROUPS_SHOWN = 20;

const Groups = ({ voice, caption, column, rows }: { voice: Voice; caption: string; column: string; rows: readonly GroupChange[] }) => {
  const { t, number } = voice;
  const touched = rows.filter(({ verdict }) => verdict !== "same").slice(0, GROUPS_SHOWN);
  if (touched.length === 0) {
    return (
      <section>
        <h2>{caption}</h2>
        <p class="soft">{t(whatIfText["nobody"])}</p>
      </section>
    );
  }
  return (
    <DataTable
      voice={voice}
      caption={caption}
      dense
      cards
      rows={touched}
      columns={[
        { key: "of", label: column, header: true, cell: ({ key, names }) => (names === null ? key : voice.name(names)) },
        { key: "verdict", label: t(whatIfText["column.verdict"]), cell: ({ verdict }) => t(whatIfText[verdict]) },
        { key: "late", label: t(whatIfText["column.breaches"]), number: true, cell: ({ base, scenario }) => `${number(base.breaches)} → ${number(scenario.breaches)}` },
        { key: "wait", label: t(whatIfText["column.wait"]), number: true, cell: ({ base, scenario }) => `${number(base.meanWait)} → ${number(scenario.meanWait)}` },
      ]}
    />
  );
};
