import type { PersonId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { KeptProposalState, ProposalContent } from "../../domain/quota/proposal.js";
import type { Page, PageAsked } from "./page.js";

export interface StoredProposal {
  readonly id: number;
  readonly state: KeptProposalState;
  readonly content: ProposalContent;
  /** SHA-256 of the content, hex. */
  readonly hash: string;
  readonly proposed: { readonly by: PersonId; readonly at: Instant };
  readonly expiresAt: Instant;
  readonly decided: { readonly by: PersonId; readonly at: Instant; readonly reason: string | null } | null;
}

export interface Proposals {
  insert(one: { readonly content: ProposalContent; readonly hash: string; readonly by: PersonId; readonly at: Instant; readonly expiresAt: Instant }): Promise<number>;
  get(id: number): Promise<StoredProposal | null>;
  /** As `get`; others who would decide it wait. */
  lock(id: number): Promise<StoredProposal | null>;
  /** Newest first. */
  list(filter: { readonly state?: KeptProposalState | undefined }, page: PageAsked): Promise<Page<StoredProposal>>;
  /** The one that says exactly this and still waits. */
  open(hash: string, now: Instant): Promise<number | null>;
  decide(id: number, as: Exclude<KeptProposalState, "proposed">, by: PersonId, at: Instant, reason: string | null): Promise<void>;
}
