import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { simulate } from "../../src/app/whatif/simulate.js";
import type { PoolCopy } from "../../src/app/ports/pool-copy.js";
import type { KnownDemand } from "../../src/domain/demand/known-demand.js";
import type { WhatIfResult } from "../../src/domain/what-if/result.js";
import { figureRows } from "../../src/domain/what-if/result-rows.js";
import type { Problem } from "../../src/domain/problem.js";
import { scenarios } from "../../src/manifest/read-scenario.js";
import { demandOf, item, reviewed, reviewer, rules, tinyCopy } from "./tiny-copy.js";

const licence = item("licence", [reviewed(60)]);
const permit = item("permit", [reviewed(60)], { line: "health" });
const copy = tinyCopy([reviewer("market", 420), reviewer("health", 420), reviewer("anlong", 420, "522328")], [licence, permit]);
/** About five a day of each. */
const demand = demandOf(["licence", 1_250], ["permit", 1_250]);

function read(changes: Record<string, unknown>, { days = 10, seed = 1 } = {}) {
  return scenarios.readRecord({ name: "trial", seed, days, ...changes });
}

function resultOf(changes: Record<string, unknown>, options: { days?: number; seed?: number } = {}, of: PoolCopy = copy, asked: KnownDemand = demand): WhatIfResult {
  const scenario = read(changes, options);
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.problems));
  const made = simulate(of, asked, scenario.value, { rules, onProgress: () => {} });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.value;
}

function problemsOf(changes: Record<string, unknown>, options: { days?: number; seed?: number } = {}): readonly Problem[] {
  const scenario = read(changes, options);
  if (!scenario.ok) return scenario.problems;
  const made = simulate(copy, demand, scenario.value, { rules, onProgress: () => {} });
  return made.ok ? [] : made.problems;
}

const capacityOf = (run: WhatIfResult["base"]): number => run.classes.find(({ key }) => key === "staff.review")!.capacity!;

const surge = (factor: number, more: object = {}) => ({ demand: [{ surge: { factor, ...more } }] });

