import type { Names } from "../../../domain/catalogue/item.js";
import { hallText } from "../../../text/portal-hall.js";
import type { Voice } from "../../../text/voice.js";
import { Icon } from "./icon.js";
import { portalText } from "../../../text/portal.js";

export interface Place {
  readonly value: string;
  readonly names: Names;
  readonly group?: Names;
}

/** Counties and, under each, its townships: one list box that works without scripts. */
export const PlaceField = ({ voice, label, hint, places, value, error }: {
  voice: Voice;
  label: string;
  hint: string;
  places: readonly Place[];
  value: string | undefined;
  error: string | undefined;
}) => {
  const groups = new Map<string, { names: Names; places: Place[] }>();
  const alone: Place[] = [];
  for (const place of places) {
    if (place.group === undefined) {
      alone.push(place);
      continue;
    }
    const group = groups.get(place.group.zh) ?? { names: place.group, places: [] };
    group.places.push(place);
    groups.set(place.group.zh, group);
  }
  const option = (place: Place) => (
    <option value={place.value} selected={place.value === value}>
      {voice.name(place.names)}
    </option>
  );
  return (
    <div class={error === undefined ? "field" : "field field--error"}>
      <label class="field__label" for="division">
        {label}
      </label>
      <p class="field__hint" id="division-hint">
        {hint}
      </p>
      {error === undefined ? null : (
        <p class="field__error" id="division-error">
          <Icon name="circle-alert" />
          <span>
            <span class="visually-hidden">{voice.t(portalText["field.error"])}</span>
            {error}
          </span>
        </p>
      )}
      <select
        class={error === undefined ? "input" : "input input--error"}
        id="division"
        name="division"
        aria-describedby={error === undefined ? "division-hint" : "division-hint division-error"}
        aria-invalid={error === undefined ? undefined : "true"}
      >
        <option value="">{voice.t(hallText["apply.place.choose"])}</option>
        {alone.map(option)}
        {[...groups.values()].map((group) => (
          <optgroup label={voice.name(group.names)}>{group.places.map(option)}</optgroup>
        ))}
      </select>
    </div>
  );
};
