/** Situations that must have occurred over the seeds: a generator that never makes them proves nothing about them. */
export const SITUATIONS = [
  "unknown commit that had happened",
  "unknown commit that had not",
  "late message of a lost connection was fenced",
  "batch given up after conflict upon conflict",
  "two writers alive",
  "zombie fenced at commit",
  "writer frozen past its lease",
  "writer killed with a batch under way",
  "server died with a batch under way",
  "revoked between compute and commit",
  "policy swapped between compute and commit",
  "work began while its hold lapsed",
  "withdrawn while its grant was under way",
  "paused while its grant was under way",
  "capacity exactly reached",
  "capacity lowered below use",
  "resource retired while it held",
  "hold lapsed",
  "lapsed step granted again",
  "resumed step granted again",
  "reconsidered step granted",
  "refused as impossible",
  "gang waits whole though a part is free",
  "what is free is kept for an overdue step",
  "several claims granted together",
  "woken by a release in the same batch",
  "writer loaded with holds and a queue",
  "database clock jumped back",
  "database clock jumped ahead",
  "database away",
  "retried act found by its key",
  "act whose reply was lost had happened",
  "act whose reply was lost had not",
  "web process killed in an act",
  "same act sent twice at once",
  "commands committed out of order",
  "a year began",
  "unconfirmed hold expired",
  "booking used to its end",
  "booking took another's place",
  "moved once for an emergency",
  "given back because an officer takes no part",
  "recusal ended while its step waited",
  "decided in another's name",
  "given back because a delegation ended",
  "number given",
  "number annulled",
  "annulled number given again",
  "waits for a number after somebody who came earlier",
  "served ahead by a confirmed ground",
  "several resources served one claim",
  "one unit served several claims",
  "one resource served several claims",
  "waited for its earliest moment",
  "spread over several periods",
  "several claims began together",
  "named supply given",
  "several claimants served in one write",
  "booking made smaller",
  "picked time given",
  "picked time refused, and all stayed as it was",
  "picked time given back",
  "unit drained while it held",
] as const;
export type Situation = (typeof SITUATIONS)[number];

export class Sometimes {
  readonly counts: Record<Situation, number> = Object.fromEntries(SITUATIONS.map((one) => [one, 0])) as Record<Situation, number>;

  saw(situation: Situation): void {
    this.counts[situation] += 1;
  }

  add(other: Sometimes): void {
    for (const one of SITUATIONS) this.counts[one] += other.counts[one];
  }

  never(): readonly Situation[] {
    return SITUATIONS.filter((one) => this.counts[one] === 0);
  }
}
