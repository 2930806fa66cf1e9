import type { Child } from "hono/jsx";
import { portalText } from "../../../text/portal.js";
import type { Voice } from "../../../text/voice.js";

export interface Answer {
  readonly label: string;
  /** Undefined: an optional question left open. */
  readonly value: Child | undefined;
  readonly changeHref?: string;
}

/** Every answer, each with a link that leads back to its question and returns here. */
export const Answers = ({ voice, answers, stacked = false }: { voice: Voice; answers: readonly Answer[]; stacked?: boolean }) => (
  <dl class={stacked ? "answers answers--stacked" : "answers"}>
    {answers.map(({ label, value, changeHref }) => (
      <div class="answers__row">
        <dt>{label}</dt>
        <dd class={value === undefined ? "answers__none" : undefined}>{value ?? voice.t(portalText["answers.none"])}</dd>
        {changeHref === undefined ? null : (
          <dd>
            <a href={changeHref}>
              {voice.t(portalText["answers.change"])}
              <span class="visually-hidden"> {label}</span>
            </a>
          </dd>
        )}
      </div>
    ))}
  </dl>
);

/** Facts of one thing, term and value. */
export const Facts = ({ facts }: { facts: readonly (readonly [string, Child] | undefined)[] }) => (
  <dl class="facts">
    {facts.map((fact) =>
      fact === undefined ? null : (
        <div>
          <dt>{fact[0]}</dt>
          <dd>{fact[1]}</dd>
        </div>
      ),
    )}
  </dl>
);
