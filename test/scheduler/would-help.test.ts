import fc from "fast-check";
import { expect, test } from "vitest";
import type { Help } from "../../src/domain/pool/decision.js";
import type { CapacityWindow, ResourceSupply } from "../../src/scheduler/contract.js";
import { Books, Pool } from "../support/books.js";
import { acts, crowdedActs, crowdedSupplies, Player, supplies } from "../support/random-pool.js";

const anyPool = fc.oneof(fc.tuple(supplies, acts), fc.tuple(crowdedSupplies, crowdedActs));

/** Another pool as the books say, so that what is tried there leaves this one alone. */
function copyOf({ books }: Pool): Pool {
  const copy = new Books();
  Object.assign(copy, { policyVersion: books.policyVersion, now: books.now, allows: books.allows, parents: books.parents, delegations: books.delegations });
  for (const [id, cls] of books.classes) copy.classes.set(id, cls);
  for (const [id, supply] of books.resources) copy.resources.set(id, supply);
  for (const [key, balance] of books.balances) copy.balances.set(key, { ...balance });
  for (const [id, step] of books.steps) copy.steps.set(id, { ...step, holds: [...step.holds] });
  for (const [hash, shape] of books.shapes) copy.shapes.set(hash, shape);
  const pool = new Pool(1_000, copy);
  pool.restart();
  return pool;
}

function raised(capacity: CapacityWindow, help: Help & { kind: "capacity" }): CapacityWindow {
  if (capacity === "unlimited") throw new Error("nothing is lacking there");
  const amounts = capacity.amounts.map((amount, at) => (help.periods.includes(capacity.first + at) ? amount + help.amount : amount));
  return { ...capacity, amounts, peak: Math.max(capacity.peak, ...amounts) };
}

test("what is said to help helps: made true, the step is granted at once", () => {
  const tried = { capacity: 0, "ahead-leave": 0, rule: 0 };
  fc.assert(
    fc.property(anyPool, ([resources, draws]) => {
      const pool = new Pool();
      const player = new Player(pool, resources);
      for (const [at, draw] of draws.entries()) {
        player.act(draw);
        pool.decide();
        if (at % 4 !== 3) continue;
        for (const { ask, state } of pool.books.steps.values()) {
          if (state !== "waiting") continue;
          for (const help of pool.engine.whyWaiting(ask.id, pool.books.now)?.reasons[0]?.wouldHelp ?? []) {
            tried[help.kind] += 1;
            const other = copyOf(pool);
            if (help.kind === "capacity") {
              const supply = other.books.resources.get(help.resource)!;
              other.say({ kind: "window", windows: [{ resource: supply.id, capacity: raised(supply.capacity, help) }] });
            } else if (help.kind === "ahead-leave") {
              const earlier = [...other.books.steps.values()].filter((one) => one.state === "waiting" && one.ask.claims.some(({ classId }) => classId === "function.gate"));
              const leave = earlier.map((one) => one.ask).filter((one) => one.arrivedAt < ask.arrivedAt || (one.arrivedAt === ask.arrivedAt && one.id < ask.id));
              other.say({ kind: "dropped", steps: leave.map(({ id }) => id) });
            } else {
              other.say({ kind: "resources", resources: [...other.books.resources.values()].map((supply) => without(supply, help.rule, ask.claims[0]!.division)) });
            }
            other.decide();
            expect([help, other.books.steps.get(ask.id)!.state]).toEqual([help, "holding"]);
          }
        }
      }
    }),
    { numRuns: 500, seed: 20260302 },
  );
  expect(tried.capacity).toBeGreaterThan(60);
});

/** The rule drops the resource no longer, where a declaration can say so. */
function without(supply: ResourceSupply, rule: string, division: ResourceSupply["unitDivision"]): ResourceSupply {
  if (rule === "traits") return { ...supply, traits: ["seal" as never] };
  if (rule === "jurisdiction") return { ...supply, jurisdiction: [...supply.jurisdiction, division] };
  if (rule === "validity") return { ...supply, offered: true };
  return supply;
}
