import type { Sql } from "../connection.js";

/** Rows of one statement: a few megabytes of JSON. */
const ROWS_MAX = 5_000;

/**
 * Hands rows to a statement as one JSON value, a bounded number at a time: a statement takes at most 65,534
 * parameters, and arrays of arrays (traits, jurisdictions) cannot be unnested row by row. While the database works on one
 * part, the next is written; when one fails, so does the transaction, and with it the part that was sent behind.
 */
export async function inBulk<T, R>(sql: Sql, rows: readonly T[], statement: (json: ReturnType<Sql>, part: readonly T[]) => Promise<readonly R[]>): Promise<R[]> {
  const results: R[] = [];
  let before: Promise<readonly R[]> = Promise.resolve([]);
  for (let at = 0; at < rows.length; at += ROWS_MAX) {
    const part = rows.slice(at, at + ROWS_MAX);
    const sent = Promise.resolve(statement(sql`${JSON.stringify(part)}::text::json` as ReturnType<Sql>, part));
    // The first failure is the one to tell of.
    sent.catch(() => {});
    results.push(...(await before));
    before = sent;
  }
  results.push(...(await before));
  return results;
}

/** The same work may be tried again: somebody else declared the same name a moment before. */
export class DeclaredMeanwhile extends Error {
  override readonly name = "DeclaredMeanwhile";
  /** The store's retry looks at SQLSTATE; this is that of a serialization failure. */
  readonly code = "40001";
}

/** `%` and `_` in what a person searches for mean themselves. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
