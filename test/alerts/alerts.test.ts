import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { acknowledgeAlert, listAlerts } from "../../src/app/alerts/alerts.js";
import { declareAlertRule, listAlertRules, removeAlertRule } from "../../src/app/alerts/rules.js";
import { lookAtThresholds, sendMessages, watchAlerts } from "../../src/app/alerts/watch.js";
import { declareWebhook, listDeliveries, removeWebhook } from "../../src/app/alerts/webhooks.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { alertRuleOf, judge, type AlertRule, type AlertRuleGiven } from "../../src/domain/pool/alert.js";
import { createWebhookSender, isInternal } from "../../src/webhook/sender.js";
import { casePool, foodApplication, FRIDAY_NINE, grantAll, type CasePool } from "../request/case-pool.js";
import { until } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must } from "../support/identity.js";
import { POOL, unit } from "../support/policy-pool.js";

const MINUTE = 60_000;
const PAGE = { limit: 50 };

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody's alarm centre: keeps what it hears, and answers as it is told to. */
async function receiver(): Promise<{ readonly url: string; readonly heard: Received[]; answer: number; readonly server: Server }> {
  const heard: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      heard.push({ headers: request.headers, body: Buffer.concat(parts).toString("utf8") });
      response.writeHead(centre.answer, { location: "http://127.0.0.1:1/elsewhere" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const centre = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`, heard, answer: 204, server };
  return centre;
}

const rule: AlertRuleGiven = { figure: "queue", comparison: "above", value: 0, windowDays: 7, forMinutes: 0, intervalMinutes: 5, enabled: true };

let database: TestDatabase;
let world: CasePool;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
});
afterAll(() => database.end());

describe("a threshold", () => {
  let centre: Awaited<ReturnType<typeof receiver>>;
  let secret: string;
  beforeEach(async () => {
    await world.at(FRIDAY_NINE);
    centre = await receiver();
    secret = must(await declareWebhook(world.deps, world.admin, POOL, "centre", { url: centre.url, enabled: true, newSecret: true })).secret ?? "";
    return async () => {
      await removeWebhook(world.deps, world.admin, POOL, "centre");
      await removeAlertRule(world.deps, world.admin, POOL, "waiting");
      await database.sql`delete from pool.alerts`;
      await new Promise((resolve) => centre.server.close(resolve));
    };
  });
  const alerts = async () => must(await listAlerts(world.deps, world.admin, POOL, {}, PAGE)).rows;
  const later = (minutes: number) => world.at(FRIDAY_NINE + minutes * MINUTE);

  test("is looked at once an interval, raises one alert, is acknowledged, and is over when the figure is back", async () => {
    must(await submitRequest(world.deps, world.applicant, POOL, foodApplication()));
    must(await declareAlertRule(world.deps, world.admin, POOL, "waiting", { ...rule, unit: unit("market") }));
    // Several processes look at the same moment: one of them sees it.
    const looked = await Promise.all(Array.from({ length: 5 }, () => lookAtThresholds(world.deps, POOL)));
    expect(looked.reduce((sum, one) => sum + one, 0)).toBe(1);
    const [raised, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(raised).toMatchObject({ measured: 1, figures: { queue: 1, breaches: 0 }, from: "2026-11-14", to: "2026-11-20", resolvedAt: null, acknowledgedAt: null });

    await later(4);
    expect(await lookAtThresholds(world.deps, POOL)).toBe(0);
    await later(5);
    expect(await lookAtThresholds(world.deps, POOL)).toBe(1);
    expect((await alerts()).length).toBe(1);

    const seen = must(await acknowledgeAlert(world.deps, world.admin, POOL, raised!.id));
    expect(seen.acknowledgedBy).toBe(world.admin.personId);
    must(await acknowledgeAlert(world.deps, world.admin, POOL, raised!.id));
    expect((await world.deps.store.read(POOL).alerts.unacknowledged())).toBe(0);

    await grantAll(database);
    await later(10);
    await lookAtThresholds(world.deps, POOL);
    expect((await alerts())[0]).toMatchObject({ id: raised!.id, resolvedAt: FRIDAY_NINE + 10 * MINUTE });

    while ((await sendMessages(world.deps, POOL, Date.now)) > 0);
    expect(centre.heard.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort()).toEqual(["govpool.alert.acknowledged", "govpool.alert.raised", "govpool.alert.resolved"]);
    const acts = await database.sql<{ act: string }[]>`select act from pool.audit_records where object_kind = 'alert' order by act`;
    expect(acts.map(({ act }) => act)).toEqual(["alert.acknowledge", "alert.raise", "alert.resolve"]);
  });

  test("is told as a signed CloudEvent, again and again until it has arrived, and each attempt is on the log", async () => {
    must(await declareAlertRule(world.deps, world.admin, POOL, "waiting", { ...rule, figure: "breaches", comparison: "below", value: 5 }));
    await lookAtThresholds(world.deps, POOL);
    centre.answer = 302;
    const begun = Date.now() + 1_000;
    expect(await sendMessages(world.deps, POOL, () => begun)).toBe(1);
    expect(await sendMessages(world.deps, POOL, () => begun + 1_000)).toBe(0);
    expect(must(await listDeliveries(world.deps, world.admin, POOL, PAGE)).rows).toMatchObject([{ webhook: "centre", type: "raised", state: "pending", attempts: 1, lastStatus: 302 }]);
    centre.answer = 204;
    expect(await sendMessages(world.deps, POOL, () => begun + 6_000)).toBe(1);
    expect(must(await listDeliveries(world.deps, world.admin, POOL, PAGE)).rows).toMatchObject([{ state: "delivered", attempts: 2, lastStatus: 204 }]);

    const [first, second] = centre.heard;
    expect(centre.heard.length).toBe(2);
    expect(second!.body).toBe(first!.body);
    expect(second!.headers["webhook-id"]).toBe(first!.headers["webhook-id"]);
    expect(second!.headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    const signed = `${second!.headers["webhook-id"]}.${second!.headers["webhook-timestamp"]}.${second!.body}`;
    expect(second!.headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", Buffer.from(secret.replace("whsec_", ""), "base64")).update(signed).digest("base64")}`);
    expect(JSON.parse(second!.body)).toMatchObject({
      specversion: "1.0",
      source: `/api/v1/pools/${POOL}/alerts`,
      type: "govpool.alert.raised",
      subject: "waiting",
      datacontenttype: "application/json",
      data: { measured: 0, rule: { figure: "breaches", comparison: "below", value: 5 }, figures: { breaches: 0 } },
    });
    const [kept] = await database.sql<{ secret_sealed: string }[]>`select secret_sealed from pool.webhooks`;
    expect(kept!.secret_sealed).not.toContain(secret.slice(6));
  });

  test("an address that never answers is given up after nine attempts", async () => {
    must(await declareAlertRule(world.deps, world.admin, POOL, "waiting", { ...rule, figure: "breaches", comparison: "below", value: 5 }));
    await lookAtThresholds(world.deps, POOL);
    centre.answer = 500;
    let now = Date.now() + 1_000;
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await sendMessages(world.deps, POOL, () => now);
      now += 24 * 60 * MINUTE;
    }
    expect(centre.heard.length).toBe(9);
    expect(must(await listDeliveries(world.deps, world.admin, POOL, PAGE)).rows).toMatchObject([{ state: "given-up", attempts: 9, lastStatus: 500 }]);
  });

  test("is watched by the running product within an interval", async () => {
    must(await declareAlertRule(world.deps, world.admin, POOL, "waiting", { ...rule, figure: "breaches", comparison: "below", value: 5 }));
    const faults: unknown[] = [];
    const watches = [0, 1].map(() => watchAlerts(world.deps, { pauseMs: 20, onFault: (error) => faults.push(error) }));
    await until(async () => centre.heard.length > 0);
    await Promise.all(watches.map((watch) => watch.stop()));
    expect([faults, (await alerts()).length]).toEqual([[], 1]);
  });
});

