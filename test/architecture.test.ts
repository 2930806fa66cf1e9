import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/** What each room may import of its own project, and which packages. `*` = any package. */
const ROOMS: Record<string, { own: string[]; packages: string[] }> = {
  domain: { own: ["domain"], packages: [] },
  scheduler: { own: ["scheduler", "domain"], packages: [] },
  text: { own: ["text", "domain"], packages: [] },
  app: { own: ["app", "scheduler", "domain", "text"], packages: ["node:crypto"] },
  postgres: { own: ["postgres", "app", "domain", "scheduler"], packages: ["postgres", "drizzle-orm", "node:"] },
  casbin: { own: ["casbin", "app", "scheduler", "domain"], packages: ["casbin", "csv-parse", "node:"] },
  crypto: { own: ["crypto", "app", "domain"], packages: ["node:"] },
  identity: { own: ["identity", "app", "domain", "text"], packages: ["*"] },
  manifest: { own: ["manifest", "app", "domain", "text", "contract"], packages: ["*"] },
  tabular: { own: ["tabular", "app", "domain", "text"], packages: ["*"] },
  optimiser: { own: ["optimiser", "app", "domain"], packages: ["highs", "node:"] },
  webhook: { own: ["webhook", "app", "domain"], packages: ["node:"] },
  contract: { own: ["contract", "domain"], packages: ["zod", "@hono/zod-openapi"] },
  client: { own: ["client", "contract"], packages: ["openapi-fetch"] },
  cli: { own: ["cli", "client", "contract", "text", "domain"], packages: ["*"] },
  verify: { own: ["verify"], packages: ["postgres"] },
  web: { own: ["web", "app", "domain", "text", "contract"], packages: ["*"] },
};
/** `main/` wires: it may import every room, and no room imports it. */
const WIRES = "main";

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

function imports(): Import[] {
  const found: Import[] = [];
  for (const entry of readdirSync(SRC, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const room = relative(SRC, file).split("/")[0] ?? "";
    for (const match of readFileSync(file, "utf8").matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s+["']([^"']+)["']/g)) {
      const target = match[1] ?? match[2] ?? match[3] ?? "";
      found.push({ file, room, target });
    }
  }
  return found;
}

const all = imports();

test("every room imports only what its layer allows", () => {
  const wrong = all.filter(({ file, room, target }) => {
    if (room === WIRES) return false;
    const rule = ROOMS[room];
    if (!rule) return true;
    if (target.startsWith(".")) {
      const other = relative(SRC, resolve(dirname(file), target)).split("/")[0] ?? "";
      return !rule.own.includes(other);
    }
    return !rule.packages.some((name) => name === "*" || target === name || target.startsWith(name.endsWith(":") ? name : `${name}/`));
  });
  expect(wrong.map(({ file, target }) => `${relative(SRC, file)} imports ${target}`)).toEqual([]);
});

test("domain and scheduler have no clock and no dice", () => {
  const guilty: string[] = [];
  for (const room of ["domain", "scheduler"]) {
    for (const entry of readdirSync(join(SRC, room), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      if (/Date\.now\(|Math\.random\(|new Date\(\)|setTimeout|setInterval|process\./.test(readFileSync(file, "utf8"))) guilty.push(relative(SRC, file));
    }
  }
  expect(guilty).toEqual([]);
});

test("nothing re-exports a folder", () => {
  expect(all.map(({ file }) => file).filter((file) => /\/index\.tsx?$/.test(file))).toEqual([]);
});
