import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { rateOf, scaled } from "../../src/domain/demand/arrivals.js";
import { createMapping, type Demand } from "../../src/domain/demand/mapping.js";
import { NotATrace, readTrace } from "../../src/cli/replay/trace.js";
import type { TraceRow } from "../../src/domain/demand/trace.js";
import { quantile, workingMinutes } from "../../src/domain/demand/working-time.js";
import { DAY_MS, HALF_HOUR_MS, weekdayOf } from "../../src/domain/instant.js";

const folder = mkdtempSync(join(tmpdir(), "govpool-trace-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MONDAY = Date.UTC(2024, 0, 1);
const row = (id: number, day: number, type: string, district = `d${id % 5}`): TraceRow => ({ id: `r${id}`, at: MONDAY + day * DAY_MS + (id % 24) * 3_600_000, type, agency: "a", district });

const demand: Demand[] = Array.from({ length: 40 }, (_, index) => ({ item: `item-${index % 20}`, division: `52230${Math.floor(index / 20)}`, perYear: 50 + index * 10 }));

describe("a trace is laid under the pool's demand", () => {
  const rows = Array.from({ length: 20_000 }, (_, id) => row(id, id % 30, `t${Math.floor(Math.sqrt(id)) % 60}`));
  const asked = rows.map(createMapping(rows, demand, 7));

  test("every item and place is asked for as often as the demand says, to within one in a hundred of the whole", () => {
    const total = demand.reduce((sum, { perYear }) => sum + perYear, 0);
    for (const { item, division, perYear } of demand) {
      const share = asked.filter((one) => one?.item === item && one.division === division).length / rows.length;
      expect(Math.abs(share - perYear / total)).toBeLessThan(0.01);
    }
  });

  test("a rush of one kind falls on few items", () => {
    const items = new Set(rows.flatMap(({ type }, index) => (type === "t7" ? [asked[index]?.item] : [])));
    expect(items.size).toBeLessThanOrEqual(3);
  });

  test("the same seed lays it the same way, another one another", () => {
    expect(rows.map(createMapping(rows, demand, 7))).toEqual(asked);
    expect(rows.map(createMapping(rows, demand, 8))).not.toEqual(asked);
  });

  test("without demand nothing is asked", () => {
    expect(createMapping(rows, [], 1)(rows[0] as TraceRow)).toBeUndefined();
  });
});

describe("a trace is brought to the pool's size", () => {
  test.each([[700, 3.5], [400, 2], [200, 1], [50, 0.25]])("%d a day where the trace has 200: weekdays and hours stay, none is lost", (perDay, layers) => {
    const rows = Array.from({ length: 200 * 56 }, (_, id) => row(id, id % 56, "t"));
    expect(rateOf(rows)).toBe(200);
    const arrivals = scaled(rows, perDay);
    expect(arrivals.layers).toBe(layers);
    expect(arrivals.all).toHaveLength(rows.length);
    for (const { after, row: { at } } of arrivals.all) {
      expect(Math.floor(after / DAY_MS) % 7).toBe(weekdayOf(at / DAY_MS - (at % DAY_MS) / DAY_MS));
      expect(after % DAY_MS).toBe(at % DAY_MS);
    }
    const full = arrivals.all.filter(({ after }) => after < arrivals.fullWeeks * 7 * DAY_MS).length / (arrivals.fullWeeks * 7);
    expect(full).toBeGreaterThan(perDay * 0.8);
    expect(full).toBeLessThan(perDay * 1.2);
  });
});

test("working minutes are the half-hours that people work, by a finger on the list", () => {
  const halfHours = [18, 19, 20, 27, 28, 66, 67].map((index) => index * HALF_HOUR_MS);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 0, max: 4_000 }), (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      let counted = 0;
      for (let minute = from; minute < to; minute += 1) if (halfHours.includes(Math.floor(minute / 30) * HALF_HOUR_MS)) counted += 1;
      expect(workingMinutes(halfHours, from * 60_000, to * 60_000)).toBe(counted);
    }),
  );
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(3);
  expect(quantile([], 0.5)).toBeNull();
});

describe("a trace file", () => {
  const written = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const CITY = "created_at,closed_at,agency,category,district,type,request_id\n2011-07-01T02:00:00,,Works,Lights,East,Outage,2\n2011-07-01T01:00:00,,Works,Lights,East,Outage,1\nnonsense,,Works,Lights,East,Outage,3\n2011-07-01T01:00:00,,Works,Lights,East,Outage,1\n";

  test.each([["plain", CITY], ["gzip.gz", gzipSync(CITY)]])("of a city, %s: by time, each request once, the unreadable counted", async (name, content) => {
    const trace = await readTrace(written(`${name}.csv${name.endsWith("gz") ? ".gz" : ""}`, content), 10);
    expect(trace.rows.map(({ id }) => id)).toEqual(["1", "2"]);
    expect(trace.skipped).toBe(1);
  });

  test("of a permit office: each case once, at its beginning", async () => {
    const path = written("permits.csv", "case_id,channel,department,responsible,case_started_at,activity\nc1,Internet,General,R1,2011-10-11T13:42:22.688+02:00,A\nc1,Internet,General,R1,2011-10-11T13:42:22.688+02:00,B\nc2,Desk,General,R2,2011-10-10T09:00:00.000+02:00,A\n");
    const { rows } = await readTrace(path, 10);
    expect(rows.map(({ id, type, at }) => [id, type, new Date(at).toISOString()])).toEqual([
      ["c2", "Desk General", "2011-10-10T09:00:00.000Z"],
      ["c1", "Internet General", "2011-10-11T13:42:22.000Z"],
    ]);
  });

  test("of something else is refused", async () => {
    await expect(readTrace(written("other.csv", "a,b\n1,2\n"), 10)).rejects.toBeInstanceOf(NotATrace);
    await expect(readTrace(join(folder, "absent.csv"), 10)).rejects.toThrow("ENOENT");
  });
});
