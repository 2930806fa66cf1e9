import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import stringWidth from "string-width";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { NOUNS, pathOf, type Noun } from "../../src/cli/nouns.js";
import { freePort } from "../../src/main/embedded-postgres.js";
import { PATIENCE_MS } from "../support/patience.js";
import { govpool } from "../support/process.js";
import { hall, run, type Hall } from "./command-line.js";

const CITIZEN = "demo-shili-yi";
const CLERK = "demo-shijian-banli";
const REGISTRAR = "demo-dengji";
const ADMIN = "demo-ziyuanchi-guanli";
const POLICY = "demo-celue-guanli";
const AUDITOR = "demo-shenji";
const UNIT = "xingyi-market-regulation";

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}
const contract = JSON.parse(readFileSync(new URL("../../src/contract/openapi.gen.json", import.meta.url), "utf8")) as {
  readonly paths: Readonly<Record<string, { readonly get?: { readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>> } }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};
const fieldsOf = ({ $ref, properties = {}, anyOf = [], oneOf = [], allOf = [] }: Schema): Readonly<Record<string, Schema>> =>
  Object.assign({}, properties, ...[...($ref === undefined ? [] : [contract.components.schemas[$ref.split("/").at(-1) ?? ""] ?? {}]), ...anyOf, ...oneOf, ...allOf].map(fieldsOf)) as Readonly<Record<string, Schema>>;
/** What the contract says a row of the noun's list has. */
function promised(noun: Noun): readonly string[] {
  const path = `/api/v1/pools/{pool}${pathOf(noun)}`;
  const schema = (contract.paths[path] ?? contract.paths[path.replace(/[^/]+$/, "{rows}")])?.get?.responses["200"]?.content?.["application/json"]?.schema;
  return Object.keys(fieldsOf(fieldsOf(schema ?? {})["rows"]?.items ?? {}));
}

const FOOD = "522300-mr-food-business-licence";
const APPLICATION = ["submit", FOOD, "-d", "522301", "-m", "application", "-m", "floor-plan"];
const ANSWERS = ["business-name=示例小店", "food=restaurant", "site-address=示例路1号", "area=80", "headcount=3", "delivery=counter"].flatMap((pair) => ["-s", pair]);

let here: Hall;
let number: string;

beforeAll(async () => {
  here = await hall();
  number = (await here.json<{ number: string }>(CITIZEN, ...APPLICATION, ...ANSWERS)).number;
  await vi.waitFor(async () => expect((await here.as(CLERK, "get", "work")).out).toContain(number), { timeout: PATIENCE_MS, interval: 200 });
});
afterAll(() => here.close());

describe("govpool login", () => {
  test("says who one is, keeps it for the next command, and never shows the token", async () => {
    const nobody = await here.as(undefined, "login");
    expect(nobody.out).toMatch(/signed in as nobody +pool qianxinan/);
    expect(nobody.err).toMatch(/--token/);
    const kept = await here.as(CITIZEN, "login");
    expect(kept).toMatchObject({ code: 0, err: "" });
    expect(kept.out).toMatch(/signed in as 示例居民甲/);
    expect(kept.out).not.toContain(readFileSync(join(here.folder, CITIZEN, "govpool/session.json"), "utf8").match(/"token": "([^"]+)"/)?.[1] ?? "no token");
  });

  test("does without what was kept: a token that was revoked keeps nobody from signing in again", async () => {
    const stale = join(here.folder, "stale");
    mkdirSync(join(stale, "govpool"), { recursive: true });
    writeFileSync(join(stale, "govpool/session.json"), JSON.stringify({ server: here.url, pool: "qianxinan", token: "govpool_gone" }));
    const env = { GOVPOOL_SERVER: here.url, XDG_CONFIG_HOME: stale };
    expect(await run(env, ["get", "requests"])).toMatchObject({ code: 1 });
    expect(await run(env, ["login", "--as", CITIZEN])).toMatchObject({ code: 0, err: "" });
    expect(await run(env, ["get", "requests"])).toMatchObject({ code: 0 });
  });

  test("refuses a person who is not prepared", async () => {
    expect(await run({ GOVPOOL_SERVER: here.url, XDG_CONFIG_HOME: here.folder }, ["login", "--as", "demo-nobody"])).toMatchObject({ code: 1, out: "" });
  });
});

