import type { Child } from "hono/jsx";
import { portalText } from "../../../text/portal.js";
import type { Voice } from "../../../text/voice.js";
import { Icon } from "./icon.js";

interface Common {
  readonly voice: Voice;
  readonly id: string;
  readonly name?: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly optional?: boolean;
  /** The label is the page's heading: one question a page. */
  readonly asHeading?: boolean;
}

const described = (id: string, hint: string | undefined, error: string | undefined): string | undefined => {
  const ids = [hint === undefined ? "" : `${id}-hint`, error === undefined ? "" : `${id}-error`].filter(Boolean);
  return ids.length === 0 ? undefined : ids.join(" ");
};

const FieldError = ({ voice, id, error }: { voice: Voice; id: string; error: string }) => (
  <p class="field__error" id={`${id}-error`}>
    <Icon name="circle-alert" />
    <span>
      <span class="visually-hidden">{voice.t(portalText["field.error"])}</span>
      {error}
    </span>
  </p>
);

const Optional = ({ voice }: { voice: Voice }) => <span class="field__optional">{voice.t(portalText["field.optional"])}</span>;

const Labelled = ({ field, children }: { field: Common; children: Child }) => {
  const { voice, id, label, hint, error, optional = false, asHeading = false } = field;
  const text = (
    <label class={asHeading ? "field__label field__label--page" : "field__label"} for={id}>
      {label} {optional ? <Optional voice={voice} /> : null}
    </label>
  );
  return (
    <div class={error === undefined ? "field" : "field field--error"}>
      {asHeading ? <h1>{text}</h1> : text}
      {hint === undefined ? null : (
        <p class="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error === undefined ? null : <FieldError voice={voice} id={id} error={error} />}
      {children}
    </div>
  );
};

const inputClass = (error: string | undefined, width: "short" | "medium" | "full"): string =>
  ["input", error === undefined ? "" : "input--error", width === "full" ? "" : `input--${width}`].filter(Boolean).join(" ");

export interface TextFieldProps extends Common {
  readonly type?: "text" | "search" | "email" | "tel" | "date" | "password" | "number";
  readonly value?: string | undefined;
  readonly width?: "short" | "medium" | "full";
  readonly autocomplete?: string;
  readonly inputmode?: "text" | "numeric" | "decimal" | "tel" | "email";
  readonly maxlength?: number;
  readonly spellcheck?: boolean;
  /** The id of a `Suggestions` of this page. */
  readonly list?: string;
}

/** Numbers are text with a numeric keyboard: spinners change figures people only meant to scroll past. */
export const TextField = (props: TextFieldProps) => {
  const { id, name = id, type = "text", value = "", width = "full", hint, error } = props;
  return (
    <Labelled field={props}>
      <input
        class={inputClass(error, width)}
        id={id}
        name={name}
        type={type === "number" ? "text" : type}
        inputmode={props.inputmode ?? (type === "number" ? "numeric" : undefined)}
        value={value}
        maxlength={props.maxlength}
        autocomplete={props.autocomplete}
        spellcheck={props.spellcheck}
        list={props.list}
        aria-describedby={described(id, hint, error)}
        aria-invalid={error === undefined ? undefined : "true"}
      />
    </Labelled>
  );
};

/** Codes nobody knows by heart, each with its name, offered while one types. Works without scripts. */
export const Suggestions = ({ id, options }: { readonly id: string; readonly options: readonly Choice[] }) => (
  <datalist id={id}>
    {options.map(({ value, label }) => (
      <option value={value} label={label} />
    ))}
  </datalist>
);

export const TextArea = (props: Common & { readonly value?: string | undefined; readonly rows?: number; readonly maxlength?: number }) => {
  const { id, name = id, value = "", rows = 5, hint, error } = props;
  return (
    <Labelled field={props}>
      <textarea
        class={inputClass(error, "full")}
        id={id}
        name={name}
        rows={rows}
        maxlength={props.maxlength}
        aria-describedby={described(id, hint, error)}
        aria-invalid={error === undefined ? undefined : "true"}
      >
        {value}
      </textarea>
    </Labelled>
  );
};

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

export const SelectField = (props: Common & { readonly options: readonly Choice[]; readonly value?: string | undefined; readonly none?: string | undefined }) => {
  const { id, name = id, options, value = "", none, hint, error } = props;
  return (
    <Labelled field={props}>
      <select class={inputClass(error, "full")} id={id} name={name} aria-describedby={described(id, hint, error)} aria-invalid={error === undefined ? undefined : "true"}>
        {none === undefined ? null : <option value="">{none}</option>}
        {options.map((option) => (
          <option value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
    </Labelled>
  );
};

/** Radios or checkboxes under one question. The first input carries the field's id, so the error summary can reach it. */
export const Choices = (props: Common & {
  readonly type?: "radio" | "checkbox";
  readonly options: readonly Choice[];
  readonly values?: readonly string[];
  readonly inline?: boolean;
}) => {
  const { voice, id, name = id, label, hint, error, optional = false, asHeading = false, type = "radio", options, values = [], inline = false } = props;
  const legend = (
    <>
      {label} {optional ? <Optional voice={voice} /> : null}
    </>
  );
  return (
    <fieldset class={error === undefined ? "fieldset" : "fieldset field--error"} aria-describedby={described(id, hint, error)}>
      <legend class={asHeading ? "fieldset__legend fieldset__legend--page" : "fieldset__legend"}>{asHeading ? <h1>{legend}</h1> : legend}</legend>
      {hint === undefined ? null : (
        <p class="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error === undefined ? null : <FieldError voice={voice} id={id} error={error} />}
      <div class={inline ? "choices choices--inline" : "choices"}>
        {options.map((option, index) => {
          const optionId = index === 0 ? id : `${id}-${index + 1}`;
          return (
            <div class="choice">
              <input
                type={type}
                id={optionId}
                name={name}
                value={option.value}
                checked={values.includes(option.value)}
                aria-describedby={option.hint === undefined ? undefined : `${optionId}-about`}
              />
              <label for={optionId}>{option.label}</label>
              {option.hint === undefined ? null : (
                <span class="choice__hint" id={`${optionId}-about`}>
                  {option.hint}
                </span>
              )}
            </div>
          );
        })}
      </div>
    </fieldset>
  );
};
