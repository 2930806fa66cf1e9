import { portalText } from "../../../text/portal.js";
import type { Voice } from "../../../text/voice.js";
import { Icon } from "./icon.js";

export const SearchBox = ({ voice, action, value = "", label, placeholderHint, large = false }: {
  voice: Voice;
  action: string;
  value?: string;
  label?: string;
  placeholderHint?: string;
  large?: boolean;
}) => (
  <form role="search" method="get" action={action}>
    <label class={large ? "visually-hidden" : "field__label"} for="q">
      {label ?? voice.t(portalText["search.label"])}
    </label>
    <div class={large ? "search search--large" : "search"}>
      <input class="input" type="search" id="q" name="q" value={value} maxlength={100} aria-describedby={placeholderHint === undefined ? undefined : "q-hint"} />
      <button class="button">
        <Icon name="search" />
        {voice.t(portalText["search.button"])}
      </button>
    </div>
    {placeholderHint === undefined ? null : (
      <p class="field__hint small" id="q-hint">
        {placeholderHint}
      </p>
    )}
  </form>
);
