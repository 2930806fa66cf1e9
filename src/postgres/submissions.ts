import type { Submission, Submitted } from "../app/ports/request.js";
import type { PoolId } from "../domain/id.js";
import type { Sql } from "./connection.js";
import { submitRequests } from "./sql/submit-request.js";

interface Pending {
  readonly submission: Submission;
  readonly resolve: (submitted: Submitted) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The submissions of one transaction that several callers share. Those handed in during one turn of the event loop become one
 * statement; two of one applicant count one another, so the second goes into the next.
 */
export class Submissions {
  #pending: Pending[] = [];

  constructor(
    private readonly sql: Sql,
    private readonly pool: PoolId,
  ) {}

  submit(submission: Submission): Promise<Submitted> {
    return new Promise((resolve, reject) => {
      if (this.#pending.length === 0) setImmediate(() => this.#send());
      this.#pending.push({ submission, resolve, reject });
    });
  }

  #send(): void {
    let rest = this.#pending;
    this.#pending = [];
    while (rest.length > 0) {
      const applicants = new Set<string>();
      const now: Pending[] = [];
      const later: Pending[] = [];
      for (const one of rest) {
        const { applicantId } = one.submission;
        (applicants.has(applicantId) ? later : now).push(one);
        applicants.add(applicantId);
      }
      submitRequests(this.sql, this.pool, now.map(({ submission }) => submission), true).then(
        (submitted) => now.forEach(({ resolve }, at) => resolve(submitted[at] as Submitted)),
        (error: unknown) => now.forEach(({ reject }) => reject(error)),
      );
      rest = later;
    }
  }
}
