import { hallText } from "../../../../text/portal-hall.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import type { Problem } from "../../../../domain/problem.js";

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
