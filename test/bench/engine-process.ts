/** Measures the engine by itself; a process of its own, so that one world's garbage is not another's. */
import { EngineLoop } from "./engine-loop.js";
import type { WorldSize } from "./world.js";

export interface EngineTask {
  readonly size: WorldSize;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

export interface EngineNews {
  /** Decisions per second of engine time, round by round. */
  readonly rounds: readonly number[];
  readonly granted: number;
  readonly refused: number;
  readonly waiting: number;
  /** Engine time of taking in all that is declared; and from there to the first decision. */
  readonly loadMs: number;
  readonly firstMs: number;
  readonly rssMb: number;
}

const ROUNDS = 10;
/** An engine that takes longer to decide at all has no rate worth measuring. */
const FIRST_MS_MAX = 60_000;

async function measure({ size, seconds, warmUpSeconds }: EngineTask): Promise<EngineNews> {
  const loop = new EngineLoop(size, Date.now());
  loop.load();
  const loadMs = loop.take().ms;
  for (const began = performance.now(); (await loop.turn()) === 0; ) {
    if (performance.now() - began > FIRST_MS_MAX) throw new Error(`no decision within ${FIRST_MS_MAX / 1_000} s`);
  }
  const firstMs = loop.take().ms;

  const during = async (wanted: number): Promise<void> => {
    for (const began = performance.now(); performance.now() - began < wanted * 1_000; ) await loop.turn();
  };
  await during(warmUpSeconds);
  loop.take();

  const rounds: number[] = [];
  let granted = 0;
  let refused = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await during(seconds / ROUNDS);
    const taken = loop.take();
    granted += taken.granted;
    refused += taken.refused;
    rounds.push((taken.granted + taken.refused) / (taken.ms / 1_000));
  }
  return { rounds, granted, refused, waiting: loop.engine.counts().waiting, loadMs, firstMs, rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20) };
}

process.send!(await measure(JSON.parse(process.argv[2] ?? "{}") as EngineTask));
process.disconnect();
