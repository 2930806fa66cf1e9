import type { Problem } from "../../../../domain/problem.js";
import { signInText } from "../../../../text/portal-sign-in.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import type { Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface SetPasswordView {
  readonly secret: string;
  readonly loginName: string;
  /** The two fields hold different texts. */
  readonly differs: boolean;
  readonly problems: readonly Problem[];
}

export const SetPasswordPage = ({ frame, view }: { frame: Frame; view: SetPasswordView }) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  const label = t(signInText["set-password.password"]);
  return (
    <Layout frame={frame} title={t(signInText["set-password.title"])} hasErrors={view.differs || view.problems.length > 0}>
      <div class="column">
        <ErrorSummary voice={voice} problems={view.problems} labels={{ password: label }} />
        <Heading title={t(signInText["set-password.title"])} lead={t(signInText["set-password.lead"], { name: view.loginName })} />
        <form class="form" method="post" action={`/set-password/${view.secret}`} novalidate>
          {/* Lets a password manager keep the name beside the password. */}
          <input type="hidden" name="username" value={view.loginName} autocomplete="username" />
          <TextField voice={voice} id="password" type="password" label={label} hint={t(signInText["set-password.hint"])} error={errors["password"]} width="medium" autocomplete="new-password" maxlength={128} />
          <TextField voice={voice} id="again" type="password" label={t(signInText["set-password.again"])} error={view.differs ? t(signInText["set-password.differs"]) : undefined} width="medium" autocomplete="new-password" maxlength={128} />
          <div class="actions">
            <button class="button">{t(signInText["set-password.button"])}</button>
          </div>
        </form>
      </div>
    </Layout>
  );
};
