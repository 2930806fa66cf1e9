import { DAY_MS, type Instant } from "../instant.js";
import { problem } from "../problem.js";
import { ok, refused, type Result } from "../result.js";

/** What needs a second person: who may use how much, and what is promised above what is there. */
export const SHARE_KINDS = ["cohort", "quota", "sharing", "overcommit"] as const;
export type ShareKind = (typeof SHARE_KINDS)[number];

type Facts = Readonly<Record<string, unknown>>;

/** One thing as it was when the change was proposed, and as it would be. */
export interface ShareChange {
  readonly kind: ShareKind;
  /** A cohort's id, `<unit>:<class>`, the pool's id, or a resource's code. */
  readonly id: string;
  /** Null: there was none. */
  readonly before: Facts | null;
  /** Null: there would be none. */
  readonly after: Facts | null;
  /** The generation of what was there. */
  readonly seen: number | null;
}

/** What an approval binds. */
export interface ProposalContent {
  readonly changes: readonly ShareChange[];
  /** The change on record that this would take back. */
  readonly undoes: number | null;
}

/** In one proposal: more could not be judged by anybody. */
export const PROPOSAL_CHANGES_MAX = 2_000;
export const PROPOSAL_LIFE_MS = 7 * DAY_MS;

/** States on record; `expired` is read from the date. */
export const KEPT_PROPOSAL_STATES = ["proposed", "approved", "refused", "withdrawn"] as const;
export type KeptProposalState = (typeof KEPT_PROPOSAL_STATES)[number];
export type ProposalState = KeptProposalState | "expired";
export const PROPOSAL_EVENTS = ["approve", "refuse", "withdraw"] as const;
export type ProposalEvent = (typeof PROPOSAL_EVENTS)[number];

/** Every state and every event; null is a refusal. What is decided stays decided: undoing it is another proposal. */
export const PROPOSAL_TRANSITIONS: Readonly<Record<ProposalState, Readonly<Record<ProposalEvent, KeptProposalState | null>>>> = {
  proposed: { approve: "approved", refuse: "refused", withdraw: "withdrawn" },
  expired: { approve: null, refuse: null, withdraw: "withdrawn" },
  approved: { approve: null, refuse: null, withdraw: null },
  refused: { approve: null, refuse: null, withdraw: null },
  withdrawn: { approve: null, refuse: null, withdraw: null },
};

export const proposalStateAt = (state: KeptProposalState, expiresAt: Instant, now: Instant): ProposalState => (state === "proposed" && expiresAt <= now ? "expired" : state);

export function nextProposalState(state: ProposalState, event: ProposalEvent): Result<KeptProposalState> {
  const next = PROPOSAL_TRANSITIONS[state][event];
  if (next !== null) return ok(next);
  return state === "expired" ? refused(problem("proposal.expired", {})) : refused(problem("object.transition_illegal", { kind: "proposal", state, event }));
}

/** The same content gives the same text, whatever order its fields came in. */
export const proposalText = ({ changes, undoes }: ProposalContent): string =>
  JSON.stringify(["govpool-proposal-1", undoes, [...changes].sort((a, b) => (changeKey(a) < changeKey(b) ? -1 : 1)).map(({ kind, id, before, after, seen }) => [kind, id, sorted(before), sorted(after), seen])]);

export const changeKey = ({ kind, id }: Pick<ShareChange, "kind" | "id">): string => `${kind} ${id}`;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
