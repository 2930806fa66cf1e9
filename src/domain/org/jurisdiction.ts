import type { DivisionCode, ZoneId } from "../id.js";
import { divisionChain, type DivisionParents, type Zone } from "./division.js";

/** One part of a jurisdiction as it is declared: a division, or a zone that stands for its townships. */
export type JurisdictionPart = { readonly division: DivisionCode } | { readonly zone: ZoneId };

const ZONE_PREFIX = "zone:";

export const jurisdictionPart = (text: string): JurisdictionPart =>
  text.startsWith(ZONE_PREFIX) ? { zone: text.slice(ZONE_PREFIX.length) as ZoneId } : { division: text as DivisionCode };

/** The declared parts as divisions, zones opened into their townships; sorted, each once. A zone that is gone covers nothing. */
export function openJurisdiction(declared: readonly string[], zones: ReadonlyMap<string, Zone>): DivisionCode[] {
  const divisions = declared.map(jurisdictionPart).flatMap((part) => ("division" in part ? [part.division] : (zones.get(part.zone)?.townships ?? [])));
  return [...new Set(divisions)].sort();
}

/** Whether the place, or a division around it, is among the opened divisions. */
export const covers = (parents: DivisionParents, opened: readonly DivisionCode[], place: DivisionCode): boolean =>
  divisionChain(parents, place).some((division) => opened.includes(division));
