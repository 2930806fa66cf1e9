import { trusted, type TraitId, type UnitId } from "../../../src/domain/id.js";
import { dice, pick, weighted } from "../../bench/random.js";
import { exponential, pareto, zipfExponent, zipfWeights } from "../draws.js";
import { classOf, claimOf, MONDAY, numbered, PLACE, quotaOf, type Instance, type Supply } from "../instance.js";

/*
 * W3: heavy tails and bursts, a synthetic twin of what public cluster traces show: 162 shapes of which 20 make three quarters of all, run
 * times from minutes to two days by Pareto's law (half below ten minutes, one in a hundred above thirty hours before the cut),
 * and arrivals that switch between calm and storm.
 */

const HOUR = 3_600_000;
const SHAPES = 162;
const UNITS = 6;
const PIECES = [1, 1, 1, 2, 2, 4, 4, 8] as const;
const TRAITS = ["cold", "clean", "large", "mobile", "night"] as const;
const ALPHA = 0.75;
const LEAST_HOURS = 0.067;
const MOST_HOURS = 48;
/** In a storm so many times as many come as in calm; how long each lasts, in hours. */
const STORM = { times: 8, hours: 3, calmHours: 21 };

export interface TailSize {
  readonly days: number;
  readonly jobsADay: number;
  /** Of all pieces, so many are in use on average when nobody waits. */
  readonly load: number;
}

export function heavyTail(seed: number, { days, jobsADay, load }: TailSize): Instance {
  const roll = dice(seed * 7919 + 3);
  // Shapes are the same in all seeds: they are the city, not its luck.
  const fixed = dice(3);
  const cls = classOf("material.rig", { period: "none", measure: "piece", horizonDays: null });
  const units = Array.from({ length: UNITS }, (_, at): UnitId => trusted(`lab-${at}`));
  const shapes = Array.from({ length: SHAPES }, () => {
    const unit = pick(fixed, units);
    const traits: TraitId[] = fixed() < 0.3 ? [trusted<TraitId>(pick(fixed, TRAITS))] : [];
    const amount = pick(fixed, PIECES);
    return { unit, amount, claims: [claimOf(cls.id, unit, amount, { traits })] };
  });
  const weights = zipfWeights(SHAPES, zipfExponent(SHAPES, 20, 0.75));
  const draw = weighted(weights);
  const all = weights.reduce((sum, one) => sum + one, 0);
  const pieces = shapes.reduce((sum, { amount }, at) => sum + (amount * weights[at]!) / all, 0);
  const perHour = (jobsADay / 24) * pieces * meanHours();
  const each = Math.max(8, Math.ceil(perHour / load / UNITS / 2));
  const supplies: Supply[] = units.flatMap((unitId, at) =>
    [0, 1].map((half): Supply => ({
      id: trusted(at * 2 + half + 1),
      unitId,
      classId: cls.id,
      traits: TRAITS.filter((_, trait) => (at + trait * (half + 1)) % 5 < 3).map((trait) => trusted<TraitId>(trait)),
      division: PLACE,
      amounts: [each],
    })),
  );

  const jobs: Parameters<typeof numbered>[0][number][] = [];
  const calmRate = (jobsADay / 24) * ((STORM.hours + STORM.calmHours) / (STORM.hours * STORM.times + STORM.calmHours));
  let storm = false;
  let switches = exponential(roll, STORM.calmHours);
  for (let hour = 0; hour < days * 24; ) {
    hour += exponential(roll, 1 / (calmRate * (storm ? STORM.times : 1)));
    if (hour > switches) {
      hour = switches;
      storm = !storm;
      switches = hour + exponential(roll, storm ? STORM.hours : STORM.calmHours);
      continue;
    }
    const { unit, claims } = shapes[draw(roll)]!;
    const runs = Math.round(pareto(roll, ALPHA, LEAST_HOURS, MOST_HOURS) * 60);
    const slack = Math.max(2, (runs / 60) * (0.5 + 1.5 * roll()));
    const arrivesAt = MONDAY + Math.floor(hour * HOUR);
    jobs.push({ unit, arrivesAt, dueAt: arrivesAt + runs * 60_000 + Math.floor(slack * HOUR), value: 1, expectedMinutes: runs, claims, runsMs: runs * 60_000, usedPercent: 100, pause: null });
  }
  return {
    name: "w3",
    seed,
    startsAt: MONDAY,
    measureFrom: MONDAY + 2 * 24 * HOUR,
    measureTo: MONDAY + days * 24 * HOUR,
    endsAt: MONDAY + (days + 8) * 24 * HOUR,
    classes: [cls],
    supplies,
    units,
    jobs: numbered(jobs.filter(({ arrivesAt }) => arrivesAt < MONDAY + days * 24 * HOUR)),
    quotas: units.map((unitId) => quotaOf(unitId, cls.id, "labs", each * 2)),
    horizonDays: 20,
    bucketMs: 4 * HOUR,
  };
}

/** Of Pareto's law, cut. */
function meanHours(): number {
  const share = 1 - (LEAST_HOURS / MOST_HOURS) ** ALPHA;
  return (ALPHA * LEAST_HOURS ** ALPHA * (MOST_HOURS ** (1 - ALPHA) - LEAST_HOURS ** (1 - ALPHA))) / ((1 - ALPHA) * share);
}