describe("govpool get", () => {
  const WHO: Readonly<Record<string, string>> = { requests: CITIZEN, work: CLERK, "without-officer": CLERK, policies: POLICY, audit: AUDITOR, grants: POLICY };

  /** What a fresh prefecture cannot have yet. */
  const NOT_YET = ["zones", "queue", "imports", "tokens", "direct-claims", "recusals", "delegations", "without-officer", "disparity", "disparity-alarms", "quota-changes", "loans", "loan-balances", "drains", "gaps", "contests", "reorganisations", "lead-exceptions", "proposals", "standing-rules", "emergency-orders", "task-forces", "agreements", "plans", "standing-limits", "alerts", "alert-rules", "webhooks", "webhook-deliveries", "figures", "closed", "missed", "breaches", "what-ifs"];

  test.each(NOUNS.map((noun) => [noun.names[0], noun] as const))("%s: the columns are the answer's own", async (name, noun) => {
    const rows = await here.json<Record<string, unknown>[]>(WHO[name] ?? ADMIN, "get", name, "-l", "3");
    const table = await here.as(WHO[name] ?? ADMIN, "get", name, "-l", "3");
    expect(table.code).toBe(0);
    if (rows.length > 0) for (const column of noun.columns) expect(Object.keys(rows[0] ?? {})).toContain(column);
    else expect(NOT_YET).toContain(name);
    for (const column of noun.columns) expect(promised(noun)).toContain(column);
  });

  test("lines up columns under Chinese names", async () => {
    const { out } = await here.as(undefined, "get", "divisions", "-f", "level=county", "--lang", "zh");
    const [title = "", ...lines] = out.split("\n");
    const at = stringWidth(title.slice(0, title.indexOf("LEVEL")));
    expect(lines).toHaveLength(8);
    expect(out).toContain("望谟县");
    for (const line of lines) expect(stringWidth(line.slice(0, line.indexOf("county")))).toBe(at);
  });

  test("one thing by name, from its address or out of its list", async () => {
    expect((await here.as(undefined, "get", "unit", UNIT)).out).toContain("Xingyi City Market Regulation Bureau");
    expect((await here.as(undefined, "get", "trait", "sign-language")).out).toContain("Signs Chinese Sign Language");
    expect(await here.as(undefined, "get", "trait", "no-such")).toMatchObject({ code: 1, err: "There is no “no-such” among traits." });
    expect(await here.as(ADMIN, "get", "queue", "1")).toMatchObject({ code: 1, out: "" });
  });

  test("a unit's own rows, page by page until all are there", async () => {
    const rows = await here.json<{ code: string; unit: string }[]>(REGISTRAR, "get", "assets", "--unit", UNIT, "--all");
    expect(rows.length).toBeGreaterThan(5);
    expect(new Set(rows.map(({ unit }) => unit))).toEqual(new Set([UNIT]));
    const some = await here.as(REGISTRAR, "get", "assets", "--unit", UNIT, "-l", "2");
    expect(some.err).toContain("--all");
  });

  test("the clerk's own desk without naming it; somebody with no unit is asked to name one", async () => {
    expect((await here.as(CLERK, "get", "work")).out).toMatch(new RegExp(`${number} +accept .*ready +true`));
    expect(await here.as(ADMIN, "get", "work")).toMatchObject({ code: 1, err: expect.stringContaining("--unit") as string });
    expect((await here.as(ADMIN, "get", "work", "--unit", UNIT)).out).toContain(number);
  });
});

describe("govpool submit", () => {
  test("prints a receipt in the reader's language; the same key files once", async () => {
    const key = ["--key", "second-shop-1"];
    const first = await here.as(CITIZEN, ...APPLICATION, ...ANSWERS, ...key, "--lang", "zh");
    expect(first.out).toMatch(/^已收件：522301-\d{8}-\d{5}（查询码 \S+）。承办：兴义市市场监督管理局；/);
    expect(first.out).toContain("还缺材料：safety-rules, equipment-list");
    expect((await here.as(CITIZEN, ...APPLICATION, ...ANSWERS, ...key, "--lang", "zh")).out).toBe(first.out);
    const filed = await here.json<{ channel: string }>(CITIZEN, "describe", "request", number);
    expect(filed.channel).toBe("cli");
  });

  test("names every field that is wrong and what to do", async () => {
    const refused = await here.as(CITIZEN, ...APPLICATION, "-s", "business-name=示例小店", "-s", "food=bar", "-s", "area=many");
    expect([refused.code, refused.out]).toEqual([1, ""]);
    for (const field of ["food", "site-address", "area", "headcount", "delivery"]) expect(refused.err).toContain(`answers.${field}: `);
    expect(refused.err.match(/What to do: /g)?.length).toBeGreaterThanOrEqual(5);
  });

  test("needs somebody signed in", async () => {
    expect(await here.as(undefined, ...APPLICATION, ...ANSWERS)).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/Sign in|sign in/) as string });
  });
});

