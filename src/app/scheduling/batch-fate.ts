import type { OverCapacity, WriterBatch } from "../ports/writer.js";
import { AGAIN_MAX, type SchedulingDeps } from "./deps.js";
import type { Pace } from "./pace.js";
import type { Patience } from "./patience.js";

/** What became of a batch, when all that can be known is known. */
export type Fate =
  | { readonly kind: "durable" | "lost" }
  | { readonly kind: "again"; readonly why: string }
  | { readonly kind: "over-capacity"; readonly rows: readonly OverCapacity[] };

/** Sends a batch until it is known what became of it, however often the answer is lost. */
export async function fateOf({ writer, notice, rhythm, pause }: SchedulingDeps, pace: Pace, patience: Patience, numbered: WriterBatch): Promise<Fate> {
  for (let attempt = 1; ; attempt += 1) {
    const began = rhythm.nowMs();
    const outcome = await patience.until(() => writer.commit(numbered));
    switch (outcome.kind) {
      case "committed":
        pace.committed(rhythm.nowMs() - began, numbered.decisions.length + numbered.commands.length);
        return { kind: "durable" };
      case "unknown": {
        const known = await patience.until(() => writer.outcomeOf(numbered));
        if (known === "stale-epoch") return { kind: "lost" };
        notice({ kind: "unknown-resolved", as: known });
        if (known === "committed") return { kind: "durable" };
        break;
      }
      case "conflict":
        if (attempt < AGAIN_MAX) break;
        return { kind: "again", why: outcome.kind };
      case "stale-epoch":
        return { kind: "lost" };
      case "stale-revocations":
      case "stale-step":
        return { kind: "again", why: outcome.kind };
      case "over-capacity":
        return outcome;
    }
    await pause(1);
  }
}
