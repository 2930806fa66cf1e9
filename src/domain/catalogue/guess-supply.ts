import type { GuessedItem } from "./guess-item.js";
import { GUESSED_PURPOSE } from "./guess-item.js";
import { ENFORCEMENT_CERTIFICATE } from "./lawful-recipe.js";

/** Share of capacity that the guessed demand uses, in percent: busy, and still able to catch up. */
export const GUESSED_LOAD_PERCENT = 85;
/** Working days of a year in China: 365 less 104 days of weekends less 13 holidays of 2026, plus rounding to a number people know. */
export const WORKING_DAYS_A_YEAR = 250;
/** Half-hours of the office day 09:00–12:00 and 13:30–17:00. */
const SLOTS_A_WORKING_DAY = 13;
const SLOTS_A_YEAR = WORKING_DAYS_A_YEAR * SLOTS_A_WORKING_DAY;
const WORKING_DAYS_A_WEEK = 5;
const MINUTES_STEP = 5;

/** Declarations for `units`, `resources` and `assets`, in the columns of their tables. */
export interface GuessedSupply {
  readonly resources: readonly Readonly<Record<string, string>>[];
  readonly assets: readonly Readonly<Record<string, string>>[];
}

interface Frame {
  readonly pool: string;
  /** Holds what the whole district shares: vehicles, rooms, counters, specialists, registers. */
  readonly root: string;
  /** Calendar of so many days a week, for posts that one unit cannot fill. */
  readonly calendar: (daysAWeek: number) => string;
}

const needed = (perYear: number): number => (perYear * 100) / GUESSED_LOAD_PERCENT;
const upTo = (value: number, step: number): number => Math.ceil(value / step) * step;

/**
 * The resources that such units would need: the demand of every item, worked in its recipe's minutes, half-hours,
 * calls and money, divided by working days and by the load.
 *
 * Minutes that any unit may lend (`pool` scope) are shared out by demand; what small units round up to hold one whole
 * claim, the largest gives up, so that the load of the pool stays what it says. What only the competent unit may give
 * is rounded up where it stands, so small units are less busy there: as in life.
 */
export function guessSupply(items: readonly GuessedItem[], frame: Frame): GuessedSupply {
  const resources: Record<string, string>[] = [];
  const assets: Record<string, string>[] = [];
  const demand = demandOf(items);

  const perDay = (unit: string, of: string, minutes: number): void => {
    const code = `${unit}-${of.split(".")[1]}`;
    resources.push(row(code, unit, of, { total: String(minutes) }));
  };
  // A thing of a slot class serves one matter at a time; the last one comes only on the days the load needs it.
  const perSlot = (unit: string, of: string, amount: number, slotsAYear: number, least = 1): void => {
    const things = Math.max(least, needed(slotsAYear) / SLOTS_A_YEAR);
    for (let index = 0; index < Math.ceil(things); index += 1) {
      const share = least > 1 && things === least ? needed(slotsAYear) / SLOTS_A_YEAR / least : Math.min(1, things - index);
      const daysAWeek = Math.min(WORKING_DAYS_A_WEEK, Math.max(1, Math.ceil(share * WORKING_DAYS_A_WEEK)));
      const code = `${unit}-${of.split(".")[1]}-${index + 1}`;
      resources.push(row(code, unit, of, { total: "assets", calendar: frame.calendar(daysAWeek), ...(of === "staff.inspection" && { traits: ENFORCEMENT_CERTIFICATE }) }));
      assets.push({ asset: `${code}-a`, unit, resource: code, label: `${of} ${index + 1}`, calendar: "", amount: String(amount), traits: "", valid_from: "", valid_to: "" });
    }
  };

  for (const of of ["staff.intake", "staff.review"]) {
    for (const [unit, minutes] of shared(demand.minutesByUnit(of), demand.largest(of))) perDay(unit, of, minutes);
  }
  for (const [unit, minutes] of demand.minutesByUnit("staff.decision")) {
    perDay(unit, "staff.decision", Math.max(upTo(demand.largest("staff.decision"), MINUTES_STEP), upTo(needed(minutes) / WORKING_DAYS_A_YEAR, MINUTES_STEP)));
  }
  // Inspections take two officers of the competent unit.
  for (const [unit, slots] of demand.slotsByUnit("staff.inspection")) perSlot(unit, "staff.inspection", 30, slots, 2);
  for (const [of, amount] of [["staff.site-check", 30], ["staff.appointment", 30], ["material.vehicle", 1], ["material.meeting-room", 1]] as const) {
    perSlot(frame.root, of, amount, demand.slots(of));
  }
  const counters = Math.ceil(needed(demand.slots("material.counter")) / SLOTS_A_YEAR);
  resources.push(row(`${frame.root}-counter`, frame.root, "material.counter", { total: String(Math.max(1, counters)) }));
  for (const [of, calls] of demand.callsByClass()) {
    resources.push(row(`${frame.root}-${of.replace(".", "-")}`, frame.root, of, { total: UNLIMITED_DATA.has(of) ? "unlimited" : String(Math.ceil(needed(calls) / WORKING_DAYS_A_YEAR)) }));
  }
  for (const [unit, of] of demand.authorities()) {
    resources.push(row(`${unit}-authority`, unit, of, { total: "unlimited", legal_basis: "据事项目录推测，待单位核实法律依据 (guessed from the catalogue; the unit has to name the law)" }));
  }
  for (const [unit, { of, fen }] of demand.money()) {
    resources.push(row(`${unit}-funds`, unit, of, { total: String(upTo(needed(fen), 100)), earmark: GUESSED_PURPOSE }));
  }
  return { resources, assets };
}

