import type { UnitId } from "../../domain/id.js";
import { staticRule } from "../rule.js";

/** No division is called so. */
const ofUnit = (unitId: UnitId): string => `unit ${unitId}`;

/** The place of the matter lies in a division the resource answers for. Whoever acts in another's name acts where that one may. */
export const inJurisdiction = staticRule({
  name: "jurisdiction",
  reads: ["division", "unitId", "classId"],
  keeps: (resource, claim, world) =>
    world.divisions.lineOf(claim.division).some((division) => (resource.jurisdiction as readonly string[]).includes(division)) ||
    world.delegated(claim.unitId, resource.unitId, claim.classId) !== undefined,
  byKey: {
    of: ({ jurisdiction, unitId }) => [...jurisdiction, ofUnit(unitId)],
    wanted: ({ division, unitId, classId }, world) => [...world.divisions.lineOf(division), ...world.delegates(unitId, classId).map(ofUnit)],
  },
});
