import type { TaskForce } from "../../../../app/ports/task-force.js";
import type { TaskForceView } from "../../../../app/rebalance/read-task-forces.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import type { CapacityClass } from "../../../../domain/pool/class.js";
import type { Problem } from "../../../../domain/problem.js";
import type { TaskForceState } from "../../../../domain/rebalance/task-force.js";
import { taskForceText as words } from "../../../../text/portal-task-forces.js";
import { problemTitle, problemTodo } from "../../../../text/problems.js";
import type { Voice } from "../../../../text/voice.js";
import { Facts } from "../../components/answers.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { TextArea } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { LoanStateTag } from "../../components/loan-state-tag.js";
import { Empty, Notice } from "../../components/panels.js";
import type { ShapeName } from "../../components/shape.js";
import { Tag, type Tone } from "../../components/tag.js";
import { day, said } from "../../components/told.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

/** The words of what task forces name. */
export interface TaskForceNames {
  readonly units: ReadonlyMap<string, Names>;
  readonly classes: ReadonlyMap<string, CapacityClass>;
  readonly items: ReadonlyMap<string, Names>;
  readonly divisions: ReadonlyMap<string, Names>;
}

const looks: Record<TaskForceState, { readonly shape: ShapeName; readonly tone: Tone }> = {
  proposed: { shape: "clock", tone: "active" },
  active: { shape: "disc", tone: "active" },
  dissolving: { shape: "half", tone: "warning" },
  dissolved: { shape: "dash", tone: "still" },
  refused: { shape: "square", tone: "decided" },
  withdrawn: { shape: "dash", tone: "still" },
};

const StateTag = ({ voice, state }: { voice: Voice; state: TaskForceState }) => <Tag label={voice.t(words[`state.${state}`])} {...looks[state]} />;


export interface TaskForcesView extends TaskForceNames {
  readonly rows: readonly TaskForce[];
  readonly next: string | undefined;
  /** Of those, the ones that wait for this person's consent. */
  readonly waiting: readonly TaskForce[];
  readonly mayPropose: boolean;
}

export const TaskForcesPage = ({ frame, view }: { readonly frame: Frame; readonly view: TaskForcesView }) => {
  const { voice } = frame;
  const { t } = voice;
  const base = inPool(frame, "/centre/task-forces");
  const table = (caption: string, rows: readonly TaskForce[], next?: string) => (
    <Listing
      voice={voice}
      caption={caption}
      rows={rows}
      next={next}
      columns={[
        { key: "name", label: t(words.id), header: true, cell: ({ id, content }) => <a href={`${base}/${id}`}>{voice.name(content.names)}</a> },
        { key: "state", label: t(words.state), cell: ({ state }) => <StateTag voice={voice} state={state} /> },
        { key: "until", label: t(words.until), cell: ({ content }) => day(voice, content.until) },
        { key: "members", label: t(words.members), cell: ({ content }) => content.members.map((unit) => said(voice, view.units, unit)).join(" · ") },
      ]}
    />
  );
  return (
    <Layout frame={frame} title={t(words.title)} wide>
      <Heading title={t(words.title)} lead={t(words.lead)} />
      {view.mayPropose && view.rows.length > 0 ? (
        <p>
          <a class="button button--quiet" href={`${base}/new`}>
            {t(words.new)}
          </a>
        </p>
      ) : null}
      {view.waiting.length === 0 ? null : (
        <section class="section" aria-labelledby="waiting">
          <h2 id="waiting">{t(words["desk.title"])}</h2>
          {table(t(words["desk.title"]), view.waiting)}
        </section>
      )}
      {view.rows.length === 0 ? <Empty title={t(words["empty.title"])} text={t(words["empty.text"])} {...(view.mayPropose ? { action: { href: `${base}/new`, label: t(words.new) } } : {})} /> : table(t(words.title), view.rows, view.next)}
    </Layout>
  );
};

export interface OneTaskForceView extends TaskForceNames {
  readonly view: TaskForceView;
  readonly done: boolean;
  readonly key: string;
  readonly problems: readonly Problem[];
  /** The form that was refused. */
  readonly form: string;
  readonly typed: Readonly<Record<string, string>>;
}

