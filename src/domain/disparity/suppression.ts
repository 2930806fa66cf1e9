/** What one group adds to the totals that stand beside the table. */
export interface GroupCounts {
  readonly cases: number;
  readonly refused: number;
}

export interface Withheld {
  /** The number of cases, and with it everything said of the group. */
  readonly cases: readonly boolean[];
  /** How many of them were refused, and the ratio of refusals. */
  readonly refusals: readonly boolean[];
}

interface Cell {
  readonly value: number;
  readonly sensitive: boolean;
  /** What a reader knows of the value without the table. */
  readonly low: number;
  readonly high: number;
}

/**
 * Which counts of one table must not be shown. A count from 1 to `min` − 1 is withheld, as is one that leaves so few on the
 * other side (the granted); and then as many more, the smallest first, until no withheld count can be narrowed to fewer
 * than `min` values by taking what is shown from the totals: the interval audit of Hundepool and others, Statistical
 * Disclosure Control (Wiley 2012), ch. 4. Totals count as known, since another table of the same cases may show them.
 */
export function withheld(groups: readonly GroupCounts[], min: number): Withheld {
  const cases = protect(groups.map(({ cases: value }) => ({ value, sensitive: value < min, low: 1, high: Number.POSITIVE_INFINITY })), min);
  const few = (count: number): boolean => count > 0 && count < min;
  const total = groups.reduce((sum, { cases: all, refused }) => ({ refused: sum.refused + refused, granted: sum.granted + all - refused }), { refused: 0, granted: 0 });
  if (few(total.refused) || few(total.granted)) return { cases, refusals: groups.map(() => true) };
  const refusals = protect(
    groups.map(({ cases: all, refused }, at) => {
      const hidden = cases[at] === true;
      return { value: refused, sensitive: hidden || few(refused) || few(all - refused), low: 0, high: hidden ? Number.POSITIVE_INFINITY : all };
    }),
    min,
  );
  return { cases, refusals };
}

function protect(cells: readonly Cell[], min: number): readonly boolean[] {
  const hidden = cells.map(({ sensitive }) => sensitive);
  if (!hidden.includes(true)) return hidden;
  // Ties by their place: the same table is always told in the same way.
  const next = cells.map((cell, at) => ({ cell, at })).filter(({ cell }) => !cell.sensitive).sort((a, b) => a.cell.value - b.cell.value || a.at - b.at);
  for (const { at } of next) {
    if (isVague(cells.filter((_, each) => hidden[each]), min)) break;
    hidden[at] = true;
  }
  return hidden;
}

/** Whether each of the hidden cells could have `min` values or more, for all that their sum says. */
function isVague(cells: readonly Cell[], min: number): boolean {
  const sum = cells.reduce((total, { value }) => total + value, 0);
  return cells.every((cell) => {
    let [lowOfOthers, highOfOthers] = [0, 0];
    for (const other of cells) {
      if (other === cell) continue;
      lowOfOthers += other.low;
      highOfOthers += other.high;
    }
    const least = Math.max(cell.low, sum - highOfOthers);
    const most = Math.min(cell.high, sum - lowOfOthers);
    return most - least + 1 >= min;
  });
}
