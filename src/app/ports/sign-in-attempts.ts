/** Counts sign-ins that have not succeeded, in the database, so that parallel tries in several processes cannot race it. */
export interface SignInAttempts {
  /**
   * Takes one try from each budget at once, before anything is verified.
   * @returns milliseconds to wait, when one of them is used up; 0 when the try may go on.
   */
  take(budgets: readonly AttemptBudget[]): Promise<number>;
  /** After a success: gives the budget back. */
  clear(subject: string): Promise<void>;
}

export interface AttemptBudget {
  /** Names and addresses only as keyed hashes. */
  readonly subject: string;
  readonly max: number;
  readonly windowMs: number;
}
