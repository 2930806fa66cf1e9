import { describe, expect, test } from "vitest";
import { ConfigError, isLoopback, readConfig } from "../../src/main/config.js";

describe("readConfig()", () => {
  test("listens on loopback in demo mode when nothing is set", () => {
    expect(readConfig({})).toMatchObject({ host: "127.0.0.1", port: 8080, demo: true, role: "all", databaseUrl: undefined });
  });

  test("leaves demo mode as soon as others can reach it", () => {
    expect(readConfig({ HOST: "0.0.0.0" }).demo).toBe(false);
    expect(() => readConfig({ HOST: "0.0.0.0", GOVPOOL_DEMO: "1" })).toThrow(/loopback only/);
  });

  test.each([
    [{ PORT: "80a" }, /PORT/],
    [{ PORT: "65536" }, /PORT/],
    [{ PORT: "-1" }, /PORT/],
    [{ DATABASE_URL: "mysql://x" }, /DATABASE_URL/],
    [{ LOG_LEVEL: "loud" }, /LOG_LEVEL/],
    [{ GOVPOOL_LEASE_TTL_MS: "5" }, /GOVPOOL_LEASE_TTL_MS/],
    [{ OIDC_ISSUER: "https://id.example" }, /all three/],
  ])("%j is refused with one line that names it", (env, words) => {
    expect(() => readConfig(env)).toThrow(ConfigError);
    expect(() => readConfig(env)).toThrow(words);
  });

  test.each([
    ["127.0.0.1", true],
    ["127.8.0.1", true],
    ["::1", true],
    ["localhost", true],
    ["0.0.0.0", false],
    ["127.0.0.1.example.org", false],
    ["10.0.0.1", false],
  ])("isLoopback(%s) is %s", (host, answer) => {
    expect(isLoopback(host)).toBe(answer);
  });
});
