import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { NO_CHANGES, type Cut, type SupplyChanges } from "../../src/app/whatif/changed-supply.js";
import type { Arrival } from "../../src/app/whatif/demand.js";
import { runTwin } from "../../src/app/whatif/twin.js";
import type { TwinOutcome } from "../../src/app/whatif/twin-run.js";
import type { PoolCopy } from "../../src/app/ports/pool-copy.js";
import type { ItemGuide } from "../../src/domain/catalogue/item.js";
import { trusted, type DivisionCode, type ResourceId } from "../../src/domain/id.js";
import { DAY_MS, dayNumberOf } from "../../src/domain/instant.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { item, MONDAY_MIDNIGHT, reviewed, reviewer, rules, RULES, tinyCopy } from "./tiny-copy.js";

const MONDAY = dayNumberOf(MONDAY_MIDNIGHT);
const HOUR = 3_600_000;

/** One request on each of so many working days, at nine in the morning. */
const everyMorning = (guide: ItemGuide, days: number, each = 1): Arrival[] =>
  Array.from({ length: days }, (_, day) => day)
    .filter((day) => day % 7 < 5)
    .flatMap((day) => Array.from({ length: each }, (_, n): Arrival => ({ at: MONDAY_MIDNIGHT + day * DAY_MS + 9 * HOUR, item: guide, division: trusted<DivisionCode>("522301"), key: `${day}.${n}` })));

const play = (copy: PoolCopy, arrivals: readonly Arrival[], days: number, supply: SupplyChanges = NO_CHANGES): TwinOutcome =>
  runTwin({
    copy,
    supply,
    arrivals,
    quotas: null,
    seed: 1,
    until: MONDAY_MIDNIGHT + days * DAY_MS,
    createEngine: () => createEngine({ digest: (text) => createHash("sha256").update(text).digest("hex") }),
    answers: rules(RULES, copy.places),
    onProgress: () => {},
  });

const shut = (copy: PoolCopy, first: number, last: number, knownOn = -Infinity): SupplyChanges => ({
  cuts: copy.pieces.flatMap((piece) => (piece.kind === "resources" ? piece.resources : [])).map(({ id }): Cut => ({ resource: id, first: MONDAY + first, last: MONDAY + last, lacks: { amount: Infinity }, knownOn })),
  extras: [],
});

const closedOn = ({ requests }: TwinOutcome): (number | null)[] => requests.map(({ closedAt }) => (closedAt === null ? null : dayNumberOf(closedAt) - MONDAY));

test("with enough people every request is served on its own day, and nobody waits", () => {
  const guide = item("licence", [reviewed(60)]);
  const outcome = play(tinyCopy([reviewer("market", 420)], [guide]), everyMorning(guide, 5), 5);
  expect(closedOn(outcome)).toEqual([0, 1, 2, 3, 4]);
  expect(outcome.waits.figures()).toEqual({ count: 5, mean: 0, p50: 0, p90: 0, p99: 0 });
  expect(outcome.use.cells()).toMatchObject([{ classId: "staff.review", unitId: "market", capacity: 5 * 420, used: 5 * 60 }]);
});

test("who finds the day full is served on the next, and waits the working time between", () => {
  const guide = item("licence", [reviewed(300)]);
  // Two of 300 minutes a day, and 420 to give: one a day is served, the others move on.
  const outcome = play(tinyCopy([reviewer("market", 420)], [guide]), everyMorning(guide, 2, 2), 5);
  expect(closedOn(outcome)).toEqual([0, 1, 2, 3]);
  // From nine to the next midnight are six and a half working hours.
  expect(outcome.requests.map(({ waits }) => waits.figures().mean)).toEqual([0, 390, 390, 780]);
});

test("a closed office makes exactly those wait who come while it is closed", () => {
  const guide = item("licence", [reviewed(60)]);
  const copy = tinyCopy([reviewer("market", 420)], [guide]);
  // Closed on Tuesday and Wednesday.
  expect(closedOn(play(copy, everyMorning(guide, 5), 5, shut(copy, 1, 2)))).toEqual([0, 3, 3, 3, 4]);
});

