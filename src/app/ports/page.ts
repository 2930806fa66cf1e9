/** Keyset paging: `after` is the `next` of the page before. */
export interface PageAsked {
  readonly limit: number;
  readonly after?: string | undefined;
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

/** A page of what is read whole because it is short. A place that is not in it, since somebody made it up or took it away: the first. */
export function pageOfAll<T>(rows: readonly T[], { limit, after }: PageAsked, cursor: (row: T) => string): Page<T> {
  const at = after === undefined ? -1 : rows.findIndex((row) => cursor(row) === after);
  return pageOf(rows.slice(at + 1), limit, cursor);
}

/** A page from one row more than was asked for; `cursor` names a row's place in the order. */
export function pageOf<T>(rows: readonly T[], limit: number, cursor: (row: T) => string): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last !== undefined ? cursor(last) : null };
}
