import { PoolGone } from "../ports/writer.js";
import { Interrupt } from "./interrupt.js";
import { LeaseKeeper } from "./lease-keeper.js";
import { Stopped } from "./patience.js";
import { PoolTurns } from "./pool-turns.js";
import { IDLE_MS_MAX, type SchedulingDeps } from "./deps.js";

/** How a writer's life ended: another one lives, somebody else took over, it was told to stop, or its pool was removed. */
export type RunEnd = "not-free" | "lost" | "stopped" | "gone";

/**
 * One life of a pool's writer: lease → load → (look → decide → commit) for as long as the lease is ours. A commit is only
 * begun here: it is waited for when the next turn has been decided, or when there is nothing to decide.
 *
 * Whatever happens between two lines, the database holds either the whole batch or nothing of it, and the next
 * writer begins where the last number stands.
 */
export async function run(deps: SchedulingDeps): Promise<RunEnd> {
  const lease = await deps.writer.acquire(deps.holder);
  if (!lease) return "not-free";

  let lost = false;
  const idle = new Interrupt();
  deps.stop.addEventListener("abort", () => idle.end(), { once: true });
  const keeper = new LeaseKeeper(deps.writer, lease.epoch, deps.leaseTtlMs, deps.pause, () => (lost = true));
  const turns = new PoolTurns(deps, lease);
  try {
    await turns.load();
    await deps.serveReads?.(turns, lease.epoch);

    while (!lost && !deps.stop.aborted) {
      const seen = await turns.look();
      if (seen.blocked) {
        lost ||= (await turns.settle()) === "lost";
        continue;
      }
      const turn = await turns.decide(seen);
      if (turn) lost ||= (await turns.commit(turn)) === "lost";
      else if (!turns.unfinished) await idle.wait(Promise.race([turns.arrival(), deps.writer.nextWake(Math.min(IDLE_MS_MAX, turns.msToNextTick()))]));
      if (turns.arrived) lost ||= (await turns.settle()) === "lost";
    }
    if (!lost) lost = (await turns.settle()) === "lost";
    return lost ? "lost" : "stopped";
  } catch (error) {
    if (error instanceof Stopped) return "stopped";
    if (error instanceof PoolGone) return "gone";
    throw error;
  } finally {
    await keeper.stop();
    if (!lost) await deps.writer.giveUp(lease.epoch).catch(() => {});
  }
}