describe("govpool describe and explain", () => {
  test("a request by the number on its receipt, its lists as tables", async () => {
    const { out } = await here.as(CITIZEN, "describe", "request", number);
    expect(out).toMatch(new RegExp(`^number: +${number}$`, "m"));
    expect(out).toMatch(/^ +accept +Accept the application +accept +human/m);
    expect(out).not.toMatch(/[{}]|\[object/);
    const { request } = await here.json<{ request: string }>(CITIZEN, "describe", "request", number);
    expect((await here.as(CITIZEN, "describe", "request", request)).out).toBe(out);
  });

  test("why each step got what it got, in both languages and as values", async () => {
    const en = (await here.as(CITIZEN, "explain", number)).out;
    expect(en).toMatch(/^Accept the application · Arranged$/m);
    expect(en).toMatch(/^ {2}The pool has \d+ resources of this kind: \d+ without jurisdiction there/m);
    expect(en).toMatch(/^Decide · Not yet\n {2}It follows these steps/m);
    expect((await here.as(CITIZEN, "explain", number, "--lang", "zh")).out).toMatch(/^网上受理 · 已安排$/m);
    const values = await here.json<{ steps: { step: string; answer: { kind: string; claims?: { given: { resource: string | null }[] }[] } }[] }>(CITIZEN, "explain", number);
    expect(values.steps[0]).toMatchObject({ step: "accept", answer: { kind: "granted", claims: [{ class: "staff.intake", given: [{ resource: null, amount: 20, state: "held" }] }] } });
    const inside = await here.json<typeof values>(CLERK, "explain", number);
    expect(inside.steps[0]?.answer.claims?.[0]?.given[0]?.resource).toMatch(/-intake$/);
  });

  test("who is before it: counts, the same whatever the other is; everything for whoever may read both", async () => {
    const own = (await here.as(CITIZEN, "explain", number, "--order")).out;
    expect(own).toMatch(/^No step of this request is in a queue now/);
    for (const other of ["522301-20261122-99999", "x", "%00", number]) expect((await here.as(CITIZEN, "explain", number, "--before", other)).out).toBe(own);
    const second = (await here.json<{ number: string }>(CITIZEN, ...APPLICATION, ...ANSWERS)).number;
    expect((await here.as(AUDITOR, "explain", second, "--before", number)).out).toContain(`${number} is before ${second}`);
    expect(await here.json(AUDITOR, "explain", second, "--before", number)).toMatchObject({ kind: "between", pairs: [{ first: "other", classes: [{ class: "staff.intake" }] }] });
    expect((await here.as("demo-shili-er", "explain", number, "--order")).err).toMatch(/^There is no such request\./);
  });

  test("somebody else's request does not exist, and no number is a fault", async () => {
    for (const name of [number, "522301-20261122-99999", "x", "a\u0000b", "%00", "../units"]) {
      const refused = await here.as("demo-shili-er", "explain", name);
      expect([name, refused.code, refused.err.split("\n")[0]]).toEqual([name, 1, expect.stringMatching(/^There is no such (request|page)\.$/) as string]);
    }
  });
});

describe("govpool offers, claim and release", () => {
  const COUNTER = "claims:\n  - { class: material.counter, amount: 1, slots: 2 }\n";
  const file = (name: string, text: string): string => {
    const path = join(here.folder, name);
    writeFileSync(path, text);
    return path;
  };

  test("lists what is free, takes the second, confirms it, shows it and gives it back", async () => {
    const ask = file("ask.yaml", `unit: ${UNIT}\nlimit: 3\n${COUNTER}`);
    // Just started, the scheduler may still be reading the pool, and says that it did not answer.
    await vi.waitFor(async () => expect((await here.as(CLERK, "offers", "-f", ask)).code).toBe(0), { timeout: PATIENCE_MS, interval: 200 });
    const listed = await here.as(CLERK, "offers", "-f", ask);
    expect(listed.out).toMatch(/OFFER +START +CLASS +RESOURCE +UNIT/);
    expect(listed.out).toContain("There are others; raise limit.");
    const { offers } = await here.json<{ offers: { parts: { resource: string }[] }[] }>(CLERK, "offers", "-f", ask);
    expect(offers).toHaveLength(3);

    const claim = file("claim.yaml", `unit: ${UNIT}\ntitle: Open day\nholdMinutes: 30\n${COUNTER}`);
    const held = await here.json<{ claim: string; state: string; claims: { given: { resource: string }[] }[] }>(CLERK, "claim", "-f", claim, "--offer", "2");
    expect(held.state).toBe("held");
    expect(held.claims[0]?.given[0]?.resource).toBe(offers[1]?.parts[0]?.resource);
    expect((await here.as(CLERK, "claim", "confirm", held.claim)).out).toContain(`${held.claim} confirmed`);
    expect((await here.as(CLERK, "get", "direct-claims", "-u", UNIT)).out).toContain("Open day");
    // Who works elsewhere neither sees it nor gives it back, and both sound the same.
    expect(await here.as("demo-shebao-banli", "release", held.claim)).toMatchObject({ code: 1, out: "" });
    expect((await here.as(CLERK, "release", held.claim)).out).toContain(`${held.claim} released`);
    const again = await here.as(CLERK, "claim", "confirm", held.claim);
    expect(again.code).toBe(1);
    expect(again.err).toContain("What to do:");
  });

  test("refusals name what kind of a no it is; a file that says nothing is no fault", async () => {
    const never = await here.as(CLERK, "claim", "-f", file("never.yaml", `unit: ${UNIT}\ntitle: x\nwaits: false\nclaims:\n  - { class: material.counter, amount: 1, slots: 48 }\n`));
    expect(never).toMatchObject({ code: 1, out: "" });
    expect(never.err).not.toBe("");
    expect((await here.as(CLERK, "claim", "-f", file("empty.yaml", "")))).toMatchObject({ code: 1 });
    expect((await here.as(CLERK, "claim", "confirm"))).toMatchObject({ code: 1 });
    expect((await here.as(CITIZEN, "offers", "-f", join(here.folder, "ask.yaml")))).toMatchObject({ code: 1, out: "" });
    expect((await here.as(undefined, "offers", "-f", join(here.folder, "ask.yaml")))).toMatchObject({ code: 1, out: "" });
  });
});

describe("govpool annul", () => {
  test("names the step when there is none to choose, and passes on what the server refuses", async () => {
    const HEAD = "demo-danwei-fuze";
    const why = ["--basis", "行政许可法 第六十九条", "--grounds", "Forged lease"];
    expect(await here.as(HEAD, "annul", number, ...why)).toMatchObject({ code: 1, out: "", err: expect.stringContaining("Name the step with --step") });
    expect(await here.as(HEAD, "annul", number, ...why, "--step", "decide")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("still open") });
    expect(await here.as(CLERK, "annul", number, ...why, "--step", "decide")).toMatchObject({ code: 1, out: "" });
  });
});

