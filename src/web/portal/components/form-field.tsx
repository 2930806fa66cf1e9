import type { FormField, Names } from "../../../domain/catalogue/item.js";
import { hallText } from "../../../text/portal-hall.js";
import type { Voice } from "../../../text/voice.js";
import { Choices, SelectField, TextArea, TextField } from "./field.js";

/** More options than this go into a list box. */
const RADIOS_MAX = 6;

export const answerId = (field: string): string => `answers-${field}`;

export interface FormFieldProps {
  readonly voice: Voice;
  readonly field: FormField;
  readonly value: string | undefined;
  readonly error: string | undefined;
  readonly divisions: readonly { readonly value: string; readonly names: Names }[];
  readonly asHeading?: boolean;
}

/** One question of an item's form, as its type asks for it. */
export const FormFieldInput = ({ voice, field, value, error, divisions, asHeading = false }: FormFieldProps) => {
  const { t, name } = voice;
  const personal = field.personal === true ? t(hallText["apply.details.personal"]) : "";
  const own = field.hint === undefined ? "" : name(field.hint);
  const typed = field.type === "date" ? t(hallText["apply.date.hint"]) : field.type === "id-number" ? t(hallText["apply.id.hint"]) : field.type === "phone" ? t(hallText["apply.phone.hint"]) : "";
  const join = voice.language === "zh" ? "。" : ". ";
  const hints = [own === "" ? typed : own, personal].filter((hint) => hint !== "").map((hint) => hint.replace(/[。.]$/, ""));
  const common = {
    voice,
    id: answerId(field.field),
    name: `answers.${field.field}`,
    label: name(field.names),
    hint: hints.length === 0 ? undefined : `${hints.join(join)}${join.trim()}`,
    error,
    optional: !field.required,
    asHeading,
  };
  switch (field.type) {
    case "textarea":
      return <TextArea {...common} value={value} />;
    case "number":
      return <TextField {...common} value={value} type="number" width="short" />;
    case "date":
      return <TextField {...common} value={value} type="date" width="medium" />;
    case "phone":
      return <TextField {...common} value={value} type="tel" width="medium" autocomplete="tel" />;
    case "id-number":
      return <TextField {...common} value={value} width="medium" autocomplete="off" spellcheck={false} maxlength={18} />;
    case "division":
      return <SelectField {...common} value={value} none={t(hallText["apply.place.choose"])} options={divisions.map((one) => ({ value: one.value, label: name(one.names) }))} />;
    case "choice": {
      const options = (field.options ?? []).map((option) => ({ value: option.value, label: name(option.names) }));
      return options.length > RADIOS_MAX ? (
        <SelectField {...common} value={value} none={t(hallText["apply.place.choose"])} options={options} />
      ) : (
        <Choices {...common} values={value === undefined ? [] : [value]} options={options} />
      );
    }
    case "text":
      return <TextField {...common} value={value} />;
  }
};
