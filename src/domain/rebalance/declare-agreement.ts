import { parseAgreementId, parseClassId, parseDivisionCode, parseItemCode, parseTraitId, parseUnitId, type AgreementId } from "../id.js";
import { problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import type { AgreementContent } from "./agreement.js";

export interface AgreementDeclaration {
  readonly id: AgreementId;
  readonly content: AgreementContent;
}

const LIST_MAX = 200;
const INSTRUMENT_MAX = 500;
const NOTICE_DAYS_MAX = 366;

/** `{ agreement, names, provider, purchaser, instrument, from, until, divisions, items?, traits?, quality?, noticeDays?, classes: [{ class, perPeriod, inTotal?, priceFen }] }` */
export function declareAgreement(record: unknown): Result<AgreementDeclaration> {
  const reader = new RecordReader(record, []);
  const id = reader.id("agreement", parseAgreementId);
  const names = reader.names("names");
  const provider = reader.id("provider", parseUnitId);
  const purchaser = reader.id("purchaser", parseUnitId);
  const instrument = reader.text("instrument", INSTRUMENT_MAX);
  const from = dateAt(reader, "from");
  const until = dateAt(reader, "until");
  const divisions = idsAt(reader, "divisions", parseDivisionCode);
  const items = idsAt(reader, "items", parseItemCode);
  const traits = idsAt(reader, "traits", parseTraitId);
  const quality = reader.optionalText("quality", INSTRUMENT_MAX);
  const noticeDays = reader.optionalAmount("noticeDays", { max: NOTICE_DAYS_MAX }) ?? 0;
  const classes = reader.records("classes").map((one) => {
    const agreed = { classId: one.id("class", parseClassId), perPeriod: one.amount("perPeriod", { min: 1 }), inTotal: one.optionalAmount("inTotal", { min: 1 }), priceFen: one.amount("priceFen") };
    one.end();
    return agreed;
  });
  reader.end();
  if (divisions.length === 0) reader.refuse(problem("input.missing", {}, reader.at("divisions")));
  if (classes.length === 0) reader.refuse(problem("input.missing", {}, reader.at("classes")));
  if (classes.length > LIST_MAX) reader.refuse(problem("input.out_of_range", { min: 1, max: LIST_MAX }, reader.at("classes")));
  classes.forEach(({ classId }, at) => {
    if (classes.findIndex((one) => one.classId === classId) < at) reader.refuse(problem("input.duplicate", { kind: "class", id: classId }, { field: `classes.${at}.class` }));
  });
  return unlessRefused(reader.problems, { id, content: { names, provider, purchaser, instrument, from, until, divisions, items, traits, quality, noticeDays, classes } });
}

function dateAt(reader: RecordReader, field: string): string {
  const date = reader.optionalDate(field);
  if (date === null && !reader.has(field)) reader.refuse(problem("input.missing", {}, reader.at(field)));
  return date ?? "2100-01-01";
}

function idsAt<T extends string>(reader: RecordReader, field: string, parse: (text: string, field: string) => Result<T>): readonly T[] {
  const texts = reader.texts(field);
  if (texts.length > LIST_MAX) reader.refuse(problem("input.out_of_range", { min: 0, max: LIST_MAX }, reader.at(field)));
  return texts.slice(0, LIST_MAX).flatMap((text, at) => {
    const parsed = parse(text, reader.at(`${field}.${at}`).field);
    if (parsed.ok) return [parsed.value];
    for (const found of parsed.problems) reader.refuse(found);
    return [];
  });
}

/** As it was written, for manifests and to propose it again with another term. */
export const agreementRecord = ({ id, content }: AgreementDeclaration): Record<string, unknown> => ({
  agreement: id,
  names: { zh: content.names.zh, en: content.names.en },
  provider: content.provider,
  purchaser: content.purchaser,
  instrument: content.instrument,
  from: content.from,
  until: content.until,
  divisions: [...content.divisions],
  ...(content.items.length === 0 ? {} : { items: [...content.items] }),
  ...(content.traits.length === 0 ? {} : { traits: [...content.traits] }),
  ...(content.quality === null ? {} : { quality: content.quality }),
  noticeDays: content.noticeDays,
  classes: content.classes.map(({ classId, perPeriod, inTotal, priceFen }) => ({ class: classId, perPeriod, ...(inTotal === null ? {} : { inTotal }), priceFen })),
});
