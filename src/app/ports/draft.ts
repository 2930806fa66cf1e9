import type { ItemCode, PersonId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";

/** A half-filled application, sealed. */
export interface Draft {
  readonly id: string;
  readonly personId: PersonId;
  readonly item: ItemCode;
  readonly itemVersion: number;
  readonly sealed: string;
  readonly updatedAt: Instant;
  readonly generation: number;
}

export interface Drafts {
  get(id: string): Promise<Draft | undefined>;
  /** Newest first. */
  listOf(person: PersonId): Promise<readonly Draft[]>;
  insert(draft: Omit<Draft, "id" | "generation">): Promise<Draft>;
  /** Undefined: its generation is another. */
  save(id: string, generation: number, change: Pick<Draft, "sealed" | "itemVersion" | "updatedAt">): Promise<Draft | undefined>;
  remove(id: string): Promise<boolean>;
}
