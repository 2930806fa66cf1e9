import type { DeclaredResource } from "../../src/app/ports/writer.js";
import type { ClassId, DivisionCode, ResourceId, TraitId, UnitId } from "../../src/domain/id.js";
import type { Instant } from "../../src/domain/instant.js";
import type { CapacityClass } from "../../src/domain/pool/class.js";
import { PLAIN_CLAIM, type ClaimAsk, type PolicyQuestion } from "../../src/scheduler/contract.js";
import type { Dice } from "./dice.js";

const cls = (id: string, rest: Partial<CapacityClass>): CapacityClass => ({
  id: id as ClassId,
  kind: id.split(".")[0] as CapacityClass["kind"],
  names: { zh: id, en: id },
  measure: "minute",
  period: "day",
  horizonDays: null,
  per: "unit",
  lend: "none",
  act: "assisting",
  consumable: false,
  limits: { min: 1, max: 6, step: 1 },
  source: null,
  generation: 1,
  ...rest,
});

const GATE = cls("function.gate", { period: "none", act: "deciding" });

/** One of each way to count capacity. */
const CLASSES = [
  cls("staff.review", { horizonDays: 2 }),
  cls("staff.decide", { horizonDays: 2, act: "deciding" }),
  cls("material.counter", { period: "slot", horizonDays: 1 }),
  cls("material.form", { period: "none", consumable: true }),
  cls("material.key", { period: "none" }),
  cls("funds.aid", { period: "fiscal-year", consumable: true }),
  GATE,
];

export const UNITS = ["north", "south"] as unknown as readonly UnitId[];
export const PLACES: Readonly<Record<string, DivisionCode>> = { north: "522301", south: "522322" } as unknown as Record<string, DivisionCode>;
const PREFECTURE = "522300" as unknown as DivisionCode;
const SEAL = "seal" as unknown as TraitId;
export const PURPOSE = "aid";

const HOUR_MS = 3_600_000;
const at = (text: string): Instant => Date.parse(`${text}+08:00`);
/** Where periods end: in the middle of a day, before midnight, before a year ends. */
const BEGINNINGS = [at("2026-03-02T08:00:00"), at("2026-03-02T23:55:00"), at("2026-12-31T23:40:00"), at("2028-02-28T12:29:59")];

/** A pool just large enough to collide in: few providers, amounts near the demand. */
export interface World {
  readonly beginsAt: Instant;
  readonly manual: boolean;
  readonly classes: readonly CapacityClass[];
  readonly divisions: ReadonlyMap<DivisionCode, DivisionCode | null>;
  readonly draws: readonly ResourceDraw[];
  /** What each version of the policy denies; the first denies nothing. */
  readonly denied: Set<string>[];
  readonly decisionsPerTurn: number;
}

export interface ResourceDraw {
  /** Of a function: law sets a number. */
  readonly numbered: boolean;
  readonly classId: ClassId;
  readonly unit: UnitId;
  readonly total: number;
  readonly wide: boolean;
  readonly sealed: boolean;
  readonly overcommitPercent: number;
}

export function drawWorld(dice: Dice): World {
  const classes = [...CLASSES];
  while (classes.length > 3) classes.splice(dice.below(classes.length), 1);
  if (dice.chance(0.3)) classes.splice(dice.below(classes.length), 1);
  // What may happen to a number is rarer than what may happen to anything else.
  if (dice.chance(0.4) && !classes.includes(GATE)) classes[dice.below(classes.length)] = GATE;
  return {
    beginsAt: dice.pick(BEGINNINGS),
    manual: dice.chance(0.25),
    classes,
    divisions: new Map([
      [PREFECTURE, null],
      [PLACES["north"]!, PREFECTURE],
      [PLACES["south"]!, PREFECTURE],
    ]),
    // Deciding stays with the competent unit: of such a class each unit has one.
    draws: classes.flatMap(({ id, act }) => {
      const count = dice.between(1, 3);
      return Array.from({ length: act === "deciding" ? count + 1 : count }, (_, at) => ({
        ...drawResource(dice, id),
        ...(act === "deciding" && at < 2 ? { unit: UNITS[at]! } : {}),
      }));
    }),
    denied: [new Set(), new Set()],
    decisionsPerTurn: dice.pick([1, 3, 1_000]),
  };
}

