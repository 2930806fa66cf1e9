import type { IdentityProvider } from "../../../../app/ports/identity.js";
import type { Problem } from "../../../../domain/problem.js";
import { signInText } from "../../../../text/portal-sign-in.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Icon } from "../../components/icon.js";
import { Notice } from "../../components/panels.js";
import type { Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface SignInView {
  /** Where the reader goes afterwards. */
  readonly back: string;
  readonly loginName: string;
  readonly providers: readonly IdentityProvider[];
  readonly demo: boolean;
  readonly passwordSet: boolean;
  readonly problems: readonly Problem[];
}

export const SignInPage = ({ frame, view }: { frame: Frame; view: SignInView }) => {
  const { voice } = frame;
  const { t } = voice;
  return (
    <Layout frame={frame} title={t(signInText["sign-in.title"])} hasErrors={view.problems.length > 0}>
      <div class="column stack-l">
        <ErrorSummary voice={voice} problems={view.problems} />
        <Heading title={t(signInText["sign-in.title"])} lead={t(signInText["sign-in.lead"])} />
        {view.passwordSet ? (
          <Notice live>
            <p>{t(signInText["sign-in.password-set"])}</p>
          </Notice>
        ) : null}
        {view.demo ? (
          <a class="door" href={`/sign-in/step-in?back=${encodeURIComponent(view.back)}`}>
            <Icon name="users" large />
            <span>
              <span class="door__title">{t(signInText["sign-in.demo"])}</span>
              <span class="door__text">{t(signInText["sign-in.demo.text"])}</span>
            </span>
            <Icon name="chevron-right" />
          </a>
        ) : null}
        {view.providers.map((provider) => (
          <p>
            <a class="button" href={`/sign-in/provider/${encodeURIComponent(provider.id)}?back=${encodeURIComponent(view.back)}`}>
              {t(signInText["sign-in.provider"], { name: provider.name })}
            </a>
          </p>
        ))}
        {view.providers.length === 0 ? null : <h2>{t(signInText["sign-in.or"])}</h2>}
        <form class="form" method="post" action="/sign-in" novalidate>
          <input type="hidden" name="back" value={view.back} />
          <TextField voice={voice} id="name" label={t(signInText["sign-in.name"])} value={view.loginName} width="medium" autocomplete="username" spellcheck={false} maxlength={64} />
          <TextField voice={voice} id="password" type="password" label={t(signInText["sign-in.password"])} width="medium" autocomplete="current-password" maxlength={128} />
          <div class="actions">
            <button class={view.providers.length === 0 ? "button" : "button button--quiet"}>{t(signInText["sign-in.button"])}</button>
          </div>
        </form>
        <p class="soft small">{t(signInText["sign-in.forgotten"])}</p>
      </div>
    </Layout>
  );
};