describe("govpool drain and undrain", () => {
  test("an officer's post goes out of service and comes back by its own name; what is in service is not there to lift", async () => {
    const post = `${UNIT}-counter-part-1`;
    const drained = await here.as(REGISTRAR, "fail", post, "--reason", "The screen is dark");
    expect([drained.code, drained.err]).toEqual([0, ""]);
    expect((await here.json<{ target: string; kind: string }[]>(REGISTRAR, "get", "drains"))[0]).toMatchObject({ target: post, kind: "failover" });
    expect((await here.as(ADMIN, "undrain", post, "--reason", "Mended")).out).toContain(`${post} is back in service`);
    // Several at once, all or none.
    const gone = await here.as(REGISTRAR, "fail", post, "nobody-at-all", "--as", "asset", "--reason", "The lights are out");
    expect([gone.code, gone.out]).toEqual([1, ""]);
    const two = [post, `${UNIT}-intake-1`];
    expect((await here.as(REGISTRAR, "fail", ...two, "--reason", "The lights are out")).out.trim().split("\n").map((line) => two.findIndex((name) => line.includes(name)))).toEqual([0, 1]);
    for (const name of two) expect((await here.as(ADMIN, "undrain", name, "--reason", "Mended")).code).toBe(0);
    expect(await here.as(ADMIN, "undrain", post, "--reason", "Mended")).toMatchObject({ code: 1, err: `There is no “${post}” among drains.` });
  });
});

