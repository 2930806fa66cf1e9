import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, say } from "../figure.js";
import { SIZES, type Plan, type SizeName } from "../plan.js";
import type { EngineNews, EngineTask } from "../engine-process.js";

const PROGRAM = fileURLToPath(new URL("engine-process.js", import.meta.url));

/** The engine alone, in a process of its own: decisions per second of its own time, and what it keeps in memory. */
export async function engineFigure(plan: Plan, size: SizeName): Promise<void> {
  const count = SIZES[size];
  const task: EngineTask = {
    size: { resources: count, queue: count, seed: plan.seed, kind: plan.kind },
    seconds: plan.seconds ?? (plan.quick ? 4 : 30),
    warmUpSeconds: plan.warmUpSeconds ?? (plan.quick ? (size === "1e6" ? 8 : 3) : 60),
  };
  const news = await new Promise<EngineNews>((resolve, reject) => {
    const child = fork(PROGRAM, [JSON.stringify(task)], { execArgv: [...process.execArgv, "--max-semi-space-size=16"] });
    child.once("message", (answer) => resolve(answer as EngineNews));
    child.once("exit", (code) => reject(new Error(`the engine's process ended with ${code}`)));
  });
  const { rounds, granted, refused, loadMs, rssMb, waiting, firstMs } = news;
  say(`  ${granted} granted, ${refused} refused, ${waiting} waiting; ${Math.round(loadMs)} ms to load, ${Math.round(firstMs)} ms to the first decision after that`);
  plan.emit({
    name: `engine-${size}`,
    value: median(rounds),
    unit: "decisions/s",
    n: granted + refused,
    min: Math.min(...rounds),
    max: Math.max(...rounds),
    limiter: "the one thread the engine runs on: nothing is stored, no clock is waited for",
  });
  plan.emit({ name: `engine-load-${size}`, value: loadMs + firstMs, unit: "ms to first decision", n: 1, limiter: "the engine's thread: resources and steps taken in, shapes compiled; no database" });
  plan.emit({ name: `engine-memory-${size}`, value: rssMb, unit: "MB", n: 1, limiter: `resident, with the bench's own ${Math.round((count * 12) / 1e6)} MB of notes about who asked what` });
}
