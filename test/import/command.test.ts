import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hall, type Hall } from "../cli/command-line.js";
import { govpool } from "../support/process.js";

const ADMIN = "demo-ziyuanchi-guanli";
const REGISTRAR = "demo-dengji";
const UNIT = "xingyi-market-regulation";
const HEAD = "编号,单位编号,资源类,总量".replace("编号,", "资源编号,");

let here: Hall;
beforeAll(async () => {
  here = await hall();
});
afterAll(() => here.close());

const table = (name: string, content: string | Buffer): string => {
  const path = join(here.folder, name);
  writeFileSync(path, content);
  return path;
};
const token = (who: string): string => (JSON.parse(readFileSync(join(here.folder, who, "govpool/session.json"), "utf8")) as { token: string }).token;
const api = (who: string, path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> =>
  fetch(`${here.url}/api/v1/pools/qianxinan${path}`, { ...init, headers: { authorization: `Bearer ${token(who)}`, ...init.headers } });

describe("govpool import", () => {
  test("shows the difference, applies it, and takes it back", async () => {
    const file = table("new.csv", `${HEAD}\nzz-import-1,${UNIT},staff.review,300\nzz-import-2,${UNIT},staff.review,150\n`);
    const dry = await here.as(ADMIN, "import", "resources", file, "--dry-run");
    expect([dry.code, dry.out]).toEqual([0, "2 new, 0 changed, 0 unchanged, 0 removed, 0 bad\nDry run: nothing was imported."]);
    const applied = await here.as(ADMIN, "import", "resources", file);
    expect(applied.code).toBe(0);
    const id = /\(([0-9a-f-]{36})\)/.exec(applied.out)?.[1] ?? "";
    expect((await here.json<{ total: unknown }>(ADMIN, "describe", "resource", "zz-import-1")).total).toEqual(300);
    expect((await here.as(ADMIN, "import", "revert", id)).out).toBe(`Taken back (${id}).`);
    expect((await here.as(ADMIN, "describe", "resource", "zz-import-1")).code).toBe(1);
  });

  test("refuses a table with bad rows and writes them out, mended they go in", async () => {
    const file = table("bad.csv", `${HEAD}\nzz-bad-1,${UNIT},staff.review,300\nzz-bad-2,${UNIT},staff.nothing,300\n=1+1,${UNIT},staff.review,300\n`);
    const refused = await here.as(ADMIN, "import", "resources", file);
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(/1 new.*2 bad/);
    const bad = readFileSync(`${file}.bad.csv`, "utf8");
    expect(bad).toMatch(/^\uFEFF"Resource","Unit","Class"/);
    expect(bad).toContain("\"3 · Class: ");
    expect(bad).toContain("\"'=1+1\"");
    const mended = table("mended.csv", bad.replace("staff.nothing", "staff.review").replace("'=1+1", "zz-bad-3"));
    expect((await here.as(ADMIN, "import", "resources", mended, "--dry-run")).out).toMatch(/^2 new.* 0 bad/);
    const skipped = await here.as(ADMIN, "import", "resources", file, "--skip-bad");
    expect([skipped.code, skipped.out]).toEqual([0, expect.stringMatching(/Imported/)]);
  });

  test("names file and line of what cannot be read", async () => {
    const broken = await here.as(ADMIN, "import", "resources", table("broken.csv", `${HEAD}\nzz-1,"${UNIT},x,1\n`));
    expect([broken.code, broken.err]).toEqual([1, expect.stringMatching(/broken\.csv:2: .*quote/)]);
    expect(await here.as(ADMIN, "import", "resources", "nowhere.csv")).toMatchObject({ code: 1, err: "nowhere.csv cannot be read: ENOENT" });
    expect((await here.as(ADMIN, "import", "resources", table("x.pdf", "%PDF"))).err).toMatch(/Only CSV and XLSX/);
  });

  test("keeps a registrar to the own unit", async () => {
    const file = table("own.csv", `${HEAD}\nzz-own-1,${UNIT},staff.review,300\n`);
    expect((await here.as(REGISTRAR, "import", "resources", file, "--dry-run")).code).toBe(1);
    expect((await here.as(REGISTRAR, "import", "resources", file, "--unit", UNIT, "--dry-run")).code).toBe(0);
  });

  test("makes a pool of a service portal's catalogue, on the operator's machine", async () => {
    const file = table("portal.csv", "item_code,name,department,theme,task_type,task_type_name,area_code,dept_code\nA-1-511602000000-0-x-1,兽药经营许可证核发,区农业农村局,农业,1,行政许可,511602000000,x\nB-1-511602000000-0-x-1,吊销,区农业农村局,农业,2,行政处罚,511602000000,x\n");
    const made = govpool(["import", "items", file, "--into", "trial"], { DATABASE_URL: here.databaseUrl, GOVPOOL_HOME: join(here.folder, "home"), LOG_LEVEL: "warn" });
    const { code, out } = await made.ended;
    expect(code).toBe(0);
    expect(out).toMatch(/2 rows read: 1 landed, 1 did not\.\nPool trial: 2 units/);
    expect(out).toMatch(/3 B-1-511602000000-0-x-1: Nobody applies for task type “2”/);
    await expect.poll(async () => (await here.as(ADMIN, "get", "items", "--pool", "trial")).out).toContain("兽药经营许可证核发");
  });
});

describe("tables over HTTP", () => {
  const upload = (who: string, body: string | Buffer, query: string, headers: Record<string, string> = {}): Promise<Response> =>
    api(who, `/imports?${query}`, { method: "POST", body: body as never, headers: { "content-type": "text/csv", "idempotency-key": "upload-key-1", ...headers } });
  const body = `${HEAD}\nzz-http-1,${UNIT},staff.review,300\n`;

  test("one key is one upload, whatever is retried; another file under it is refused", async () => {
    const first = await upload(ADMIN, body, "kind=resources&fileName=t.csv");
    const again = await upload(ADMIN, body, "kind=resources&fileName=t.csv");
    expect([first.status, again.status, again.headers.get("idempotency-replayed")]).toEqual([202, 202, "true"]);
    expect((await again.json()) as object).toEqual(await first.json());
    expect((await upload(ADMIN, `${body}\n`, "kind=resources&fileName=t.csv")).status).toBe(422);
  });

  test.each([
    ["no name", "kind=resources", 422, "input.missing"],
    ["another kind", "kind=people&fileName=t.csv", 422, "input.invalid"],
    ["an unknown unit", "kind=resources&fileName=t.csv&unit=nobody-here", 422, "input.unknown_reference"],
    ["a name with a control character", "kind=resources&fileName=t%00.csv", 422, "input.forbidden_character"],
  ])("%s is refused", async (_name, query, status, code) => {
    const response = await upload(ADMIN, body, query, { "idempotency-key": `upload-${code}-${query.length}` });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });

  test("nothing is taken from somebody who is not signed in", async () => {
    const response = await fetch(`${here.url}/api/v1/pools/qianxinan/imports?kind=resources&fileName=t.csv`, { method: "POST", body, headers: { "idempotency-key": "upload-key-2", "content-type": "text/csv" } });
    // Refused for want of a token, or even before that, for want of a word where it comes from.
    expect([401, 403]).toContain(response.status);
  });

  test("lists go out in both formats, under a name in any script", async () => {
    for (const [format, type, magic] of [["csv", "text/csv; charset=utf-8", "\uFEFF"], ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK"]] as const) {
      const response = await api(ADMIN, `/exports/units?format=${format}`, { headers: { "accept-language": "zh" } });
      expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
      expect(response.headers.get("content-disposition")).toBe(`attachment; filename="__.${format}"; filename*=UTF-8''${encodeURIComponent("单位")}.${format}`);
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(Buffer.from(await response.arrayBuffer()).toString("utf8").startsWith(magic)).toBe(true);
    }
    expect((await api(ADMIN, "/exports/nothing")).status).toBe(422);
    expect((await api(ADMIN, "/exports/audit")).status).toBe(404);
  });
});