describe("govpool apply", () => {
  const resources = fileURLToPath(new URL("../../resources", import.meta.url));

  test("a dry run of what is already there changes nothing and says so", async () => {
    const report = await here.json<{ dryRun: boolean; changes: unknown[] }>(ADMIN, "apply", "-f", resources, "--dry-run");
    expect(report).toMatchObject({ dryRun: true, changes: [] });
  });

  test("a wrong line is refused with file and line", async () => {
    const folder = mkdtempSync(join(here.folder, "wrong-"));
    writeFileSync(join(folder, "traits.yaml"), "apiVersion: govpool/v1\nkind: Trait\ntrait: Not A Name\nnames: { zh: 测试, en: Test }\n");
    const refused = await here.as(ADMIN, "apply", "-f", folder, "--dry-run");
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.err).toMatch(/traits\.yaml:3: /);
    expect(refused.err).toContain("What to do: ");
  });
});

describe("govpool get -o yaml and -o csv", () => {
  test("units with suppliers and agreements, written to a folder and applied, say what is there already", async () => {
    const folder = mkdtempSync(join(here.folder, "declared-"));
    const units = (await here.as(ADMIN, "get", "units", "--all", "-o", "csv")).out;
    const bank = "sample-bank,,示例农商银行,Sample Rural Bank,522301,bank,county,,,,,false,supplier";
    writeFileSync(join(folder, "units.csv"), `${units.trimEnd()}\n${bank}\n`);
    const agreement = { apiVersion: "govpool/v1", kind: "Agreement", agreement: "sample-help", names: { zh: "窗口辅助", en: "Counter help" }, provider: "sample-bank", purchaser: UNIT, instrument: "示例购〔2026〕1号", from: "2027-01-01", until: "2027-12-01", divisions: ["522301"], noticeDays: 30, classes: [{ class: "material.counter", perPeriod: 4, inTotal: 20_000, priceFen: 800 }] };
    writeFileSync(join(folder, "agreement.yaml"), JSON.stringify(agreement));
    const report = await here.json<{ changes: { noun: string; key: string; change: string }[] }>(ADMIN, "apply", "-f", folder);
    expect(report.changes).toEqual([{ noun: "units", key: "sample-bank", change: "created" }, { noun: "agreements", key: "sample-help", change: "created" }]);

    writeFileSync(join(folder, "units.csv"), (await here.as(ADMIN, "get", "units", "--all", "-o", "csv")).out);
    const text = (await here.as(ADMIN, "get", "agreements", "-o", "yaml")).out;
    expect(text).toContain("priceFen: 800");
    expect((await here.as(ADMIN, "get", "agreement", "sample-help", "-o", "yaml")).out).toBe(text);
    writeFileSync(join(folder, "agreement.yaml"), text);
    expect(readFileSync(join(folder, "units.csv"), "utf8")).toContain(bank);
    expect((await here.json<{ changes: unknown[] }>(ADMIN, "apply", "-f", folder, "--dry-run")).changes).toEqual([]);
  });

  test("the release's new acts: nothing is new where nobody changed the rules", async () => {
    expect((await here.as(POLICY, "policy", "diff")).out).toContain("speak of everything");
    expect(await here.as(POLICY, "policy", "take-over", "--reason", "x")).toMatchObject({ code: 1 });
  });
});

