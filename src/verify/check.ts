/**
 * One question to the tables, in plain SQL: it returns the rows that are wrong, and none when all is well.
 * `$1` is the pool, or null for all pools.
 *
 * Nothing here is shared with the product: a rule that is read twice is a rule that is checked.
 */
export interface Check {
  /** Public and stable: scripts look for it. */
  readonly name: string;
  readonly sql: string;
}

/** `and …` for the pool asked about. */
export const ofPool = (alias: string): string => `($1::text is null or ${alias}.pool_id = $1)`;