describe("bad input has a refusal of its own", () => {
  test.each<[string, Partial<AlertRuleGiven>]>([
    ["alert.figure_unknown", { figure: "happiness" }],
    ["alert.value_out_of_range", { value: -1 }],
    ["alert.value_not_a_number", { value: Number.NaN }],
    ["alert.value_not_a_number", { value: Number.POSITIVE_INFINITY }],
    ["alert.value_out_of_range", { figure: "deadline-rate", value: 101 }],
    ["alert.clear_beyond_value", { value: 5, clear: 6 }],
    ["alert.clear_beyond_value", { comparison: "below", value: 5, clear: 4 }],
    ["alert.time_out_of_range", { intervalMinutes: 0 }],
    ["alert.time_out_of_range", { windowDays: 32 }],
    ["alert.time_out_of_range", { forMinutes: 0.5 }],
    ["class.unknown", { class: "staff.none" as never }],
    ["input.unknown_reference", { unit: unit("no-such") }],
    ["division.unknown", { division: "999999" as never }],
  ])("%s: %o", async (code, given) => {
    const declared = await declareAlertRule(world.deps, world.admin, POOL, "bad", { ...rule, ...given });
    expect(declared.ok ? [] : declared.problems.map((one) => one.code)).toEqual([code]);
    expect(must(await listAlertRules(world.deps, world.admin, POOL))).toEqual([]);
  });

  test.each([
    ["webhook.url_invalid", "alarms.example.org"],
    ["webhook.url_invalid", "ftp://alarms.example.org/"],
    ["webhook.url_invalid", "https://user:word@alarms.example.org/"],
    ["webhook.not_https", "http://alarms.example.org/"],
    ["webhook.address_private", "https://localhost/"],
    ["webhook.address_private", "https://10.1.2.3/"],
    ["webhook.address_private", "https://[::1]/"],
    ["webhook.address_private", "https://2130706433/"],
    ["webhook.address_private", "https://0x7f.1/"],
    ["webhook.address_private", "https://[::ffff:10.0.0.1]/"],
    ["webhook.address_private", "https://metadata.internal/"],
  ])("%s: %s", (code, url) => {
    const checked = createWebhookSender({ allowedHosts: [] }).check(url);
    expect(checked.ok ? [] : checked.problems.map((one) => one.code)).toEqual([code]);
  });

  test("the operator may allow a host, and no other", () => {
    const sender = createWebhookSender({ allowedHosts: ["10.0.0.7:8443", "alarms.local"] });
    expect([sender.check("http://10.0.0.7:8443/x").ok, sender.check("https://alarms.local/x").ok, sender.check("http://10.0.0.7/x").ok, sender.check("https://alarms.example.org/x").ok]).toEqual([true, true, false, true]);
  });

  test("an address somebody has at home is internal however it is written", () => {
    for (const address of ["127.0.0.1", "10.0.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::", "::1", "fe80::1", "fd00::1", "::ffff:192.168.0.1", "64:ff9b::a00:1"]) expect([address, isInternal(address)]).toEqual([address, true]);
    for (const address of ["1.1.1.1", "172.32.0.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"]) expect([address, isInternal(address)]).toEqual([address, false]);
  });

  test("nobody but who runs the pool sets a threshold or an address", async () => {
    for (const who of [world.clerk, world.applicant]) {
      const declared = await declareAlertRule(world.deps, who, POOL, "theirs", rule);
      const hooked = await declareWebhook(world.deps, who, POOL, "theirs", { url: "https://alarms.example.org/", enabled: true, newSecret: false });
      expect([declared.ok, hooked.ok]).toEqual([false, false]);
    }
  });
});

describe("judging", () => {
  const made = alertRuleOf("x", { ...rule, value: 80, clear: 70, forMinutes: 10 });
  const watched: AlertRule = made.ok ? made.value : (undefined as never);

  test("an alert is raised once and is over once, whatever the figure does between the two values", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ minutes: fc.integer({ min: 1, max: 30 }), measured: fc.option(fc.integer({ min: 60, max: 90 })) }), { maxLength: 60 }), (looks) => {
        let now = 0;
        let standing: { overSince: number | null; open: boolean } = { overSince: null, open: false };
        let over: number | null = null;
        for (const { minutes, measured } of looks) {
          now += minutes * MINUTE;
          const judged = judge(watched, standing, measured, now);
          over = measured !== null && measured > 80 ? (over ?? now) : null;
          if (standing.open) expect(judged.turn).toBe(measured === null || measured <= 70 ? "resolve" : "none");
          else expect(judged.turn).toBe(over !== null && now - over >= 10 * MINUTE ? "raise" : "none");
          standing = { overSince: judged.overSince, open: judged.turn === "raise" || (standing.open && judged.turn !== "resolve") };
          if (judged.turn === "resolve") over = null;
          else if (standing.open) over = null;
        }
      }),
    );
  });
});
