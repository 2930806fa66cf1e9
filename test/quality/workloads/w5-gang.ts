import { trusted, type ClassId, type UnitId } from "../../../src/domain/id.js";
import { DAY_MS } from "../../../src/domain/instant.js";
import { dice } from "../../bench/random.js";
import { poisson } from "../draws.js";
import { classOf, claimOf, endOfWorkday, MONDAY, numbered, PLACE, SLOTS_OPEN_A_DAY, workSlots, type Instance, type Supply } from "../instance.js";

/*
 * W5: a scarce gang. One request in twenty needs an authority, two different inspectors and a room for two hours with one start, and
 * money; it takes six tenths of what inspectors are asked for. The others need one inspector, or a clerk, for half an hour.
 */

const INSPECTORS = 8;
const CLERKS = 8;
const ROOMS = 3;
const GANG = 0.05;
const GANG_SLOTS = 4;
/** Of the rest, so many want an inspector: then gangs take 0.05 · 8 of 0.05 · 8 + 0.95 · 0.28. */
const INSPECTED = 0.28;

export interface GangSize {
  readonly weeks: number;
  /** Of what inspectors give, so much is asked for on average. */
  readonly load: number;
}

export function gang(seed: number, { weeks, load }: GangSize): Instance {
  const roll = dice(seed * 7919 + 5);
  const days = weeks * 7;
  const lastDay = days + 14;
  const slot = { period: "slot", per: "asset" } as const;
  const classes = [
    classOf("function.permit", { period: "none", act: "deciding", measure: "case", horizonDays: null }),
    classOf("staff.inspector", slot),
    classOf("staff.clerk", slot),
    classOf("material.room", { ...slot, measure: "piece", act: "none" }),
    classOf("funds.fees", { period: "fiscal-year", act: "none", measure: "fen", horizonDays: null }),
  ];
  const [gate, inspector, clerk, room, fees] = classes.map(({ id }) => id) as [ClassId, ClassId, ClassId, ClassId, ClassId];
  const unit: UnitId = trusted("permits");
  const supplies: Supply[] = [];
  const supply = (classId: ClassId, amounts: Supply["amounts"]): void => void supplies.push({ id: trusted(supplies.length + 1), unitId: unit, classId, traits: [], division: PLACE, amounts });
  supply(gate, "unlimited");
  for (let at = 0; at < INSPECTORS; at += 1) supply(inspector, workSlots(lastDay, 1));
  for (let at = 0; at < CLERKS; at += 1) supply(clerk, workSlots(lastDay, 1));
  for (let at = 0; at < ROOMS; at += 1) supply(room, workSlots(lastDay, 1));
  supply(fees, [100_000_000]);

  const joint = { together: true, slots: GANG_SLOTS } as const;
  const asks = {
    gang: [claimOf(gate, unit, 1, { scope: "competent" }), claimOf(inspector, unit, 1, { ...joint, count: 2 }), claimOf(room, unit, 1, joint), claimOf(fees, unit, 1_000)],
    inspected: [claimOf(inspector, unit, 1)],
    plain: [claimOf(clerk, unit, 1)],
  };
  const perRequest = GANG * 2 * GANG_SLOTS + (1 - GANG) * INSPECTED;
  const rate = (INSPECTORS * SLOTS_OPEN_A_DAY * load) / perRequest;
  const jobs: Parameters<typeof numbered>[0][number][] = [];
  for (let day = 0; day < days; day += 1) {
    if (day % 7 >= 5) continue;
    for (let count = poisson(roll, rate); count > 0; count -= 1) {
      const kind = roll() < GANG ? "gang" : roll() < INSPECTED ? "inspected" : "plain";
      const arrivesAt = MONDAY + day * DAY_MS + Math.floor((8 + 9 * roll()) * 3_600_000);
      const dueDays = kind === "gang" ? 3 + Math.floor(5 * roll()) : 1 + Math.floor(3 * roll());
      jobs.push({ unit, arrivesAt, dueAt: endOfWorkday(MONDAY, arrivesAt, dueDays), value: kind === "gang" ? 8 : 1, expectedMinutes: kind === "gang" ? 120 : 30, claims: asks[kind], runsMs: null, usedPercent: 100, pause: null });
    }
  }
  return {
    name: "w5",
    seed,
    startsAt: MONDAY,
    measureFrom: MONDAY + 7 * DAY_MS,
    measureTo: MONDAY + days * DAY_MS,
    endsAt: MONDAY + lastDay * DAY_MS,
    classes,
    supplies,
    units: [unit],
    jobs: numbered(jobs),
    quotas: [],
    horizonDays: 20,
    bucketMs: DAY_MS,
  };
}
