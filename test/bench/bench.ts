/** `npm run bench`: figures as lines of JSON on standard output, words about them on standard error. See docs/bench.md. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openServer, type BenchServer } from "./database.js";
import { rounded, say, secondsSince, type Figure } from "./figure.js";
import { FIGURES, QUICK } from "./figures.js";
import { growthExponent, growthPlot, markdownTable } from "./plot.js";
import type { Plan } from "./plan.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    seconds: { type: "string" },
    "warm-up": { type: "string" },
    seed: { type: "string", default: "1" },
    world: { type: "string", default: "prefecture" },
    out: { type: "string" },
    list: { type: "boolean", default: false },
  },
});

const unknown = positionals.filter((name) => !(name in FIGURES));
if (values.list || unknown.length > 0) {
  for (const name of unknown) say(`There is no figure “${name}”.`);
  say(`Figures: ${Object.keys(FIGURES).join(", ")}`);
  process.exit(values.list ? 0 : 2);
}
const kind = values.world === "one-class" ? "one-class" : "prefecture";
const number = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

const figures: Figure[] = [];
let server: Promise<BenchServer> | undefined;
const plan: Plan = {
  quick: values.quick,
  seed: Number(values.seed),
  kind,
  seconds: number(values.seconds),
  warmUpSeconds: number(values["warm-up"]),
  server: () => (server ??= openServer(process.env["DATABASE_URL"])),
  emit(figure) {
    const limit = figure.limit ?? null;
    const line: Figure = {
      ...figure,
      name: kind === "prefecture" ? figure.name : `${figure.name}-${kind}`,
      value: rounded(figure.value),
      limit: limit === null ? null : rounded(limit),
      ratio: limit === null ? null : rounded(figure.value / limit),
      ...(figure.min !== undefined && { min: rounded(figure.min) }),
      ...(figure.max !== undefined && { max: rounded(figure.max) }),
      seed: plan.seed,
    };
    figures.push(line);
    process.stdout.write(`${JSON.stringify(line)}\n`);
  },
};

const began = performance.now();
let failed = 0;
const wanted = positionals.length > 0 ? positionals : values.quick ? QUICK : Object.keys(FIGURES);
for (const name of wanted) {
  say(`${name} …`);
  const start = performance.now();
  try {
    await FIGURES[name]!(plan);
  } catch (error) {
    failed += 1;
    say(`  ${name} could not be measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  say(`  ${name}: ${secondsSince(start).toFixed(1)} s`);
}
await (await server)?.stop();

growthExponent(figures, plan.emit);
say(`\n${markdownTable(figures)}\nall in ${secondsSince(began).toFixed(0)} s`);
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, "figures.jsonl"), figures.map((line) => `${JSON.stringify(line)}\n`).join(""));
  writeFileSync(join(values.out, "figures.md"), markdownTable(figures));
  writeFileSync(join(values.out, "growth.svg"), growthPlot(figures));
}
process.exitCode = failed > 0 ? 1 : 0;
