import { hallText } from "../../../../text/portal-hall.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import type { StatusView } from "../../../../app/request/request-view.js";
import type { Problem } from "../../../../domain/problem.js";
import { requestStateMeaning } from "../../../../text/words.js";
import { Facts } from "../../components/answers.js";
import { DeadlineLight } from "../../components/deadline.js";
import { TaskList } from "../../components/panels.js";
import { RequestTag, StepTag } from "../../components/tag.js";

/** Where anybody with a receipt sees how things stand. A wrong number and a wrong code are told apart by nobody. */
export const StatusPage = ({ frame, number, wrong, problems = [] }: { frame: Frame; number: string; wrong: boolean; problems?: readonly Problem[] }) => {
  const { voice } = frame;
  const { t } = voice;
  return (
    <Layout frame={frame} title={t(hallText["status.title"])} hasErrors={wrong || problems.length > 0}>
      <div class="column">
        <ErrorSummary voice={voice} problems={problems} />
        <Heading title={t(hallText["status.title"])} lead={t(hallText["status.lead"])} />
        {wrong ? (
          <Notice kind="alarm" live>
            <p>{t(hallText["status.wrong"])}</p>
          </Notice>
        ) : null}
        <form class="form" method="post" action={inPool(frame, "/status")}>
          <TextField voice={voice} id="number" label={t(hallText["status.number"])} hint={t(hallText["status.number.hint"])} value={number} width="medium" autocomplete="off" spellcheck={false} maxlength={40} />
          <TextField voice={voice} id="secret" label={t(hallText["status.secret"])} width="medium" autocomplete="off" spellcheck={false} maxlength={40} />
          <div class="actions">
            <button class="button">{t(hallText["status.check"])}</button>
          </div>
        </form>
      </div>
    </Layout>
  );
};

/** What a slip of paper shows to whoever holds it: where it stands, and nobody's name. */
export const StatusFoundPage = ({ frame, view }: { frame: Frame; view: StatusView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  return (
    <Layout frame={frame} title={`${t(hallText["status.title"])} ${view.number}`}>
      <div class="column stack">
        <Heading
          over={t(hallText["request.over"], { number: view.number })}
          title={name(view.itemNames)}
          lead={t(requestStateMeaning[view.state])}
          facts={
            <>
              <RequestTag voice={voice} state={view.state} />
              <DeadlineLight voice={voice} deadline={view.deadline} />
            </>
          }
        />
        <Facts
          facts={[
            [t(hallText["request.fact.unit"]), view.unit.phone === null ? name(view.unit.names) : `${name(view.unit.names)} ${view.unit.phone}`],
            [t(hallText["request.fact.received"]), voice.dateTime(view.receivedAt)],
            [t(hallText["request.fact.promised"]), voice.date(view.promisedDueAt)],
          ]}
        />
        <h2>{t(hallText["request.timeline"])}</h2>
        <TaskList
          tasks={view.steps.map((step) => ({
            label: name(step.names),
            ...(step.endedAt === null ? {} : { hint: t(hallText["request.ended"], { date: voice.dateTime(step.endedAt) }) }),
            state: <StepTag voice={voice} state={step.state} />,
          }))}
        />
        <p>
          <a href={inPool(frame, "/status")}>{t(hallText["status.another"])}</a>
        </p>
      </div>
    </Layout>
  );
};
