import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.js";
import { PATIENCE_MS } from "./test/support/patience.js";

/**
 * Tests run what the build made, as users do: `dist/` is loaded by Node itself, where the runner would take each file apart and look every
 * imported name up anew at each use. Global setup builds it, so it reads the source.
 */
const theBuild: Plugin = {
  name: "the-build",
  enforce: "pre",
  async resolveId(source, importer) {
    if (!source.includes("/src/") || importer === undefined || importer.endsWith("/global-setup.ts")) return null;
    const built = fileURLToPath(new URL(source.slice(source.indexOf("/src/") + 1).replace(/^src\//, "dist/"), import.meta.url));
    return existsSync(built) ? { id: built, external: true } : null;
  },
};

/** In one process one after another: nothing of them outlives a file, and the modules they share are read and compiled once. */
const TOGETHER = [
  ...["alerts", "api", "contests", "disparity", "domain", "drain", "duties", "emergency", "identity", "import", "manifest", "onboarding", "optimiser", "policy", "pool", "portal"],
  ...["postgres", "quality", "quota", "rebalance", "reorganise", "request", "resources", "rules", "scheduler", "text", "usage", "verify", "whatif"],
].map((folder) => `test/${folder}/**/*.test.ts`);

const project = (name: string, test: { readonly include: string[]; readonly exclude?: string[]; readonly isolate: boolean }) => ({
  plugins: [theBuild],
  oxc: { jsx: { runtime: "automatic" as const, importSource: "hono/jsx" } },
  test: {
    name,
    ...test,
    // Correctness has no clock: a slow machine only takes longer.
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    expect: { poll: { timeout: PATIENCE_MS } },
    server: { deps: { external: [/\/dist\//] } },
  },
});

export default defineConfig({
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    reporters: ["default", "./test/support/closing-line.ts"],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      project("each alone", { include: ["test/**/*.test.ts", "test/**/*.test.tsx"], exclude: TOGETHER, isolate: true }),
      project("together", { include: TOGETHER, isolate: false }),
    ],
  },
});
