import type { FormField, Material } from "../catalogue/item.js";
import { maskIdentityNumber, maskName, maskPhone, parseIdentityNumber, parsePhone } from "../identity-number.js";
import { parseLocalDate } from "../instant.js";
import { problem, type Problem } from "../problem.js";
import { ok, refused, unlessRefused, type Result } from "../result.js";
import { normalised, textProblem } from "../text.js";

/** What an applicant answered, field by field, in the one written form of each type. */
export type Answers = Readonly<Record<string, string>>;

const TEXT_MAX = 200;
const TEXTAREA_MAX = 4_000;
/** Plain digits with at most four decimals; no sign, exponent or leading zero. */
const NUMBER = /^(0|[1-9]\d{0,14})(\.\d{1,4})?$/;
/** Area code and number, with an extension; or a national service number. */
const LANDLINE = /^(0\d{2,3}\d{7,8}|[48]00\d{7})$/;
const YEAR_MIN = "1900-01-01";
const YEAR_MAX = "2199-12-31";

/** What the checks need to know of the pool. */
export interface AnswerContext {
  readonly isDivision: (code: string) => boolean;
}

/**
 * Holds answers against the item's form. Every problem is named, with the field it lies in.
 * Empty text is no answer: optional fields may be left empty.
 */
export function checkAnswers(form: readonly FormField[], given: Readonly<Record<string, unknown>>, context: AnswerContext): Result<Answers> {
  const problems: Problem[] = [];
  const answers: Record<string, string> = {};
  const fields = new Map(form.map((field) => [field.field, field]));
  for (const name of Object.keys(given)) {
    if (!fields.has(name)) problems.push(problem("input.unknown_field", { name: name.slice(0, 80) }, { field: `answers.${name.slice(0, 80)}` }));
  }
  for (const field of form) {
    const place = { field: `answers.${field.field}` };
    const value = Object.hasOwn(given, field.field) ? given[field.field] : undefined;
    const written = typeof value === "number" ? String(value) : value;
    if (written === undefined || written === null || (typeof written === "string" && written.trim() === "")) {
      if (field.required) problems.push(problem("input.missing", {}, place));
      continue;
    }
    if (typeof written !== "string") {
      problems.push(problem("input.invalid", { expected: "string" }, place));
      continue;
    }
    const answer = checkAnswer(field, written, context);
    if (answer.ok) answers[field.field] = answer.value;
    else problems.push(...answer.problems.map((found) => ({ ...found, ...place })));
  }
  return unlessRefused(problems, answers);
}

function checkAnswer(field: FormField, written: string, { isDivision }: AnswerContext): Result<string> {
  const unfit = textProblem(written, field.type === "textarea" ? TEXTAREA_MAX : TEXT_MAX);
  if (unfit) return refused(unfit);
  const value = normalised(written);
  const invalid = (expected: string) => refused(problem("input.invalid", { expected }));
  switch (field.type) {
    case "text":
    case "textarea":
      return ok(value);
    case "number":
      return NUMBER.test(value) ? ok(value) : refused(problem("input.not_whole_number", { value: value.slice(0, 40) }));
    case "date":
      return parseLocalDate(value) === undefined || value < YEAR_MIN || value > YEAR_MAX ? invalid("YYYY-MM-DD") : ok(value);
    case "choice": {
      const options = (field.options ?? []).map((option) => option.value);
      return options.includes(value) ? ok(value) : invalid(options.join(" | ").slice(0, 200));
    }
    case "division":
      return isDivision(value) ? ok(value) : refused(problem("input.unknown_reference", { kind: "division", id: value.slice(0, 40) }));
    case "phone": {
      const mobile = parsePhone(value);
      const landline = value.replaceAll(/[\s()-]/g, "");
      return mobile.ok || !LANDLINE.test(landline) ? mobile : ok(landline);
    }
    case "id-number":
      return parseIdentityNumber(value);
  }
}

/** Fields that hold something about a person: identity and phone numbers always, others when the form says so. */
export const isPersonal = (field: FormField): boolean => field.personal === true || field.type === "id-number" || field.type === "phone";

/** The answers as they are shown to everybody who has not given a reason to see more. */
export function masked(form: readonly FormField[], answers: Answers): Answers {
  const fields = new Map(form.map((field) => [field.field, field]));
  return Object.fromEntries(
    Object.entries(answers).map(([name, value]) => {
      const field = fields.get(name);
      // A field the form no longer has is hidden, since nobody can say what it was.
      return [name, field === undefined ? maskName(value) : isPersonal(field) ? maskedValue(field, value) : value];
    }),
  );
}

function maskedValue({ type }: FormField, value: string): string {
  switch (type) {
    case "id-number":
      return maskIdentityNumber(value);
    case "phone":
      return maskPhone(value);
    default:
      return maskName(value);
  }
}

/** Papers the applicant must bring, or has said to have ready. */
export interface MaterialsCheck {
  readonly ready: readonly string[];
  /** Still to come: asked for when the papers are looked at, no reason to turn anybody away. */
  readonly missing: readonly string[];
}

export function checkMaterials(materials: readonly Material[], given: readonly string[]): Result<MaterialsCheck> {
  const known = new Set(materials.map(({ material }) => material));
  const problems = given.flatMap((name, index) =>
    known.has(name) ? [] : [problem("input.unknown_reference", { kind: "material", id: name.slice(0, 80) }, { field: `materials.${index}` })],
  );
  const ready = [...new Set(given)];
  const asked = materials.filter(({ source, waived }) => source === "applicant" && !waived).map(({ material }) => material);
  return unlessRefused(problems, { ready, missing: asked.filter((material) => !ready.includes(material)) });
}
