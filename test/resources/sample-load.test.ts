import chineseDays from "chinese-days";
import { describe, expect, test } from "vitest";
import { TASK_TYPES } from "../../src/domain/catalogue/item.js";
import { KINDS } from "../../src/domain/pool/class.js";
import { Calendars } from "../../src/domain/pool/calendars.js";
import { trusted, type CalendarId } from "../../src/domain/id.js";
import { demandOf, loadByClass, loadByCounty, loadOfCompetent, mayServe, supplyOf, tightest } from "./sample-load.js";
import { COUNTIES, readSample } from "./sample.js";

const sample = readSample();
const supply = supplyOf(sample);
const asked = demandOf(sample);

describe("the declared files", () => {
  test("obey the register's own rules", () => {
    expect(sample.problems).toEqual([]);
  });

  test("hold all five kinds, the five task types, five bundles and a hundred and twenty items or more", () => {
    expect(new Set([...sample.register.classes.values()].map(({ kind }) => kind))).toEqual(new Set(KINDS));
    expect(new Set(sample.items.map(({ taskType }) => taskType))).toEqual(new Set(TASK_TYPES));
    expect(sample.bundles).toHaveLength(5);
    expect(sample.items.length).toBeGreaterThanOrEqual(120);
  });

  test("say for every number where it comes from", () => {
    const silent = [...sample.register.classes.values(), ...sample.resources, ...sample.items, ...sample.demand, ...sample.bundles].filter(({ source }) => !source);
    expect(silent).toEqual([]);
  });

  test("name no class, trait or resource in vain", () => {
    const claimed = new Set(asked.map(({ claim }) => claim.class as string));
    expect([...sample.register.classes.keys()].filter((id) => !claimed.has(id))).toEqual([]);
    const borne = new Set(sample.resources.flatMap(({ traits }) => traits as readonly string[]));
    expect([...sample.register.traits.keys()].filter((id) => !borne.has(id))).toEqual([]);
    const backed = new Set(sample.assets.map(({ resource }) => resource));
    expect(sample.resources.filter(({ derived, code }) => derived && !backed.has(code)).map(({ code }) => code)).toEqual([]);
  });

  test("back a resource counted per asset with exactly one", () => {
    const alone = sample.resources.filter(({ classId }) => sample.register.classes.get(classId)?.per === "asset");
    expect(alone.filter(({ code }) => sample.assets.filter(({ resource }) => resource === code).length !== 1).map(({ code }) => code)).toEqual([]);
  });

  test("keep the working days of 2025 and 2026 as the notices say", () => {
    const calendars = new Calendars(sample.register.calendars.values());
    const wrong: string[] = [];
    for (let at = Date.UTC(2025, 0, 1); at < Date.UTC(2027, 0, 1); at += 86_400_000) {
      const date = new Date(at).toISOString().slice(0, 10);
      const works = calendars.halfHours(trusted<CalendarId>("qxn-office"), at / 86_400_000).length > 0;
      if (works !== chineseDays.isWorkday(date)) wrong.push(date);
    }
    expect(wrong).toEqual([]);
  });

  test("prepare a person for every role, of units and without identity numbers", () => {
    const roles = sample.persons.map(({ role }) => role);
    expect(new Set(roles)).toEqual(new Set(["applicant", "agent", "clerk", "registrar", "unit-head", "pool-admin", "policy-admin", "auditor"]));
    for (const { unit } of sample.persons) if (unit !== undefined) expect(sample.register.units.has(unit as string)).toBe(true);
    expect(JSON.stringify(sample.persons)).not.toMatch(/\d{17}[\dX]/);
  });
});

