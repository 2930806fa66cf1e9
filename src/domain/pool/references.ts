import { parseCalendarId, parseClassId, parseDivisionCode, parseTraitId, parseUnitId, type CalendarId, type DivisionCode, type TraitId } from "../id.js";
import type { Unit } from "../org/unit.js";
import { problem } from "../problem.js";
import type { RecordReader } from "../record.js";
import type { CapacityClass } from "./class.js";
import type { Register } from "./register.js";

// Reading a field that names something of the register. Each refuses the field with a code of its own, and gives
// back what was named, or null when nothing was.

export function classAt(reader: RecordReader, field: string, { classes }: Register): CapacityClass | null {
  const id = reader.text(field);
  if (id === "") return null;
  const found = classes.get(id);
  if (found) return found;
  const parsed = parseClassId(id, reader.at(field).field);
  reader.refuse(parsed.ok ? problem("class.unknown", { class: id }, reader.at(field)) : parsed.problems[0]);
  return null;
}

export function unitAt(reader: RecordReader, field: string, { units }: Register): Unit | null {
  const id = reader.id(field, parseUnitId);
  if (id === "") return null;
  const found = units.get(id);
  if (!found) reader.refuse(problem("input.unknown_reference", { kind: "unit", id }, reader.at(field)));
  return found ?? null;
}

export function divisionAt(reader: RecordReader, field: string, { divisions }: Register): DivisionCode | null {
  const code = reader.id(field, parseDivisionCode);
  if (code === "") return null;
  if (!divisions.has(code)) reader.refuse(problem("division.unknown", { division: code }, reader.at(field)));
  return code;
}

export function calendarAt(reader: RecordReader, field: string, { calendars }: Register): CalendarId | null {
  const id = reader.optionalId(field, parseCalendarId);
  if (id !== null && !calendars.has(id)) reader.refuse(problem("input.unknown_reference", { kind: "calendar", id }, reader.at(field)));
  return id;
}

export function traitsAt(reader: RecordReader, field: string, { traits }: Register): TraitId[] {
  return reader.texts(field).map((id) => {
    const parsed = parseTraitId(id, reader.at(field).field);
    if (!parsed.ok) reader.refuse(parsed.problems[0]);
    else if (!traits.has(id)) reader.refuse(problem("trait.unknown", { trait: id }, reader.at(field)));
    return id as TraitId;
  });
}

/** Division codes and `zone:<zone>`, sorted. */
export function jurisdictionAt(reader: RecordReader, field: string, { divisions, zones }: Register): string[] {
  const parts = reader.texts(field);
  for (const part of parts) {
    const zone = part.startsWith("zone:") ? part.slice("zone:".length) : undefined;
    if (zone !== undefined) {
      if (!zones.has(zone)) reader.refuse(problem("input.unknown_reference", { kind: "zone", id: zone }, reader.at(field)));
      continue;
    }
    const parsed = parseDivisionCode(part, reader.at(field).field);
    if (!parsed.ok) reader.refuse(parsed.problems[0]);
    else if (!divisions.has(part)) reader.refuse(problem("division.unknown", { division: part }, reader.at(field)));
  }
  return parts.sort();
}