describe("govpool contest and reorganise", () => {
  const HEAD = "demo-danwei-fuze";
  const words = ["--statement", "Registered here.", "--basis", "art. 5"];

  test("a unit's head contests a function, the centre decides where no unit stands above both, and takes it back", async () => {
    const open = ["contest", "open", "--unit", UNIT, "--against", "qxn-government", "--class", "function.market-registration", "--division", "522301", ...words];
    expect(await here.as(HEAD, ...open)).toMatchObject({ code: 1, err: expect.stringContaining("--claims or --declines") });
    const { contest } = await here.json<{ contest: number }>(HEAD, ...open, "--claims");
    expect((await here.as(HEAD, ...open, "--claims")).err).toContain(`number ${contest}`);
    const rule = ["contest", "rule", String(contest), "--grounds", "By place.", "--basis", "art. 25"];
    expect(await here.as(HEAD, ...rule, "--to", UNIT)).toMatchObject({ code: 1, err: expect.stringContaining("common superior") });
    expect((await here.as(ADMIN, ...rule, "--to", UNIT)).out).toContain(`Contest ${contest}: decided`);
    const { rulings } = await here.json<{ rulings: readonly unknown[] }>(ADMIN, ...rule, "--as-before", "--replaces", "1");
    expect(rulings).toMatchObject([{ unit: UNIT, replaced: true }, { unit: null }]);
  });

  test("a reform is drafted by one and committed by another; exported, it is read again as the same draft", async () => {
    expect((await here.as(ADMIN, "rename-unit", "anlong-forestry", "--to", "anlong-forest", "--basis", "No. 9")).out).toMatch(/draft; another person commits it/);
    const [{ reorganisation }] = await here.json<[{ reorganisation: string }]>(ADMIN, "get", "reorganisations");
    const file = join(here.folder, "reform.yaml");
    writeFileSync(file, (await here.as(ADMIN, "reorganise", "export", reorganisation)).out);
    expect(await here.as(ADMIN, "reorganise", "-f", file)).toMatchObject({ code: 0, err: "" });
    expect((await here.as(ADMIN, "get", "reorganisation", reorganisation, "-o", "yaml")).out).toBe(readFileSync(file, "utf8"));
    expect(await here.as(ADMIN, "reorganise", "commit", reorganisation)).toMatchObject({ code: 1 });
    expect((await here.as("demo-celue-hezhun", "reorganise", "commit", reorganisation)).out).toContain("in effect");
    expect((await here.as(ADMIN, "reorganise", "roll-back", reorganisation)).out).toContain("another person does it");
    expect(await here.as(ADMIN, "reorganise", "roll-back", reorganisation)).toMatchObject({ code: 1 });
    expect((await here.as("demo-celue-hezhun", "reorganise", "roll-back", reorganisation)).out).toContain("taken back");
  });
});

describe("govpool import", () => {
  test("shows the difference, applies it, and takes it back in one step", async () => {
    const file = join(here.folder, "resources.csv");
    const { token } = JSON.parse(readFileSync(join(here.folder, REGISTRAR, "govpool/session.json"), "utf8")) as { token: string };
    const exported = await fetch(`${here.url}/api/v1/pools/qianxinan/exports/resources?unit=${UNIT}&format=csv`, { headers: { authorization: `Bearer ${token}` } });
    const csv = await exported.text();
    const reserved = async () => (await here.json<{ reserved: number }>(REGISTRAR, "get", "resource", `${UNIT}-intake`)).reserved;
    expect(await reserved()).toBe(0);
    const edited = csv.replace(/^("[^"]*-intake","[^"]*","staff\.intake","[^"]*",)"0"/m, '$1"10"');
    expect(edited).not.toBe(csv);
    writeFileSync(file, edited);

    expect(await here.as(REGISTRAR, "import", "resources", file, "--unit", UNIT, "--dry-run")).toMatchObject({ code: 0, out: expect.stringMatching(/^0 new, 1 changed/) as string });
    expect(await reserved()).toBe(0);
    const applied = await here.as(REGISTRAR, "import", "resources", file, "--unit", UNIT);
    expect([applied.code, applied.err]).toEqual([0, ""]);
    expect(await reserved()).toBe(10);
    const [newest] = await here.json<{ import: string }[]>(REGISTRAR, "get", "imports", "-l", "1");
    expect(await here.as(REGISTRAR, "import", "revert", newest?.import ?? "")).toMatchObject({ code: 0 });
    expect(await reserved()).toBe(0);
  });

  test("a bad row keeps everything out and is written to a file of its own", async () => {
    const file = join(here.folder, "bad.csv");
    writeFileSync(file, `资源编号,单位编号,资源类,总量\nnew-one,${UNIT},staff.no-such,10\n`);
    const refused = await here.as(REGISTRAR, "import", "resources", file, "--unit", UNIT);
    expect(refused.code).toBe(1);
    expect(readFileSync(`${file}.bad.csv`, "utf8")).toContain("new-one");
    expect(await here.as(REGISTRAR, "get", "resource", "new-one")).toMatchObject({ code: 1 });
  });
});

describe("a command that cannot do its work", () => {
  test("says in one line that no server answers", async () => {
    const server = `http://127.0.0.1:${await freePort()}`;
    const process = await govpool(["get", "units"], { GOVPOOL_SERVER: server, XDG_CONFIG_HOME: here.folder }).ended;
    expect([process.code, process.out, process.err]).toEqual([1, "", `Cannot reach ${server}: ECONNREFUSED. Run npm start first, or name another server with GOVPOOL_SERVER.\n`]);
  });

  test("names the nouns there are", async () => {
    expect(await here.as(undefined, "get", "ministers")).toMatchObject({ code: 1, err: expect.stringMatching(/“ministers”.*resources, assets, units/) as string });
  });
});
