/** A ratio with the standard error of its logarithm. */
export interface LogRatio {
  readonly ratio: number;
  readonly error: number;
}

/** Of one item: refusals among the decided cases of a group, and among those of everybody else. */
export interface RefusalStratum {
  readonly cases: number;
  readonly refused: number;
  readonly otherCases: number;
  readonly otherRefused: number;
}

/**
 * The Mantel–Haenszel risk ratio: how many times as often the group is refused, item by item and then taken together, so
 * that a group which asks for harder things is not blamed for them. The error is the one of Greenland and Robins
 * (Biometrics 41, 1985, 55–68), which holds for few large strata and for many small ones; the ratio is the form of
 * Rothman, Greenland and Lash (Modern Epidemiology, 3rd ed., ch. 15). Null: nobody was refused on one side, or nothing
 * can be compared.
 */
export function refusalRatio(strata: readonly RefusalStratum[]): LogRatio | null {
  let above = 0;
  let below = 0;
  let spread = 0;
  for (const { cases, refused, otherCases, otherRefused } of strata) {
    const all = cases + otherCases;
    if (cases === 0 || otherCases === 0) continue;
    above += (refused * otherCases) / all;
    below += (otherRefused * cases) / all;
    spread += (cases * otherCases * (refused + otherRefused) - refused * otherRefused * all) / (all * all);
  }
  if (above === 0 || below === 0) return null;
  return { ratio: above / below, error: Math.sqrt(spread / (above * below)) };
}

/** Count, sum and sum of squares of waits: all that means and variances need. */
export interface Waits {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

export interface WaitStratum {
  readonly group: Waits;
  readonly others: Waits;
}

/**
 * How many times as long the group waited as it would have, had each of its cases waited as everybody else's did for the
 * same item: observed over expected, which is indirect standardisation (Breslow and Day, Statistical Methods in Cancer
 * Research II, IARC 1987, ch. 2). The error follows by the delta method from the variance within items, taken from both
 * sides together; items whose variance cannot be told (fewer than three cases) are left out. Null: nothing to compare,
 * or nobody waited.
 */
export function waitRatio(strata: readonly WaitStratum[]): LogRatio | null {
  let observed = 0;
  let expected = 0;
  let observedVariance = 0;
  let expectedVariance = 0;
  for (const { group, others } of strata) {
    if (group.count === 0 || others.count === 0 || group.count + others.count < 3) continue;
    const variance = (deviations(group) + deviations(others)) / (group.count + others.count - 2);
    observed += group.sum;
    expected += (group.count * others.sum) / others.count;
    observedVariance += group.count * variance;
    expectedVariance += (group.count * group.count * variance) / others.count;
  }
  if (observed <= 0 || expected <= 0) return null;
  return { ratio: observed / expected, error: Math.sqrt(observedVariance / (observed * observed) + expectedVariance / (expected * expected)) };
}

const deviations = ({ count, sum, squares }: Waits): number => Math.max(0, squares - (sum * sum) / count);

/** The standard normal distribution lies within this of its middle 95 times in 100. */
const NORMAL_975 = 1.959963984540054;

/** The 95 % interval, even on the scale of logarithms. */
export const intervalOf = ({ ratio, error }: LogRatio): { readonly low: number; readonly high: number } => ({
  low: ratio * Math.exp(-NORMAL_975 * error),
  high: ratio * Math.exp(NORMAL_975 * error),
});

/** How likely a ratio at least as large is where the true one is `bound`: one-sided. */
export function chanceAbove({ ratio, error }: LogRatio, bound: number): number {
  if (error === 0) return ratio > bound ? 0 : 1;
  return upperTail(Math.log(ratio / bound) / error);
}

/** Of the standard normal distribution: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.17; error below 7.5e-8. */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const sum = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

/**
 * Which of several questions asked at once may be answered yes when all the wrong yeses together shall happen no more often
 * than `level`: Holm (Scandinavian Journal of Statistics 6, 1979, 65–70).
 */
export function holm(chances: readonly number[], level: number): readonly boolean[] {
  const rising = chances.map((chance, at) => ({ chance, at })).sort((a, b) => a.chance - b.chance || a.at - b.at);
  const yes = new Array<boolean>(chances.length).fill(false);
  for (const [place, { chance, at }] of rising.entries()) {
    if (chance > level / (chances.length - place)) break;
    yes[at] = true;
  }
  return yes;
}