export const TaskForcePage = ({ frame, page }: { readonly frame: Frame; readonly page: OneTaskForceView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { force, missing, obstacles, loans, cases, may } = page.view;
  const { content } = force;
  const base = inPool(frame, "/centre/task-forces");
  const unit = (id: string): string => said(voice, page.units, id);
  const amount = (classId: string, value: number): string => voice.amount(value, page.classes.get(classId)?.measure ?? "piece");
  const errors = fieldErrors(voice, page.problems);
  const withReason = (["refuse", "dissolve"] as const).filter((act) => may[act]);
  return (
    <Layout frame={frame} title={name(content.names)} wide hasErrors={page.problems.length > 0} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: base, label: t(words.title) }]} />}>
      <ErrorSummary voice={voice} problems={page.problems} />
      <Heading title={name(content.names)} />
      {page.done ? (
        <Notice live>
          <p>{t(words.done)}</p>
        </Notice>
      ) : null}
      <Facts
        facts={[
          [t(words.state), <StateTag voice={voice} state={force.state} />],
          [t(words.basis), content.basis],
          [t(words.until), day(voice, content.until)],
          content.parent === null ? undefined : [t(words.parent), unit(content.parent)],
          [t(words.members), content.members.map(unit).join(" · ")],
          [t(words.leads), content.leads.map(unit).join(" · ")],
          force.approved === null ? undefined : [t(words.cases), t(words["cases.text"], { open: String(cases.open), closed: String(cases.closed), handed: String(cases.handedOver) })],
          force.closed === null ? undefined : [t(words.closed), `${voice.dateTime(force.closed.at)}${force.closed.reason === null ? "" : ` · ${force.closed.reason}`}`],
        ]}
      />
      {force.state !== "proposed" ? null : (
        <section class="section" aria-labelledby="consents">
          <h2 id="consents">{t(words.consents)}</h2>
          <Facts
            facts={[
              force.consents.length === 0 ? undefined : [t(words.given), force.consents.map(({ unitId }) => unit(unitId)).join(" · ")],
              missing.length === 0 ? undefined : [t(words.missing), missing.map(unit).join(" · ")],
            ]}
          />
          {obstacles.length === 0 ? null : (
            <Notice>
              <p>
                <strong>{t(words.obstacles)}</strong>
              </p>
              {obstacles.map((one) => (
                <p>
                  {problemTitle(voice.language, one)} {problemTodo(voice.language, one)}
                </p>
              ))}
            </Notice>
          )}
        </section>
      )}
      <section class="section" aria-labelledby="items">
        <h2 id="items">{t(words.items)}</h2>
        <Listing
          voice={voice}
          caption={t(words.items)}
          rows={content.items}
          columns={[
            { key: "item", label: t(words.item), header: true, cell: ({ item }) => <a href={inPool(frame, `/items/${encodeURIComponent(item)}`)}>{said(voice, page.items, item)}</a> },
            { key: "divisions", label: t(words.divisions), cell: ({ divisions }) => (divisions.length === 0 ? t(words.everywhere) : divisions.map((one) => said(voice, page.divisions, one)).join(" · ")) },
          ]}
        />
      </section>
      {content.resources.length === 0 ? null : (
        <section class="section" aria-labelledby="resources">
          <h2 id="resources">{t(words.resources)}</h2>
          <Listing
            voice={voice}
            caption={t(words.resources)}
            rows={content.resources}
            columns={[
              { key: "resource", label: t(words.resource), header: true, cell: (one) => one.resource },
              { key: "unit", label: t(words.unit), cell: (one) => unit(one.unit) },
              { key: "amount", label: t(words.amount), number: true, cell: (one) => amount(one.classId, one.amount) },
            ]}
          />
        </section>
      )}
      {loans.length === 0 ? null : (
        <section class="section" aria-labelledby="loans">
          <h2 id="loans">{t(words.loans)}</h2>
          <Listing
            voice={voice}
            caption={t(words.loans)}
            rows={loans}
            columns={[
              { key: "loan", label: t(words.resource), header: true, cell: (loan) => <a href={inPool(frame, `/centre/loans/${loan.id}`)}>{loan.lenderCode}</a> },
              { key: "term", label: t(words.term), cell: (loan) => `${day(voice, loan.from)} – ${day(voice, loan.to)}` },
              { key: "state", label: t(words.state), cell: (loan) => <LoanStateTag voice={voice} state={loan.state} /> },
              { key: "lent", label: t(words.lent), number: true, cell: (loan) => amount(loan.classId, loan.lent) },
              { key: "used", label: t(words.used), number: true, cell: (loan) => amount(loan.classId, loan.used) },
            ]}
          />
        </section>
      )}
      {may.consent.length === 0 && !may.approve && !may.withdraw && withReason.length === 0 ? null : (
        <section class="section" aria-labelledby="acts">
          <h2 id="acts">{t(words.acts)}</h2>
          {may.consent.map((id) => (
            <form method="post" action={`${base}/${force.id}/consent`}>
              <input type="hidden" name="key" value={`${page.key}-c-${id}`} />
              <input type="hidden" name="unit" value={id} />
              <div class="actions">
                <button class="button">{t(words["act.consent"], { unit: unit(id) })}</button>
              </div>
            </form>
          ))}
          {(["approve", "withdraw"] as const)
            .filter((act) => may[act])
            .map((act) => (
              <form method="post" action={`${base}/${force.id}/${act}`}>
                <input type="hidden" name="key" value={`${page.key}-${act}`} />
                <div class="actions">
                  <button class={act === "approve" ? "button" : "button button--quiet"}>{t(words[`act.${act}`])}</button>
                </div>
              </form>
            ))}
          {withReason.map((act) => (
            <form method="post" action={`${base}/${force.id}/${act}`}>
              <input type="hidden" name="key" value={`${page.key}-${act}`} />
              {act === "dissolve" ? <p class="soft">{t(words["act.dissolve.text"])}</p> : null}
              <TextArea voice={voice} id="reason" label={t(words.reason)} value={page.form === act ? (page.typed["reason"] ?? "") : ""} error={page.form === act ? errors["reason"] : undefined} rows={2} maxlength={500} />
              <div class="actions">
                <button class="button button--quiet">{t(words[`act.${act}`])}</button>
              </div>
            </form>
          ))}
        </section>
      )}
    </Layout>
  );
};
