import { parseItemCode, parseUnitId } from "../id.js";
import { classAt, traitsAt } from "../pool/references.js";
import type { Register } from "../pool/register.js";
import { SLOTS_A_DAY } from "../pool/period.js";
import { problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import { formAt } from "./form.js";
import { STAGES, TASK_TYPES, type ItemGuide, type LegalBasis, type Material, type RecipeClaim, type RecipeStep } from "./item.js";
import { unlawfulIn } from "./lawful-recipe.js";
import { parseSlug } from "./slug.js";

const DAYS_MAX = 400;
/** Resources one claim may ask for. */
const COUNT_MAX = 64;
const VISITS_MAX = 20;
const LONG_TEXT = 2_000;

/** Reads one item of the catalogue: everything its guide says. The order of steps is looked at where the recipe is worked. */
export function declareItem(record: unknown, register: Register): Result<ItemGuide> {
  const reader = new RecordReader(record, []);
  const item = reader.id("item", parseItemCode);
  const names = reader.names("names");
  const taskType = reader.oneOf("taskType", TASK_TYPES);
  const audience = reader.texts("audience").map((one, i) => {
    if (one !== "person" && one !== "enterprise") reader.refuse(problem("input.invalid", { expected: "person | enterprise" }, reader.at(`audience.${i}`)));
    return one as "person" | "enterprise";
  });
  if (audience.length === 0) reader.refuse(problem("input.missing", {}, reader.at("audience")));
  const theme = reader.id("theme", parseSlug);
  const themeNames = reader.names("themeNames");
  const lifeEvents = reader.texts("lifeEvents");
  const line = reader.id("line", parseSlug);
  const level = reader.oneOf("level", ["prefecture", "county", "township"]);
  const unit = reader.optionalId("unit", parseUnitId);
  if (unit !== null && !register.units.has(unit)) reader.refuse(problem("input.unknown_reference", { kind: "unit", id: unit }, reader.at("unit")));
  const basis = reader.records("basis").map((one) => {
    const read = { law: one.names("law", 400), article: one.optionalText("article", 400) ?? "" };
    one.end();
    return read;
  });
  const discretion = basisAt(reader, "discretion");
  const limits = limitsAt(reader);
  const visits = reader.amount("visits", { min: 0, max: VISITS_MAX });
  const modes = reader.texts("modes");
  const conditions = reader.records("conditions").map((one) => {
    const read = { zh: one.text("zh", LONG_TEXT), en: one.text("en", LONG_TEXT) };
    one.end();
    return read;
  });
  const materials = reader.records("materials").map(materialOf);
  const fee = feeAt(reader);
  const result = reader.record("result");
  const resultNames = result?.names("names") ?? { zh: "", en: "" };
  result?.end();
  if (!result) reader.refuse(problem("input.missing", {}, reader.at("result")));
  const form = formAt(reader);
  const steps = stepsAt(reader, register);
  for (const found of unlawfulIn(steps, discretion, register)) reader.refuse(found);
  const source = reader.text("source", 1_000);
  reader.end();
  return unlessRefused(reader.problems, {
    item,
    names,
    taskType,
    audience,
    theme,
    themeNames,
    lifeEvents,
    line,
    level,
    ...(unit === null ? {} : { unit }),
    basis,
    ...(discretion === undefined ? {} : { discretion }),
    ...limits,
    visits,
    modes,
    conditions,
    materials,
    fee,
    result: resultNames,
    form,
    recipe: { steps },
    source,
  });
}

function limitsAt(reader: RecordReader): Pick<ItemGuide, "statutoryDays" | "promisedDays"> {
  const limits = reader.record("limits");
  if (!limits) {
    reader.refuse(problem("input.missing", {}, reader.at("limits")));
    return { statutoryDays: 0, promisedDays: 0 };
  }
  const statutoryDays = limits.amount("statutory", { min: 0, max: DAYS_MAX });
  const promisedDays = limits.amount("promised", { min: 0, max: DAYS_MAX });
  limits.oneOf("unit", ["working-day"], "working-day");
  limits.end();
  if (promisedDays > statutoryDays) limits.refuse(problem("item.promised_above_statutory", { statutory: statutoryDays }, limits.at("promised")));
  return { statutoryDays, promisedDays };
}

function materialOf(reader: RecordReader): Material {
  const note = reader.optionalNames("note", LONG_TEXT);
  const material = {
    material: reader.id("material", parseSlug),
    names: reader.names("names"),
    source: reader.oneOf("source", ["applicant", "government"]),
    form: reader.oneOf("form", ["original", "copy", "electronic"]),
    copies: reader.optionalAmount("copies", { min: 0, max: 100 }) ?? 1,
    waived: reader.flag("waived", false),
    ...(note === null ? {} : { note }),
  };
  reader.end();
  return material;
}

function feeAt(reader: RecordReader): ItemGuide["fee"] {
  const fee = reader.record("fee");
  if (!fee) return { fen: 0 };
  const fen = fee.amount("fen");
  const basis = fee.optionalText("basis", 400);
  fee.end();
  return { fen, ...(basis === null ? {} : { basis }) };
}

function stepsAt(reader: RecordReader, register: Register): RecipeStep[] {
  const recipe = reader.record("recipe");
  if (!recipe) {
    reader.refuse(problem("input.missing", {}, reader.at("recipe")));
    return [];
  }
  const steps = recipe.records("steps").map((step) => {
    const notBy = step.record("notBy");
    const alone = step.record("alone");
    const read = {
      step: step.id("step", parseSlug),
      stage: step.oneOf("stage", STAGES),
      names: step.names("names"),
      mode: step.oneOf("mode", ["human", "automatic", "external"]),
      after: step.texts("after"),
      claims: step.records("claims").map((claim) => claimOf(claim, register)),
      ...(notBy && { notBy: ended(notBy, { ...citationOf(notBy), steps: notBy.texts("steps") }) }),
      ...(alone && { alone: ended(alone, { ...citationOf(alone), reason: alone.names("reason", 400) }) }),
    };
    step.end();
    return read;
  });
  recipe.end();
  return steps;
}

const citationOf = (reader: RecordReader): LegalBasis => ({ law: reader.names("law", 400), article: reader.text("article", 400) });

function basisAt(reader: RecordReader, field: string): LegalBasis | undefined {
  const one = reader.record(field);
  return one ? ended(one, citationOf(one)) : undefined;
}

function ended<T>(reader: RecordReader, value: T): T {
  reader.end();
  return value;
}

function claimOf(reader: RecordReader, register: Register): RecipeClaim {
  const asked = classAt(reader, "class", register);
  const amount = reader.amount("amount", { min: 1 });
  const count = reader.optionalAmount("count", { min: 1, max: COUNT_MAX });
  const traits = traitsAt(reader, "traits", register);
  const scope = reader.oneOf("scope", ["competent", "pool"]);
  const together = reader.flag("together", false);
  const slots = reader.optionalAmount("slots", { min: 1, max: SLOTS_A_DAY });
  const spread = reader.flag("spread", false);
  const purpose = reader.optionalText("purpose", 100);
  reader.end();
  if (asked) {
    const { min, max, step } = asked.limits;
    if (amount > 0 && amount % step !== 0) reader.refuse(problem("amount.not_multiple", { step }, reader.at("amount")));
    if (amount > 0 && (amount < min || (amount > max && !spread))) reader.refuse(problem("amount.outside_limits", { min, max }, reader.at("amount")));
    if (slots !== null && asked.period !== "slot") reader.refuse(problem("claim.slots_not_allowed", { class: asked.id }, reader.at("slots")));
    if (asked.kind === "funds" && purpose === null) reader.refuse(problem("claim.purpose_required", { class: asked.id }, reader.at("purpose")));
    if (asked.kind !== "funds" && purpose !== null) reader.refuse(problem("claim.purpose_not_allowed", { class: asked.id }, reader.at("purpose")));
    if (asked.act === "deciding" && scope !== "competent") reader.refuse(problem("claim.deciding_needs_competent", { class: asked.id }, reader.at("scope")));
  }
  return {
    class: asked?.id as RecipeClaim["class"],
    amount,
    ...(count === null || count === 1 ? {} : { count }),
    ...(traits.length > 0 ? { traits } : {}),
    scope,
    ...(together ? { together } : {}),
    ...(slots === null ? {} : { slots }),
    ...(spread ? { spread } : {}),
    ...(purpose === null ? {} : { purpose }),
  };
}
