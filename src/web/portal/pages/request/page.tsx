import { hallText } from "../../../../text/portal-hall.js";
import { orderText } from "../../../../text/order.js";
import { priorityText } from "../../../../text/priority.js";
import { portalText } from "../../../../text/portal.js";
import { requestStateMeaning, stageWords } from "../../../../text/words.js";
import { Answers, Facts } from "../../components/answers.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { DeadlineLight } from "../../components/deadline.js";
import { Heading } from "../../components/heading.js";
import { Details, Seal } from "../../components/panels.js";
import { RequestTag, StepTag } from "../../components/tag.js";
import { Timeline, type TimelineEntry } from "../../components/timeline.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { Appointments } from "./appointments.js";
import { Unsettled } from "./unsettled.js";
import type { RequestEventWord, RequestView, StepView } from "./view.js";

const LIVE_SECONDS = 30;

/** One request: what is happening now, what one can do, and the whole way as a time line. */
export const RequestPage = ({ frame, view }: { frame: Frame; view: RequestView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const open = view.closedAt === null;
  return (
    <Layout
      frame={frame}
      title={`${name(view.item)} ${view.number}`}
      {...(open ? { refreshSeconds: LIVE_SECONDS } : {})}
      breadcrumbs={
        <Breadcrumbs
          voice={voice}
          trail={[
            { href: inPool(frame, ""), label: t(portalText["nav.home"]) },
            { href: inPool(frame, "/requests"), label: t(portalText["nav.mine"]) },
          ]}
        />
      }
    >
      <Heading over={t(hallText["request.over"], { number: view.number })} title={name(view.item)} />
      <div class="split">
        <div>
          <Appointments frame={frame} view={view} />
          {/* Swapped whole every half minute where scripts run; `polite` says it only when something changed. */}
          <div id="live" aria-live="polite" {...(open ? { "hx-get": frame.path, "hx-trigger": `every ${LIVE_SECONDS}s`, "hx-select": "#live", "hx-swap": "outerHTML" } : {})}>
            <Now frame={frame} view={view} />
            <section class="section" aria-labelledby="timeline">
              <h2 id="timeline">{t(hallText["request.timeline"])}</h2>
              <Timeline entries={entriesOf(frame, view)} />
            </section>
          </div>
        </div>
        <aside class="stack aside">
          <section class="sheet" aria-labelledby="facts">
            <h2 id="facts">{t(hallText["request.facts"])}</h2>
            <Facts
              facts={[
                [t(hallText["request.fact.item"]), <a href={inPool(frame, `/items/${encodeURIComponent(view.itemCode)}`)}>{name(view.item)}</a>],
                [t(hallText["request.fact.unit"]), view.unitPhone === null ? name(view.unit) : `${name(view.unit)} ${view.unitPhone}`],
                view.lead === null ? undefined : [t(hallText["request.fact.lead"]), name(view.lead)],
                [t(hallText["request.fact.division"]), name(view.division)],
                view.enterprise === null ? undefined : [t(hallText["request.fact.enterprise"]), view.enterprise],
                view.statusCode === undefined ? undefined : [t(hallText["request.fact.secret"]), <code>{view.statusCode}</code>],
                view.occurredAt === null ? undefined : [t(hallText["request.fact.occurred"]), voice.dateTime(view.occurredAt)],
                [t(hallText["request.fact.received"]), voice.dateTime(view.receivedAt)],
                [t(hallText["request.fact.promised"]), voice.date(view.promisedDueAt)],
                [t(hallText["request.fact.statutory"]), voice.date(view.statutoryDueAt)],
              ]}
            />
          </section>
          {view.answers === undefined || view.answers.length === 0 ? null : (
            <section class="sheet" aria-labelledby="answers">
              <h2 id="answers">{t(hallText["request.answers"])}</h2>
              <Answers voice={voice} answers={[...view.answers, ...view.supplements.map((text) => ({ label: t(hallText["supplement.answer"]), value: text }))]} stacked />
            </section>
          )}
          {view.siblings.length === 0 ? null : (
            <section class="sheet" aria-labelledby="siblings">
              <h2 id="siblings">{t(hallText["request.siblings"])}</h2>
              <ul class="link-list">
                {view.siblings.map((sibling) => (
                  <li>
                    <a href={inPool(frame, `/requests/${sibling.publicId}`)}>{name(sibling.item)}</a>
                    <p class="link-list__meta">
                      <RequestTag voice={voice} state={sibling.state} />
                      <span>{sibling.number}</span>
                    </p>
                  </li>
                ))}
              </ul>
            </section>
          )}
          {view.statusCode === undefined ? null : (
            <p>
              <a href={inPool(frame, `/requests/${view.publicId}/receipt`)}>{t(hallText["request.receipt"])}</a>
            </p>
          )}
          {open ? <p class="soft small">{t(hallText["request.live"])}</p> : null}
        </aside>
      </div>
    </Layout>
  );
};

const Now = ({ frame, view }: { frame: Frame; view: RequestView }) => {
  const { voice } = frame;
  const { t } = voice;
  const act = inPool(frame, `/requests/${view.publicId}`);
  return (
    <section class="sheet now" aria-labelledby="now">
      <h2 id="now" class="visually-hidden">
        {t(hallText["request.now"])}
      </h2>
      <div class="row row--between">
        <p class="now__state">
          <RequestTag voice={voice} state={view.state} />
        </p>
        {view.state === "completed" ? <Seal>{t(hallText["request.decision.granted"])}</Seal> : null}
        {view.state === "rejected" ? <Seal>{t(hallText["request.decision.rejected"])}</Seal> : <DeadlineLight voice={voice} deadline={view.deadline} />}
      </div>
      <p>{t(requestStateMeaning[view.state])}</p>
      <Unsettled frame={frame} view={view} />
      {view.pausedAt === null ? null : <p class="soft">{t(hallText["request.paused"], { date: voice.date(view.pausedAt) })}</p>}
      {view.grounds === null ? null : <p>{t(hallText["request.grounds"], { grounds: view.grounds })}</p>}
      {view.state === "rejected" ? <p class="soft">{t(hallText["request.remedy"])}</p> : null}
      {view.order.length === 0 ? null : (
        <Details summary={t(orderText["request.title"])}>
          {view.order.map((sentence) => (
            <p>{sentence}</p>
          ))}
        </Details>
      )}
      {view.may.annul.map((step) => (
        <p>
          <a href={`${act}/steps/${step}/annulment`}>{t(hallText["request.you.annul"])}</a>
        </p>
      ))}
      {view.may.supplement || view.may.withdraw ? (
        <div class="actions">
          {view.may.supplement ? (
            <a class="button" href={`${act}/supplement`}>
              {t(hallText["request.you.supplement"])}
            </a>
          ) : null}
          {view.may.withdraw ? (
            <a class={view.may.supplement ? "" : "button button--quiet"} href={`${act}/withdrawal`}>
              {t(hallText["request.you.withdraw"])}
            </a>
          ) : null}
          <a href={`${act}/priorities`}>{t(priorityText["page.link"])}</a>
        </div>
      ) : null}
    </section>
  );
};

/** What is over, in the order it happened; then what is under way; then what comes. */
function entriesOf(frame: Frame, view: RequestView): TimelineEntry[] {
  const { t, name, dateTime } = frame.voice;
  const past = [
    ...view.steps.flatMap((step) => (step.endedAt === null ? [] : [{ at: step.endedAt, entry: stepEntry(frame, view, step) }])),
    ...view.events.map(({ at, event, title, units, grounds, notes }) => ({
      at,
      entry: {
        title,
        kind: EVENT_KINDS[event],
        meta: [...(event === "supplied" || event === "reconsidered" ? [] : units.map(name)), dateTime(at)],
        ...(grounds === null && notes.length === 0
          ? {}
          : {
              body: (
                <>
                  {notes.map((note) => (
                    <p>{note}</p>
                  ))}
                  {grounds === null ? null : <p>{t(hallText["request.grounds"], { grounds })}</p>}
                </>
              ),
            }),
      } satisfies TimelineEntry,
    })),
  ].toSorted((a, b) => a.at - b.at);
  const open = view.steps.filter((step) => step.endedAt === null).map((step) => stepEntry(frame, view, step));
  return [receivedEntry(frame, view), ...past.map(({ entry }) => entry), ...open];
}

const EVENT_KINDS: Record<RequestEventWord, TimelineEntry["kind"]> = {
  released: "done",
  "supplement-asked": "needs-you",
  supplied: "done",
  reconsidered: "done",
  "cannot-be-arranged": "alarm",
  "referred-here": "done",
  designated: "done",
  "deputy-named": "done",
  "number-annulled": "alarm",
  moved: "alarm",
  referred: "later",
  completed: "done",
  rejected: "decided",
  withdrawn: "later",
};

const receivedEntry = ({ voice }: Frame, view: RequestView): TimelineEntry => ({
  title: voice.t(hallText["request.received"]),
  kind: "done",
  meta: [voice.dateTime(view.receivedAt)],
});

function stepEntry({ voice }: Frame, view: RequestView, step: StepView): TimelineEntry {
  const { t, name } = voice;
  const meta = [
    ...step.units.map(name),
    step.endedAt !== null ? t(hallText["request.ended"], { date: voice.dateTime(step.endedAt) }) : undefined,
    step.endedAt === null && step.startedAt !== null ? t(hallText["request.started"], { date: voice.dateTime(step.startedAt) }) : undefined,
    step.endedAt === null && step.startedAt === null && step.plannedAt !== null ? t(hallText["request.planned"], { date: voice.date(step.plannedAt) }) : undefined,
    step.endedAt === null && step.state !== "cancelled" && step.state !== "blocked" ? t(hallText["request.due"], { date: voice.date(step.dueAt) }) : undefined,
    step.mode === "automatic" ? t(hallText["request.automatic"]) : step.mode === "external" ? t(hallText["request.external"]) : undefined,
  ].filter((fact) => fact !== undefined);
  const title = name(step.names) || t(stageWords[step.stage]);
  // A step whose turn has not come was not arranged yet: there is nothing to explain.
  const explained = step.explanation.length > 0 && step.state !== "blocked";
  const current = step.state === "ready" || step.state === "arranged" || step.state === "unarranged" || step.state === "working";
  return {
    title,
    kind:
      step.state === "done" ? "done"
      : step.state === "rejected" ? "decided"
      : current && view.state === "supplement" ? "needs-you"
      : current && view.closedAt === null ? "now"
      : "later",
    state: <StepTag voice={voice} state={step.state} />,
    meta,
    body:
      step.grounds === null && !explained ? undefined : (
        <>
          {step.grounds === null ? null : <p>{t(hallText["request.grounds"], { grounds: step.grounds })}</p>}
          {!explained ? null : (
            <Details summary={t(hallText["request.why"])}>
              {step.explanation.map((sentence) => (
                <p>{sentence}</p>
              ))}
            </Details>
          )}
        </>
      ),
  };
}