test("what was given out for a day that nobody knew would be closed is planned anew with its old place, and moved on its day where another can", () => {
  const guide = item("licence", [reviewed(420)]);
  const alone = tinyCopy([reviewer("market", 420)], [guide]);
  // Two come on Monday: the second holds Tuesday, and on Tuesday nobody comes.
  expect(closedOn(play(alone, everyMorning(guide, 1, 2), 5, shut(alone, 1, 1, MONDAY + 1)))).toEqual([0, 2]);

  const [one, other] = [reviewer("market", 420), reviewer("market", 420)];
  const two = tinyCopy([one, other], [guide]);
  // Three: one of Tuesday's, whichever holds it, is as well served by who stays.
  const away: SupplyChanges = { cuts: [one, other].slice(0, 1).map(({ id }): Cut => ({ resource: id, first: MONDAY + 1, last: MONDAY + 1, lacks: { amount: Infinity }, knownOn: MONDAY + 1 })), extras: [] };
  const outcome = play(two, everyMorning(guide, 1, 3), 5, away);
  expect([outcome.lapsed, closedOn(outcome)]).toEqual([0, [0, 0, 1]]);
});

test("of what is lent or held already, a scenario lends no second time", () => {
  const guide = item("licence", [reviewed(60)]);
  const [own, theirs] = [reviewer("market", 60), reviewer("health", 420)];
  const booked = { kind: "booked" as const, periods: [{ resource: theirs.id, period: MONDAY, held: 100, settled: 0, lent: 200, borrowed: 0 }] };
  const copy = tinyCopy([own, theirs], [guide]);
  const cut: Cut = { resource: theirs.id, first: MONDAY, last: MONDAY + 1, lacks: { amount: 300 }, knownOn: -Infinity, lends: true };
  const lent = { ...own, id: trusted<ResourceId>(9_999) };
  const outcome = play({ ...copy, pieces: [...copy.pieces, booked] }, [], 3, { cuts: [cut], extras: [{ declared: lent, from: { lender: theirs, cut } }] });
  const capacity = new Map(outcome.use.cells().map((cell) => [cell.unitId as string, cell.capacity]));
  // Monday: 120 are free of 420; Tuesday: 300 may be lent; on Wednesday it is over.
  expect(capacity.get("market")).toBe(3 * 60 + 120 + 300);
  expect(capacity.get("health")).toBe(3 * 420 - 120 - 300);
});

test("an office that is closed for good leaves requests that cannot be arranged", () => {
  const guide = item("licence", [reviewed(60)]);
  const copy = tinyCopy([reviewer("market", 420)], [guide]);
  const outcome = play(copy, everyMorning(guide, 3), 3, shut(copy, 1, Infinity));
  expect(outcome.requests.map(({ state }) => state)).toEqual(["served", "unservable", "unservable"]);
  expect([...outcome.refusals.values()]).toEqual([2]);
});

test("steps follow one another: machines at once, people in the same day while there is time", () => {
  const filed = { ...reviewed(30), step: "check", mode: "automatic" as const, claims: [] };
  const guide = item("licence", [filed, { ...reviewed(60), after: ["check"] }]);
  const outcome = play(tinyCopy([reviewer("market", 420)], [guide]), everyMorning(guide, 1), 2);
  expect(closedOn(outcome)).toEqual([0]);
  expect(outcome.worked).toBe(2);
});

test("who lives where no unit is competent is turned away, and nothing else happens", () => {
  const guide = item("farming", [reviewed(60)], { line: "agriculture" });
  const outcome = play(tinyCopy([reviewer("market", 420)], [guide]), everyMorning(guide, 2), 2);
  expect([outcome.turnedAway, outcome.requests.length, outcome.granted]).toEqual([2, 0, 0]);
});

test("the queue is seen at every working half-hour", () => {
  const guide = item("licence", [reviewed(420)]);
  const outcome = play(tinyCopy([reviewer("market", 420)], [guide]), everyMorning(guide, 1, 3), 3);
  expect(outcome.queue.length).toBe(3 * 13);
  // All three came at nine; the first half-hour sees them all open.
  expect(outcome.queue[0]).toMatchObject({ open: 3 });
  expect(outcome.queue.at(-1)).toMatchObject({ open: 0, waiting: 0 });
});