describe("demand meets capacity", () => {
  test("every item is asked for in every county", () => {
    const missing = sample.items.flatMap(({ item }) => COUNTIES.filter((county) => !sample.demand.some((row) => row.item === item && row.division === county && row.perYear > 0)).map((county) => `${item} ${county}`));
    expect(missing).toEqual([]);
  });

  test("every claim finds a resource that may serve it, in every county", () => {
    expect([...new Set(asked.filter((one) => !supply.some((each) => mayServe(each, one))).map(({ item, claim, division }) => `${item.item} ${claim.class} ${division}`))]).toEqual([]);
  });

  test("a claim for several finds that many different resources that may serve it, in every county", () => {
    const several = asked.filter(({ claim }) => (claim.count ?? 1) > 1);
    expect(several.length).toBeGreaterThan(0);
    expect([...new Set(several.filter((one) => supply.filter((each) => mayServe(each, one)).length < one.claim.count!).map(({ item, claim, division }) => `${item.item} ${claim.class} ${division}`))]).toEqual([]);
  });

  test("certified officers of an inspection are asked for together, and who looks into a case does not decide it where its law says so", () => {
    const steps = sample.items.flatMap(({ item, recipe }) => recipe.steps.map((step) => ({ item, ...step })));
    const inspected = steps.filter(({ stage, alone, mode }) => stage === "inspect" && mode === "human" && alone === undefined);
    expect(inspected.filter(({ claims }) => !claims.some((claim) => claim.count === 2 && claim.scope === "competent" && (claim.traits as readonly string[] | undefined)?.includes("enforcement-certificate"))).map(({ item }) => item)).toEqual([]);
    expect(inspected.length).toBeGreaterThan(10);
    const apart = steps.filter(({ notBy }) => notBy !== undefined);
    expect(apart.map(({ item, step }) => `${item} ${step}`).sort()).toEqual(["522300-ca-destitute-support decide", "522300-ca-subsistence-allowance decide", "522300-ju-reconsideration decide"]);
  });

  test("no claim is larger than a day of one resource that may serve it", () => {
    const dayOf = new Map(sample.resources.map(({ code, total }) => [code, total ?? sample.assets.filter(({ resource }) => resource === code).reduce((sum, { amount }) => sum + amount, 0)]));
    const tooLarge = asked.filter(({ claim }) => sample.register.classes.get(claim.class)?.period === "day").filter((one) => !supply.some((each) => mayServe(each, one) && (dayOf.get(each.resource.code) ?? 0) >= one.claim.amount));
    expect([...new Set(tooLarge.map(({ item, claim }) => `${item.item} ${claim.class}`))]).toEqual([]);
  });

  test("staff and counters are loaded at about 85 %", () => {
    const loads = loadByClass(supply, asked);
    const staff = [...loads].filter(([id]) => id.startsWith("staff."));
    const sum = (of: "asked" | "offered") => staff.reduce((total, [, each]) => total + each[of], 0);
    expect(sum("asked") / sum("offered")).toBeGreaterThan(0.83);
    expect(sum("asked") / sum("offered")).toBeLessThan(0.87);
    expect(loads.get("material.counter")?.load).toBeGreaterThan(0.83);
    expect(loads.get("material.counter")?.load).toBeLessThan(0.87);
    for (const [id, { load }] of staff) {
      expect(load, id).toBeGreaterThan(0.78);
      expect(load, id).toBeLessThan(0.9);
    }
  });

  test("alone, some counties have too little and others too much: that is what a pool evens out", () => {
    for (const id of ["staff.intake", "staff.review"]) {
      const loads = [...loadByCounty(sample, supply, asked, id).values()];
      expect(Math.max(...loads), id).toBeGreaterThan(1.05);
      expect(Math.min(...loads), id).toBeLessThan(0.7);
    }
  });

  test("together they can carry it: no set of counties asks more than what may serve them", () => {
    const shared = [...sample.register.classes.values()].filter(({ period, kind }) => period !== "none" && kind !== "funds").map(({ id }) => id as string);
    for (const id of shared) {
      expect(tightest(supply, asked, id).load, id).toBeLessThan(0.95);
      const traits = new Set(asked.filter(({ claim }) => claim.class === id).flatMap(({ claim }) => (claim.traits ?? []) as readonly string[]));
      for (const trait of traits) expect(tightest(supply, asked, id, trait).load, `${id} ${trait}`).toBeLessThan(0.97);
    }
  });

  test("no competent organ is asked more than its own officers and funds can give", () => {
    expect(loadOfCompetent(supply, asked).filter(({ load }) => load > 0.95).map(({ unit, what, load }) => `${unit} ${what} ${load.toFixed(2)}`)).toEqual([]);
  });
});
