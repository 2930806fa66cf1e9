import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { freePort } from "../../src/main/embedded-postgres.js";
import { launchBrowser } from "../support/browser.js";
import { sampleDatabase, type TestDatabase } from "../support/database.js";
import { PATIENCE_MS } from "../support/patience.js";
import { govpool } from "../support/process.js";

/** The sample pool that `serve` makes at its first start. */
export const POOL = "/pools/qianxinan";

export type Language = "zh" | "en";

export interface Visit {
  readonly language: Language;
  readonly width?: number;
  readonly scripts?: boolean;
  readonly theme?: "light" | "dark";
  readonly large?: boolean;
  /** A prepared person of the sample; absent: nobody is signed in. */
  readonly person?: string;
}

export interface RunningPortal {
  readonly url: string;
  readonly browser: Browser;
  /** The database behind it, for what no page of the sample can bring about. */
  readonly sql: TestDatabase["sql"];
  visit(visit: Visit): Promise<{ readonly context: BrowserContext; readonly page: Page }>;
  stop(): Promise<void>;
}

/** The whole product, as an operator starts it, with the sample prefecture and a real browser before it. */
export async function runningPortal(): Promise<RunningPortal> {
  const folder = mkdtempSync(join(tmpdir(), "govpool-portal-"));
  chmodSync(folder, 0o755);
  const home = join(folder, "home");
  const [database, port, browser] = await Promise.all([sampleDatabase(home), freePort(), launchBrowser()]);
  const server = govpool(["serve"], { GOVPOOL_HOME: home, PORT: String(port), DATABASE_URL: database.url, GOVPOOL_DEMO: "1", LOG_LEVEL: "warn", GOVPOOL_LEASE_TTL_MS: "1000" });
  await server.until(/Ctrl-C stops it/);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    browser,
    sql: database.sql,
    async visit({ language, width = 1280, scripts = true, theme = "light", large = false, person }) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, locale: language === "zh" ? "zh-CN" : "en-GB", javaScriptEnabled: scripts, baseURL: url, reducedMotion: "reduce" });
      context.setDefaultTimeout(PATIENCE_MS);
      const cookie = (name: string, value: string) => ({ name, value, url });
      await context.addCookies([cookie("lang", language), cookie("theme", theme), cookie("text", large ? "large" : "standard")]);
      const page = await context.newPage();
      if (person !== undefined) {
        await page.goto(`/sign-in/step-in?back=${encodeURIComponent(POOL)}`);
        await page.locator(`form:has(input[name="person"][value="${person}"]) button, button[name="person"][value="${person}"]`).first().click();
        await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
      }
      return { context, page };
    },
    async stop() {
      await browser.close();
      server.kill("SIGTERM");
      await server.ended;
      await database.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Serious and critical findings on the page as it stands, each with its first element. */
export async function barriers(page: Page): Promise<string[]> {
  // Evaluated over the debugging protocol: the page's own policy allows no foreign script. A document that is looked at again has it already.
  await page.evaluate(`if (!("axe" in window)) {\n${axe}\n}`);
  // What is wrong is shown as it is written: nobody needs a selector for each.
  const found = (await page.evaluate(`axe.run({ resultTypes: ["violations"], selectors: false })`)) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return found.violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${new URL(page.url()).pathname}: ${id}: ${nodes[0]?.html.slice(0, 200) ?? ""}`);
}

/** Pixels by which the page is wider than its window. */
export const sideways = async (page: Page): Promise<number> => Number(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
