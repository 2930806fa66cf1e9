import { trusted, type UnitId } from "../../../domain/id.js";
import type { Names } from "../../../domain/catalogue/item.js";
import type { Reading } from "../../../app/ports/store.js";
import type { Voice } from "../../../text/voice.js";
import type { PageCall } from "../page-route.js";
import { unitsHeld } from "../../../domain/policy/subject.js";

export interface DeskUnit {
  readonly id: UnitId;
  readonly names: Names;
}

/** The units a person holds roles in, and the one this page is about. */
export async function deskUnits({ deps, actor, pool, query, form }: PageCall): Promise<{ readonly units: readonly DeskUnit[]; readonly unit: DeskUnit | undefined }> {
  const reading = deps.store.read(pool);
  const units = (await Promise.all(unitsHeld(actor).map((id) => reading.units.get(id)))).flatMap((unit) => (unit ? [{ id: unit.id, names: unit.names }] : []));
  const asked = query("unit") || form["unit"] || "";
  if (asked === "") return { units, unit: units[0] };
  const known = units.find(({ id }) => id === asked);
  if (known) return { units, unit: known };
  // A unit beneath one's own: the use case decides whether it may be seen.
  const other = await reading.units.get(asked);
  return { units, unit: other ? { id: trusted<UnitId>(other.id), names: other.names } : undefined };
}

/** A unit as people type it: its id, or its whole name in either language. What is neither is left for the use case to refuse. */
export function unitTyped(units: readonly DeskUnit[], text: string): string {
  const typed = text.trim();
  return units.find(({ names }) => names.zh === typed || names.en === typed)?.id ?? typed;
}

/** Names of units, classes and divisions by their ids; what is none of them is called by what it is. */
export async function namesOf(reading: Reading, { name }: Voice): Promise<(id: string) => string> {
  const [units, classes, divisions] = await Promise.all([reading.units.all(), reading.classes.all(), reading.divisions.all()]);
  const names = new Map<string, Names>([...units.map((one) => [one.id, one.names] as const), ...classes.map((one) => [one.id, one.names] as const), ...divisions.map((one) => [one.code, one.names] as const)]);
  return (id) => {
    const found = names.get(id);
    return found === undefined ? id : name(found);
  };
}