export const drawResource = (dice: Dice, classId: ClassId): ResourceDraw => ({
  classId,
  unit: dice.pick(UNITS),
  total: dice.between(2, 6),
  numbered: dice.chance(0.5),
  wide: dice.chance(0.8),
  sealed: dice.chance(0.7),
  overcommitPercent: dice.pick([100, 100, 100, 150]),
});

export const declaredAs = (id: ResourceId, draw: ResourceDraw): DeclaredResource => ({
  id,
  unitId: draw.unit,
  classId: draw.classId,
  traits: draw.sealed ? [SEAL] : [],
  jurisdiction: [draw.wide ? PREFECTURE : PLACES[draw.unit]!],
  unitDivision: PLACES[draw.unit]!,
  limits: { min: 1, max: 6, step: 1 },
  earmark: draw.classId.startsWith("funds.") ? PURPOSE : null,
  offered: true,
  automated: false,
  generation: 1,
  total: draw.classId.startsWith("function.") && !draw.numbered ? null : draw.total,
  derived: false,
  reserved: 0,
  overcommitPercent: draw.overcommitPercent,
  validFrom: null,
  validTo: null,
  state: "published",
  calendarId: null,
  assets: [],
});

/** What one step or one direct claim asks; sometimes several claims of it must be served by one unit, or by one resource. */
export function drawClaims(dice: Dice, classes: readonly CapacityClass[], unit: UnitId, at: Instant): readonly ClaimAsk[] {
  const claims = Array.from({ length: dice.pick([1, 1, 1, 2, 3]) }, () => drawClaim(dice, classes, unit, at));
  const [first, second, ...rest] = claims;
  if (!first || !second) return claims;
  if (dice.chance(0.15)) return [{ ...first, sameUnit: 1 }, { ...second, sameUnit: 1 }, ...rest];
  if (dice.chance(0.15)) return [{ ...first, count: 1, sameResource: 1 }, { ...first, count: 1, amount: 1, sameResource: 1 }, ...rest];
  return claims;
}

function drawClaim(dice: Dice, classes: readonly CapacityClass[], unit: UnitId, at: Instant): ClaimAsk {
  const found = dice.pick(classes);
  const dated = found.period === "day" || found.period === "slot";
  const spread = dated && dice.chance(0.15);
  return {
    ...PLAIN_CLAIM,
    classId: found.id,
    amount: dice.chance(0.03) ? 6 : dice.pick([1, 1, 2, 2, 3]),
    count: dice.chance(0.08) ? 2 : 1,
    earliest: dated && dice.chance(0.08) ? at + dice.between(1, 30) * HOUR_MS : null,
    traits: dice.chance(0.15) ? [SEAL] : [],
    scope: dice.chance(0.1) ? "competent" : "pool",
    division: PLACES[dice.chance(0.8) ? unit : dice.pick(UNITS)]!,
    unitId: unit,
    together: dated && dice.chance(0.3),
    slots: found.period === "slot" && !spread ? dice.between(1, 3) : 1,
    spread,
    purpose: found.kind === "funds" ? PURPOSE : null,
  };
}

const denial = (unit: UnitId, classId: ClassId): string => `${unit}/${classId}`;

/** Who lets another decide in its name: of deciding classes alone. */
export const delegable = (world: World): readonly ClassId[] => world.classes.filter(({ act }) => act === "deciding").map(({ id }) => id);

export const allows = (world: World, version: number, { resourceUnit, classId }: Pick<PolicyQuestion, "resourceUnit" | "classId">): boolean =>
  !world.denied[version]!.has(denial(resourceUnit, classId));

/** Another version: mostly it denies one thing more or one less. @returns its number, and whether it withdraws something. */
export function nextPolicy(world: World, active: number, draw: number): { readonly version: number; readonly withdraws: boolean } {
  const before = world.denied[active]!;
  const next = new Set(before);
  // What was denied is mostly allowed again by the next: a pool that denies everything tries nothing.
  const [one] = before;
  if (one !== undefined && draw % 5 > 0) next.delete(one);
  else next.add(denial(UNITS[draw % 2]!, world.classes[(draw >> 3) % world.classes.length]!.id));
  world.denied.push(next);
  return { version: world.denied.length - 1, withdraws: [...next].some((each) => !before.has(each)) };
}
