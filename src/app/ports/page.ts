/** Keyset paging: `after` is the `next` of the page before. */
export interface PageAsked {
  readonly limit: number;
  readonly after?: string | undefined;
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

/** A page from one row more than was asked for; `cursor` names a row's place in the order. */
export function pageOf<T>(rows: readonly T[], limit: number, cursor: (row: T) => string): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last !== undefined ? cursor(last) : null };
}
