import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { quantile, say } from "../figure.js";
import type { OffersNews, OffersTask } from "../offers-process.js";
import { SIZES, type Plan, type SizeName } from "../plan.js";

const PROGRAM = fileURLToPath(new URL("offers-process.js", import.meta.url));

/** Complete alternatives for an ask of two parts, of which the first may come from 1 % or 10 % of all resources. */
export async function offersFigure(plan: Plan, size: SizeName): Promise<void> {
  const count = SIZES[size];
  const task: OffersTask = { size: { resources: count, queue: Math.min(count, 10_000), seed: plan.seed, kind: "one-class" }, questions: plan.quick ? 100 : 500 };
  const { shares } = await new Promise<OffersNews>((resolve, reject) => {
    const child = fork(PROGRAM, [JSON.stringify(task)]);
    child.once("message", (answer) => resolve(answer as OffersNews));
    child.once("exit", (code) => reject(new Error(`the engine's process ended with ${code}`)));
  });
  for (const { percent, ms, empty, complete } of shares) {
    say(`  ${percent} %: ${ms.length} asked, ${empty} without an offer, ${complete} with all there are`);
    const limiter = `the engine's thread: each question is about another place, so its shape is compiled anew; ${percent} % of ${count} resources match`;
    for (const [name, q] of [["p50", 0.5], ["p99", 0.99]] as const) {
      plan.emit({ name: `offers-${size}-${percent}pct-${name}`, value: quantile([...ms], q), unit: "ms", n: ms.length, limiter });
    }
  }
}
