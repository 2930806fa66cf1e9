import { problem } from "../problem.js";
import type { RecordReader } from "../record.js";
import type { FormField } from "./item.js";
import { parseSlug } from "./slug.js";

const FORM_FIELDS_MAX = 60;
const HINT_MAX = 2_000;

/** The fields of a form, each named once. */
export function formAt(reader: RecordReader): FormField[] {
  const fields = reader.records("form");
  if (fields.length > FORM_FIELDS_MAX) reader.refuse(problem("input.out_of_range", { min: 0, max: FORM_FIELDS_MAX }, reader.at("form")));
  const form = fields.map(formFieldOf);
  form.forEach(({ field }, i) => {
    if (form.findIndex((other) => other.field === field) < i) reader.refuse(problem("input.duplicate", { kind: "field", id: field }, reader.at(`form.${i}.field`)));
  });
  return form;
}

function formFieldOf(reader: RecordReader): FormField {
  const type = reader.oneOf("type", ["text", "textarea", "number", "date", "choice", "division", "phone", "id-number"]);
  const options = reader.records("options").map((option) => {
    const read = { value: option.text("value", 100), names: option.names("names") };
    option.end();
    return read;
  });
  if (type === "choice" && options.length === 0) reader.refuse(problem("input.missing", {}, reader.at("options")));
  const hint = reader.optionalNames("hint", HINT_MAX);
  const field = {
    field: reader.id("field", parseSlug),
    names: reader.names("names"),
    type,
    required: reader.flag("required", false),
    ...(options.length > 0 ? { options } : {}),
    ...(hint === null ? {} : { hint }),
    ...(reader.flag("personal", false) ? { personal: true } : {}),
  };
  reader.end();
  return field;
}
