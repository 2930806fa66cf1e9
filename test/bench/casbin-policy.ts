import type { AllocationPolicy } from "../../src/app/ports/allocation-policy.js";
import { createAllocationPolicy } from "../../src/casbin/allocation.js";
import { PolicyBook } from "../../src/casbin/policy-book.js";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";
import type { World } from "./world.js";

/** The release's own rules, asked of Casbin about the units and classes of a world that is in no database. */
export function policyOf(world: World): AllocationPolicy {
  const files = readPolicyFiles();
  if (!files.ok) throw new Error("the release's policy files are broken");
  const places = { units: new Map(world.units.map((unit) => [unit.unitId, unit])), classes: new Map(world.classes.map((one) => [one.id, one])) };
  const source = {
    activeVersion: async () => 0,
    places: async () => places,
    ancestorsOf: async () => [],
    load: () => Promise.reject(new Error("the release's own rules are version 0")),
  };
  return createAllocationPolicy(new PolicyBook(source, files.value), source);
}