/** Classes whose owner sets no rate. */
const UNLIMITED_DATA: ReadonlySet<string> = new Set(["data.credit", "data.e-licence"]);

const row = (code: string, unit: string, of: string, more: Record<string, string>): Record<string, string> => ({
  resource: code,
  unit,
  class: of,
  source: `guessed: ${GUESSED_LOAD_PERCENT}% load by the guessed demand of the imported catalogue`,
  ...more,
});

/** Shares the pool's minutes out by demand; nobody gets less than the largest claim, and the largest pays for it. */
function shared(byUnit: ReadonlyMap<string, number>, largest: number): Map<string, number> {
  const whole = upTo(needed([...byUnit.values()].reduce((sum, minutes) => sum + minutes, 0)) / WORKING_DAYS_A_YEAR, MINUTES_STEP);
  const least = upTo(largest, MINUTES_STEP);
  const out = new Map([...byUnit].map(([unit, minutes]) => [unit, Math.max(least, upTo(needed(minutes) / WORKING_DAYS_A_YEAR, MINUTES_STEP))]));
  let surplus = [...out.values()].reduce((sum, minutes) => sum + minutes, 0) - whole;
  for (const [unit, minutes] of [...out].sort((a, b) => b[1] - a[1])) {
    const given = Math.min(surplus, Math.floor((minutes - least) / 2 / MINUTES_STEP) * MINUTES_STEP);
    if (given <= 0) break;
    out.set(unit, minutes - given);
    surplus -= given;
  }
  return out;
}

/** What a year of the items asks, by class and unit. */
function demandOf(items: readonly GuessedItem[]) {
  const minutes = new Map<string, Map<string, number>>();
  const slots = new Map<string, Map<string, number>>();
  const calls = new Map<string, number>();
  const money = new Map<string, { of: string; fen: number }>();
  const authorities = new Map<string, string>();
  const largest = new Map<string, number>();
  const add = (table: Map<string, Map<string, number>>, of: string, unit: string, amount: number): void => {
    const byUnit = table.get(of) ?? new Map<string, number>();
    table.set(of, byUnit.set(unit, (byUnit.get(unit) ?? 0) + amount));
  };
  for (const { rule, unit, department, perYear } of items) {
    for (const claim of rule.steps.flatMap(({ claims }) => claims)) {
      if (claim.class === "authority") authorities.set(unit, department.authority);
      else if (claim.class === "funds") money.set(unit, { of: department.funds, fen: (money.get(unit)?.fen ?? 0) + claim.amount * perYear });
      else if (claim.slots !== undefined) add(slots, claim.class, unit, claim.slots * perYear);
      else if (claim.class.startsWith("data.")) calls.set(claim.class, (calls.get(claim.class) ?? 0) + claim.amount * perYear);
      else {
        add(minutes, claim.class, unit, claim.amount * perYear);
        largest.set(claim.class, Math.max(largest.get(claim.class) ?? 0, claim.amount));
      }
    }
  }
  const of = (table: Map<string, Map<string, number>>, name: string): ReadonlyMap<string, number> => table.get(name) ?? new Map<string, number>();
  return {
    minutesByUnit: (name: string) => of(minutes, name),
    slotsByUnit: (name: string) => of(slots, name),
    slots: (name: string) => [...of(slots, name).values()].reduce((sum, amount) => sum + amount, 0),
    callsByClass: () => calls,
    money: () => money,
    authorities: () => authorities,
    largest: (name: string) => largest.get(name) ?? 0,
  };
}
