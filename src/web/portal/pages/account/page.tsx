import type { AccessToken } from "../../../../app/ports/person.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import type { PersonActor } from "../../../../domain/policy/subject.js";
import type { Problem } from "../../../../domain/problem.js";
import { roleWords, signInText } from "../../../../text/portal-sign-in.js";
import { DataTable } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Empty, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface AccountView {
  readonly actor: PersonActor;
  /** Names of the units the roles are held for. */
  readonly unitNames: ReadonlyMap<string, Names>;
  readonly tokens: readonly AccessToken[];
  /** Just made; shown this once. */
  readonly secret: string | null;
  readonly label: string;
  readonly days: string;
  readonly problems: readonly Problem[];
}

const stateOf = ({ revokedAt, expired }: AccessToken): "revoked" | "expired" | "living" => (revokedAt !== null ? "revoked" : expired ? "expired" : "living");

/** Who I am here, and the tokens with which programs act as me. */
export const AccountPage = ({ frame, view }: { frame: Frame; view: AccountView }) => {
  const { voice } = frame;
  const { t } = voice;
  const { actor, tokens, secret } = view;
  const unitName = (id: string): string => {
    const names = view.unitNames.get(id);
    return names === undefined ? id : voice.name(names);
  };
  const errors = fieldErrors(voice, view.problems);
  const labels = { label: t(signInText["account.token.label"]), days: t(signInText["account.token.days"]) };
  return (
    <Layout frame={frame} title={t(signInText["account.title"])} hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={labels} />
      <Heading title={t(signInText["account.title"])} lead={actor.displayName} />
      {secret === null ? null : (
        <Notice kind="warning" live>
          <p>{t(signInText["account.token.new"])}</p>
          <p>
            <code>{secret}</code>
          </p>
          <p>
            {t(signInText["account.token.use"])} <code>{`govpool login --token ${secret}`}</code>
          </p>
        </Notice>
      )}
      <section class="section" aria-labelledby="roles">
        <h2 id="roles">{t(signInText["account.roles"])}</h2>
        {actor.roles.length === 0 ? (
          <p class="soft">{t(signInText["account.roles.none"])}</p>
        ) : (
          <ul class="plain-list">
            {actor.roles.map((held) => (
              <li>{[t(roleWords[held.role]), ...("unitId" in held ? [unitName(held.unitId)] : [])].join(" · ")}</li>
            ))}
          </ul>
        )}
      </section>
      {actor.mandates.length === 0 ? null : (
        <section class="section" aria-labelledby="mandates">
          <h2 id="mandates">{t(signInText["account.mandates"])}</h2>
          <ul class="plain-list">
            {actor.mandates.map((mandate) => (
              <li>
                {mandate.enterpriseName} <span class="soft">{mandate.enterpriseCode}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="section stack" aria-labelledby="tokens">
        <h2 id="tokens">{t(signInText["account.tokens"])}</h2>
        <p class="soft">{t(signInText["account.tokens.lead"])}</p>
        {tokens.length === 0 ? (
          <Empty title={t(signInText["account.tokens.none"])} text="" />
        ) : (
          <DataTable
            voice={voice}
            cards
            caption={t(signInText["account.tokens"])}
            captionHidden
            rows={tokens}
            columns={[
              { key: "label", label: labels.label, header: true, cell: (token) => token.label },
              { key: "created", label: t(signInText["account.token.created"]), cell: (token) => voice.date(token.createdAt) },
              { key: "expires", label: t(signInText["account.token.expires"]), cell: (token) => voice.date(token.expiresAt) },
              { key: "state", label: t(signInText["account.token.state"]), cell: (token) => <State frame={frame} token={token} /> },
            ]}
          />
        )}
        <form class="form" method="post" action={inPool(frame, "/account/tokens")} novalidate>
          <TextField voice={voice} id="label" label={labels.label} value={view.label} error={errors["label"]} width="medium" maxlength={80} />
          <TextField voice={voice} id="days" type="number" label={labels.days} value={view.days} error={errors["days"]} width="short" maxlength={3} />
          <div class="actions">
            <button class="button">{t(signInText["account.token.create"])}</button>
          </div>
        </form>
      </section>
    </Layout>
  );
};

const State = ({ frame, token }: { frame: Frame; token: AccessToken }) => {
  const { t } = frame.voice;
  const state = stateOf(token);
  return (
    <div class="row">
      <span>{t(signInText[`account.token.${state}`])}</span>
      {state === "living" ? (
        <form method="post" action={inPool(frame, `/account/tokens/${token.tokenId}/revocation`)}>
          <button class="button button--quiet" aria-label={t(signInText["account.token.revoke-one"], { label: token.label })}>
            {t(signInText["account.token.revoke"])}
          </button>
        </form>
      ) : null}
    </div>
  );
};
