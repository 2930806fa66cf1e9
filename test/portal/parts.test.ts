import { describe, expect, test } from "vitest";
import { Hono } from "hono";
import type { FormField, ItemGuide } from "../../src/domain/catalogue/item.js";
import { pageRoutes } from "../../src/web/portal/router.js";
import { bundleDays } from "../../src/web/portal/pages/bundle/page.js";
import { groupFields } from "../../src/web/portal/pages/apply/view.js";
import { acceptedLanguage, localPath } from "../../src/web/portal/preferences.js";
import { rulesFromText } from "../../src/web/portal/rooms/centre.js";
import { levelBounds, levelOf } from "../../src/web/charts/level.js";
import { tileLayout } from "../../src/web/charts/tile-layout.js";
import { voiceOf } from "../../src/text/voice.js";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";
import { partsOf } from "../../src/domain/policy/action.js";

describe("page routes", () => {
  test("every page asks for an act that some rule of the access policy speaks of", () => {
    const files = readPolicyFiles();
    if (!files.ok) throw new Error(JSON.stringify(files.problems));
    const spoken = new Set(files.value.rules.filter(({ model }) => model === "access").map(({ cells }) => `${cells[1]}.${cells[2]}`));
    const silent = pageRoutes.filter(({ access }) => !spoken.has(`${partsOf(access).object}.${partsOf(access).act}`));
    expect(silent.map(({ method, path, access }) => `${method} ${path}: ${access}`)).toEqual([]);
  });

  test("no two pages answer the same call", () => {
    const calls = pageRoutes.map(({ method, path }) => `${method} ${path}`);
    expect(calls.filter((call, at) => calls.indexOf(call) !== at)).toEqual([]);
  });
});

describe("coming back after a switch", () => {
  test.each([
    ["/pools/qianxinan/items?q=%E9%A3%9F", "/pools/qianxinan/items?q=%E9%A3%9F"],
    ["//elsewhere.example/", "/"],
    ["/\\elsewhere.example", "/"],
    ["https://elsewhere.example/", "/"],
    ["javascript:alert(1)", "/"],
    ["/a\r\nset-cookie: x", "/"],
    [undefined, "/"],
  ])("%s leads to %s", (given, expected) => expect(localPath(given)).toBe(expected));
});

describe("the language of a browser", () => {
  test.each([
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    ["zh;q=0.1,en", "en"],
    ["en;q=0.3, zh-Hans;q=0.7", "zh"],
    ["zh;q=0, en-GB;q=0.5", "en"],
    ["fr, EN-us;q=0.2", "en"],
    ["enx, *", "zh"],
    ["en;q=nonsense;;,=", "en"],
    ["", "zh"],
  ])("%s reads %s", async (header, language) => {
    const app = new Hono().get("/", (c) => c.text(acceptedLanguage(c)));
    expect(await (await app.request("/", { headers: { "accept-language": header } })).text()).toBe(language);
  });
});

describe("an application's pages", () => {
  const field = (name: string, personal = false): FormField => ({ field: name, names: { zh: name, en: name }, type: "text", required: true, personal });

  test("ask personal questions together and at most four at a time", () => {
    const groups = groupFields([field("a"), field("id", true), field("b"), field("c"), field("phone", true), field("d"), field("e")]);
    expect(groups.map((group) => group.map((one) => one.field))).toEqual([["id", "phone"], ["a", "b", "c", "d"], ["e"]]);
  });

  test("are none where nothing is asked", () => expect(groupFields([])).toEqual([]));
});

describe("a bundle's time", () => {
  const guide = (item: string, promisedDays: number) => ({ item, promisedDays }) as unknown as ItemGuide;

  test("is the longest way through it, not the sum", () => {
    expect(bundleDays([{ guide: guide("a", 3), after: [] }, { guide: guide("b", 5), after: ["a"] }, { guide: guide("c", 6), after: [] }])).toBe(8);
  });

  test("ends even when its items wait for one another", () => {
    expect(bundleDays([{ guide: guide("a", 1), after: ["b"] }, { guide: guide("b", 1), after: ["a"] }])).toBeGreaterThan(0);
  });
});

describe("rules typed as text", () => {
  test("are read line by line, remarks and empty lines left out", () => {
    const read = rulesFromText("# people\n\naccess, clerk, step, start, own, allow\n");
    expect(read).toEqual({ ok: true, value: [{ model: "access", cells: ["clerk", "step", "start", "own"], effect: "allow" }] });
  });

  test("name the line that is no rule", () => {
    const read = rulesFromText("access, clerk, step, start, own, allow\nnonsense");
    expect(read.ok ? [] : read.problems.map(({ code, line }) => [code, line])).toEqual([["input.invalid", 2]]);
  });
});

describe("levels of a map", () => {
  test.each([[1], [4], [7], [37], [812], [99_999]])("cover 0 to %s in five round steps", (largest) => {
    const bounds = levelBounds(largest);
    expect(bounds).toHaveLength(5);
    expect(bounds.every(Number.isInteger)).toBe(true);
    expect(bounds.at(-1)).toBeGreaterThanOrEqual(largest);
    expect(levelOf(0, bounds)).toBe(0);
    expect(levelOf(largest, bounds)).toBeGreaterThanOrEqual(1);
  });
});

describe("tiles", () => {
  const counties = ["522301", "522302", "522323", "522324", "522325", "522326", "522327", "522328"];

  test("of the sample prefecture stand apart from one another", () => {
    const places = Object.values(tileLayout("522300", counties)).map(String);
    expect(new Set(places).size).toBe(counties.length);
  });

  test("of a place nobody drew stand in rows of four", () => {
    expect(tileLayout("511600", ["511602", "511603", "511621", "511622", "511623"])).toEqual({ 511602: [0, 0], 511603: [1, 0], 511621: [2, 0], 511622: [3, 0], 511623: [0, 1] });
  });

  test("that a drawing lacks follow below it", () => {
    const placed = tileLayout("522300", [...counties, "522399"]);
    expect(placed["522399"]?.[1]).toBe(3);
  });
});

describe("the two voices", () => {
  const at = Date.parse("2026-11-22T06:05:00Z");
  const zh = voiceOf("zh");
  const en = voiceOf("en");

  test("say dates as people write them, in local time", () => {
    expect([zh.date(at), en.date(at)]).toEqual(["2026年11月22日 周日", "Sun 22 Nov 2026"]);
    expect([zh.dateTime(at), en.dateTime(at)]).toEqual(["2026年11月22日 周日 14:05", "Sun 22 Nov 2026 14:05"]);
    expect(zh.date(Date.parse("2026-11-22T16:00:00Z"))).toBe("2026年11月23日 周一");
  });

  test("say money from fen and amounts with their unit", () => {
    expect([zh.money(123_450), zh.money(100), zh.money(-5)]).toEqual(["¥1,234.50", "¥1", "−¥0.05"]);
    expect([zh.amount(1, "minute"), en.amount(1, "minute"), en.amount(1500, "call")]).toEqual(["1 分钟", "1 minute", "1,500 calls"]);
  });

  test("say half-hours, days and years as periods", () => {
    expect(zh.period("slot", 20_779 * 48 + 19)).toBe("2026年11月22日 周日 09:30–10:00");
    expect([zh.period("fiscal-year", 2026), en.period("none", 0)]).toEqual(["2026 年度", "Any time"]);
  });
});