describe("what is compared", () => {
  test("the same seed gives the same result to the last digit, another seed another", () => {
    const once = resultOf(surge(2));
    expect(resultOf(surge(2))).toEqual(once);
    expect(once.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(resultOf(surge(2), { seed: 2 }).hash).not.toBe(once.hash);
  });

  test.each([
    ["a surge of one", surge(1)],
    ["a drain of a day on which nobody works", { supply: [{ drain: { unit: "market", from: 5, to: 6 } }] }],
    ["a loan to oneself by way of capacity nobody uses", { supply: [{ add: { unit: "anlong", class: "staff.review", from: 0 } }] }],
  ])("%s changes nobody's request", (_, changes) => {
    const result = resultOf(changes);
    const { classes: _was, units: _units, divisions: _divisions, ...base } = result.base;
    expect(result.changed).toMatchObject(base);
    expect(result.requests).toEqual([]);
    expect([...result.units, ...result.items, ...result.divisions].every(({ verdict }) => verdict === "same")).toBe(true);
    expect(result.queue.every((point) => point.base.open === point.scenario.open)).toBe(true);
  });

  test("a closed office loses, and the office beside it does not", () => {
    const result = resultOf({ supply: [{ drain: { unit: "market", from: 1, to: 4 } }] });
    const byUnit = new Map(result.units.map(({ key, verdict, base, scenario }) => [key, { verdict, more: scenario.meanWait - base.meanWait }]));
    expect(byUnit.get("market")).toMatchObject({ verdict: "loses" });
    expect(byUnit.get("health")).toMatchObject({ verdict: "same", more: 0 });
    expect(result.requests.length).toBeGreaterThan(0);
    expect(result.requests.every(({ unit, laterMinutes }) => unit === "market" && laterMinutes > 0)).toBe(true);
    // Tuesday to Friday are missing.
    expect(capacityOf(result.base) - capacityOf(result.changed)).toBe(4 * 420);
  });

  test("a surge leaves all who come anyway, and brings others beside them", () => {
    const result = resultOf(surge(2, { items: ["licence"] }));
    const of = (key: string) => result.items.find((one) => one.key === key)!;
    expect(of("permit").base).toEqual(of("permit").scenario);
    expect(of("licence").scenario.requests / of("licence").base.requests).toBeGreaterThan(1.6);
    expect(of("licence").scenario.requests / of("licence").base.requests).toBeLessThan(2.4);
  });

  test("a surge below one leaves some of those out who come anyway", () => {
    const result = resultOf(surge(0.5));
    expect(result.changed.requests.arrived).toBeLessThan(result.base.requests.arrived);
    expect(resultOf(surge(0)).changed.requests.arrived).toBe(0);
  });

  test("before a deadline few come, and in its last hours many", () => {
    const result = resultOf({ demand: [{ cliff: { items: ["licence"], date: 4, share: 80, hours: 2 } }] }, { days: 5 });
    const before = result.items.find(({ key }) => key === "licence")!;
    // Eighty in a hundred of a month's hundred or so, on one afternoon; one officer does seven a day.
    expect(before.scenario.requests).toBeGreaterThan(60);
    expect(result.changed.requests.open).toBeGreaterThan(result.base.requests.open + 40);
  });

  test("a trace comes in its own shape and as often as the demand says", () => {
    const rows = Array.from({ length: 50 }, (_, n) => [`2020-01-${String(6 + (n % 5)).padStart(2, "0")}T10:${String(n).padStart(2, "0")}:00`, "potholes", "north"]);
    const result = resultOf({ demand: [{ trace: { rows } }] }, { days: 5 });
    expect(result.changed.requests.arrived).toBeGreaterThan(35);
    expect(result.changed.requests.arrived).toBeLessThanOrEqual(50);
  });

  test("people who are lent work for the borrower", () => {
    const busy = demandOf(["licence", 3_000], ["permit", 250]);
    const result = resultOf({ supply: [{ lend: { class: "staff.review", lender: "health", borrower: "market", amount: 300 } }] }, {}, copy, busy);
    expect(result.units.find(({ key }) => key === "market")).toMatchObject({ verdict: "wins" });
    expect(result.changed.requests.served).toBeGreaterThan(result.base.requests.served);
    expect(capacityOf(result.changed)).toBe(capacityOf(result.base));
  });

  test("of a loan, the first seven days are told by themselves, as they would be measured", () => {
    const busy = demandOf(["licence", 3_000], ["permit", 250]);
    const { week, ...result } = resultOf({ supply: [{ lend: { class: "staff.review", lender: "health", borrower: "market", amount: 300, from: 1 } }] }, { days: 14 }, copy, busy);
    expect([week!.from, week!.to]).toEqual(["2026-03-03", "2026-03-09"]);
    const of = (run: "base" | "changed") => week![run].find(({ unit }) => unit === "market")!;
    expect(of("base").p90Wait).toBeGreaterThan(of("changed").p90Wait!);
    expect(of("changed").late).toBeLessThanOrEqual(of("base").late);
    // Fewer than of the whole run, and all of the capacity of five working days.
    expect(of("base").requests).toBeLessThan(result.units.find(({ key }) => key === "market")!.base.requests);
    expect(of("base").permille).toBe(1_000);
    expect(resultOf(surge(2)).week).toBeUndefined();
  });

  test("more of a class for a unit makes its queue shorter", () => {
    const busy = demandOf(["licence", 3_000]);
    const result = resultOf({ supply: [{ add: { unit: "market", class: "staff.review", count: 2 } }] }, {}, copy, busy);
    expect(result.changed.waits.mean).toBeLessThan(result.base.waits.mean);
    expect(result.changed.requests.breaches).toBeLessThan(result.base.requests.breaches);
  });

  test("a rule of the policy that is taken away leaves those who needed it with nobody", () => {
    const shared = item("licence", [reviewed(60, "pool")]);
    const alone = tinyCopy([reviewer("health", 420)], [shared]);
    const rule = alone.rules.find(({ model, cells }) => model === "allocation" && cells[0] === "staff" && cells[3] === "any")!;
    const result = resultOf({ policy: { remove: [[...rule.cells, rule.effect].join(", ")] } }, {}, alone, demandOf(["licence", 250]));
    expect(result.base.requests.unservable).toBe(0);
    expect(result.changed.requests.unservable).toBe(result.changed.requests.arrived);
    expect(result.changed.refusals[0]).toMatchObject({ rule: "policy", class: "staff.review" });
  });

  test("a quota keeps a unit to what it may use", () => {
    const shared = [item("licence", [reviewed(60, "pool")]), item("permit", [reviewed(60, "pool")], { line: "health" })];
    const one = tinyCopy([reviewer("health", 420)], shared);
    const result = resultOf({ quotas: { cohorts: [{ cohort: "county" }], set: [{ unit: "market", class: "staff.review", cohort: "county", nominal: 60, borrowingLimit: 0 }] } }, {}, one, demandOf(["licence", 750], ["permit", 250]));
    const market = result.units.find(({ key }) => key === "market")!;
    expect(market.verdict).toBe("loses");
    // One of 60 minutes a working day, of eight.
    expect(market.scenario.served).toBe(8);
    expect(result.units.find(({ key }) => key === "health")!.verdict).not.toBe("loses");
  });

  test("its rows say what the result says", () => {
    const result = resultOf(surge(2));
    const rows = figureRows(result);
    expect(rows.find(({ section, figure }) => section === "run" && figure === "served")).toMatchObject({ base: result.base.requests.served, scenario: result.changed.requests.served });
    expect(new Set(rows.map(({ section, key, figure }) => `${section} ${key} ${figure}`)).size).toBe(rows.length);
  });
});

describe("what a scenario may not say", () => {
  test.each<[string, Record<string, unknown>, string, string | undefined]>([
    ["nothing at all", {}, "scenario.empty", undefined],
    ["an unknown unit", { supply: [{ drain: { unit: "atlantis" } }] }, "input.unknown_reference", "supply.0.drain.unit"],
    ["an unknown class", { supply: [{ add: { unit: "market", class: "staff.magic" } }] }, "class.unknown", "supply.0.add.class"],
    ["an unknown item", surge(2, { items: ["licence", "unicorn"] }), "input.unknown_reference", "demand.0.surge.items.1"],
    ["an unknown division", surge(2, { divisions: ["110000"] }), "division.unknown", "demand.0.surge.divisions.0"],
    ["an unknown resource", { supply: [{ drain: { resource: "nobody-1" } }] }, "input.unknown_reference", "supply.0.drain.resource"],
    ["an unknown asset", { supply: [{ drain: { asset: "nobody-1" } }] }, "input.unknown_reference", "supply.0.drain.asset"],
    ["a surge of a million", surge(1_000_000), "input.out_of_range", "demand.0.surge.factor"],
    ["a negative surge", surge(-1), "input.out_of_range", "demand.0.surge.factor"],
    ["a negative amount", { supply: [{ add: { unit: "market", class: "staff.review", amount: -5 } }] }, "input.out_of_range", "supply.0.add.amount"],
    ["a date before the first day", { supply: [{ drain: { unit: "market", from: "2026-02-27", to: "2026-03-04" } }] }, "scenario.day_past", "supply.0.drain.from"],
    ["a start before the copy", { start: "2026-02-01", ...surge(2) }, "scenario.day_past", "start"],
    ["a start in another year", { start: "2027-01-04", ...surge(2) }, "scenario.day_beyond", "start"],
    ["a quota of a cohort that is not there", { quotas: { set: [{ unit: "market", class: "staff.review", cohort: "nobody" }] } }, "input.unknown_reference", "quotas.set.0.cohort"],
    ["cohorts in a circle", { quotas: { cohorts: [{ cohort: "aa", parent: "bb" }, { cohort: "bb", parent: "aa" }] } }, "cohort.cycle", "quotas.cohorts.0.parent"],
    ["a quota of authority", { quotas: { cohorts: [{ cohort: "aa" }], set: [{ unit: "market", class: "function.licensing", cohort: "aa" }] } }, "quota.of_function", "quotas.set.0.class"],
    ["a quota to remove that is not there", { quotas: { remove: [{ unit: "market", class: "staff.review" }] } }, "input.unknown_reference", "quotas.remove.0"],
    ["a borrowing limit below nought", { quotas: { set: [{ unit: "market", class: "staff.review", cohort: "aa", borrowingLimit: -1 }] } }, "input.out_of_range", "quotas.set.0.borrowingLimit"],
    ["dates in reverse", { supply: [{ drain: { unit: "market", from: 5, to: 2 } }] }, "validity.reversed", "supply.0.drain.to"],
    ["a day after the last", { supply: [{ drain: { unit: "market", from: 30 } }] }, "scenario.day_beyond", "supply.0.drain.from"],
    ["a deadline after the last day", { demand: [{ cliff: { date: 30, share: 10, hours: 2 } }] }, "scenario.day_beyond", "demand.0.cliff.date"],
    ["a drain of nobody", { supply: [{ drain: { from: 0 } }] }, "scenario.drain_of_nobody", "supply.0.drain"],
    ["a drain of what the unit has not", { supply: [{ drain: { unit: "market", kinds: ["funds"] } }] }, "scenario.drain_of_nobody", "supply.0.drain"],
    ["authority that is lent", { supply: [{ lend: { class: "function.licensing", lender: "market", borrower: "health" } }] }, "scenario.not_lendable", "supply.0.lend.class"],
    ["a loan to oneself", { supply: [{ lend: { class: "staff.review", lender: "market", borrower: "market" } }] }, "scenario.lent_to_itself", "supply.0.lend.borrower"],
    ["more lent than there is", { supply: [{ lend: { class: "staff.review", lender: "market", borrower: "health", count: 9 } }] }, "scenario.too_few_to_lend", "supply.0.lend.count"],
    ["something nobody has, without an amount", { supply: [{ add: { unit: "market", class: "function.licensing" } }] }, "scenario.nothing_of_class", "supply.0.add"],
    ["a rule that is none", { policy: { add: ["staff, anything"] } }, "policy.rule_malformed", "policy.add.0"],
    ["a rule to remove that is not there", { policy: { remove: ["funds, any, any, other, pool, any, deny"] } }, "scenario.rule_absent", "policy.remove.0"],
    ["a version that is not there", { policy: { version: 77 } }, "input.unknown_reference", "policy.version"],
    ["two traces", { demand: [{ trace: { rows: [["2020-01-06T10:00", "a", "b"]] } }, { trace: { rows: [["2020-01-06T10:00", "a", "b"]] } }] }, "scenario.trace_twice", "demand.1.trace"],
    ["a trace without a time", { demand: [{ trace: { rows: [["tomorrow", "a", "b"]] } }] }, "input.invalid", "demand.0.trace.rows.0.0"],
    ["a trace that is only named", { demand: [{ trace: { file: "/etc/passwd" } }] }, "scenario.trace_not_sent", "demand.0.trace.file"],
    ["a change that is none", { supply: [{ drian: { unit: "market" } }] }, "input.invalid", "supply.0"],
    ["a field that is none", { supply: [{ drain: { unit: "market", until: 3 } }] }, "input.unknown_field", "supply.0.drain.until"],
  ])("%s", (_, changes, code, field) => {
    const [first] = problemsOf(changes);
    expect([first?.code, first?.field]).toEqual([code, field]);
  });

  test("a run that is too long says how many requests it would have", () => {
    const scenario = read(surge(100), { days: 92 });
    if (!scenario.ok) throw new Error("scenario");
    const made = simulate(copy, demandOf(["licence", 50_000]), scenario.value, { rules, onProgress: () => {} });
    expect(made).toMatchObject({ ok: false, problems: [{ code: "scenario.too_long", field: "days", facts: { max: 300_000 } }] });
    expect(read(surge(2), { days: 93 })).toMatchObject({ ok: false, problems: [{ code: "input.out_of_range", field: "days" }] });
  });
});

describe("scenario files", () => {
  const FOLDER = new URL("../../resources/sample-prefecture/scenarios/", import.meta.url);

  test.each(readdirSync(FOLDER))("%s can be read, and written as it was meant", (name) => {
    const made = scenarios.readText(readFileSync(new URL(name, FOLDER), "utf8"), name);
    if (!made.ok) throw new Error(JSON.stringify(made.problems));
    expect(scenarios.readText(scenarios.write(made.value), name)).toEqual(made);
  });

  test.each([
    ["no YAML", "{", "manifest.syntax"],
    ["another kind", "apiVersion: govpool/v1\nkind: Pool\npool: p\n", "scenario.not_a_scenario"],
    ["two documents", "apiVersion: govpool/v1\nkind: Scenario\n---\napiVersion: govpool/v1\nkind: Scenario\n", "scenario.not_a_scenario"],
    ["nothing", "", "scenario.not_a_scenario"],
    ["another version", "apiVersion: govpool/v9\nkind: Scenario\n", "manifest.version_unknown"],
  ])("%s is refused", (_, text, code) => {
    expect(scenarios.readText(text, "s.yaml")).toMatchObject({ ok: false, problems: [{ code }] });
  });

  test("a problem names the line it is on", () => {
    const text = "apiVersion: govpool/v1\nkind: Scenario\nname: x\ndays: 3\ndemand:\n  - surge: { factor: 2 }\n  - surge: { factor: 1000000 }\n";
    expect(scenarios.readText(text, "s.yaml")).toMatchObject({ ok: false, problems: [{ code: "input.out_of_range", field: "demand.1.surge.factor", file: "s.yaml", line: 7 }] });
  });
});
