import type { Instant } from "../../domain/instant.js";
import type { Command } from "../../domain/pool/command.js";

export interface CommandLog {
  /** Appends in the present transaction and wakes the writer when it commits. */
  append(actorId: string, occurredAt: Instant, ...commands: readonly Command[]): Promise<void>;
}
