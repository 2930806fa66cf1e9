import type { Recipe, RecipeClaim, RecipeStep, Stage, StepMode } from "../catalogue/item.js";
import type { ClassId, ItemCode } from "../id.js";
import type { Instant } from "../instant.js";
import { problem, type Problem } from "../problem.js";
import { refused, ok, unlessRefused, type Result } from "../result.js";

/** A step of a request that is about to be stored. */
export interface PlannedStep {
  readonly name: string;
  readonly ordinal: number;
  readonly stage: Stage;
  readonly mode: StepMode;
  readonly after: readonly string[];
  readonly state: "ready" | "blocked";
  readonly dueAt: Instant;
  /** Minutes of work in this step and on the longest way from it to the end. */
  readonly expectedMinutes: number;
  /** Steps whose officers take no part in this one. */
  readonly notBy: readonly string[];
  readonly claims: readonly RecipeClaim[];
}

/** One request makes at most this many steps, and one step this many claims. */
export const STEPS_MAX = 64;
export const CLAIMS_MAX = 32;

/**
 * The steps of a request, in an order in which each comes after those it waits for.
 *
 * Every step carries the request's own due date: the scheduler orders by due date minus expected work, so the
 * minutes behind a step already pull it forward. The date is the promised one, which is never later than the legal one.
 *
 * @param claimsOf what the claims of a step become where an agreement serves the item alone (`forItem`)
 */
export function planSteps(recipe: Recipe, dueAt: Instant, claimsOf: (claims: readonly RecipeClaim[]) => readonly RecipeClaim[] = (claims) => claims): Result<readonly PlannedStep[]> {
  const sorted = inOrder(recipe);
  if (!sorted.ok) return sorted;
  const behind = minutesBehind(sorted.value);
  return ok(
    sorted.value.map((step, ordinal) => ({
      name: step.step,
      ordinal,
      stage: step.stage,
      mode: step.mode,
      after: step.after,
      state: step.after.length === 0 ? "ready" : "blocked",
      dueAt,
      expectedMinutes: behind.get(step.step) ?? 0,
      notBy: step.notBy?.steps ?? [],
      claims: claimsOf(step.claims),
    })),
  );
}

/** By a recipe's own list of claims: whoever stores them knows a list by itself. */
const named = new WeakMap<readonly RecipeClaim[], { readonly classes: string; readonly claims: readonly RecipeClaim[] }>();

/** Of work and things of which an agreement serves this item alone, a claim says for which item it is; the others stay the very same. */
export function forItem(item: ItemCode, classes: readonly ClassId[]): (claims: readonly RecipeClaim[]) => readonly RecipeClaim[] {
  const key = classes.join();
  return (claims) => {
    if (!claims.some((claim) => classes.includes(claim.class))) return claims;
    const known = named.get(claims);
    if (known?.classes === key) return known.claims;
    const said = claims.map((claim) => (classes.includes(claim.class) ? { ...claim, purpose: item } : claim));
    named.set(claims, { classes: key, claims: said });
    return said;
  };
}

/** What is wrong with a recipe as a graph; nothing when it can be worked. */
export function recipeProblems(recipe: Recipe): readonly Problem[] {
  const sorted = inOrder(recipe);
  return sorted.ok ? [] : sorted.problems;
}

/** Steps sorted so that none stands before one it waits for (Kahn); among equals the recipe's own order. */
function inOrder({ steps }: Recipe): Result<readonly RecipeStep[]> {
  const problems: Problem[] = [];
  if (steps.length === 0) return refused(problem("input.missing", {}, { field: "recipe.steps" }));
  if (steps.length > STEPS_MAX) return refused(problem("input.out_of_range", { min: 1, max: STEPS_MAX }, { field: "recipe.steps" }));
  const known = new Set<string>();
  steps.forEach(({ step, claims }, index) => {
    if (known.has(step)) problems.push(problem("input.duplicate", { kind: "step", id: step }, { field: `recipe.steps.${index}.step` }));
    known.add(step);
    if (claims.length > CLAIMS_MAX) problems.push(problem("input.out_of_range", { min: 0, max: CLAIMS_MAX }, { field: `recipe.steps.${index}.claims` }));
  });
  steps.forEach(({ after }, index) => {
    for (const before of after) {
      if (!known.has(before)) problems.push(problem("input.unknown_reference", { kind: "step", id: before }, { field: `recipe.steps.${index}.after` }));
    }
  });
  if (problems.length > 0) return unlessRefused(problems, []);

  const sorted: RecipeStep[] = [];
  const placed = new Set<string>();
  while (sorted.length < steps.length) {
    const free = steps.filter(({ step, after }) => !placed.has(step) && after.every((before) => placed.has(before)));
    if (free.length === 0) {
      const circle = steps.filter(({ step }) => !placed.has(step)).map(({ step }) => step);
      return refused(problem("recipe.cycle", { steps: circle.join(", ") }, { field: "recipe.steps" }));
    }
    for (const step of free) {
      sorted.push(step);
      placed.add(step.step);
    }
  }
  return ok(sorted);
}

function minutesBehind(sorted: readonly RecipeStep[]): ReadonlyMap<string, number> {
  const minutes = new Map<string, number>();
  for (const step of sorted.toReversed()) {
    const later = sorted.filter(({ after }) => after.includes(step.step)).map((next) => minutes.get(next.step) ?? 0);
    minutes.set(step.step, ownMinutes(step) + Math.max(0, ...later));
  }
  return minutes;
}

const HALF_HOUR_MINUTES = 30;

/** Claims of a step are worked at the same time, so the longest counts. */
const ownMinutes = ({ claims }: RecipeStep): number => Math.max(0, ...claims.map(minutesOf));

function minutesOf({ class: classId, amount, slots }: RecipeClaim): number {
  // Staff is counted in minutes; a slot claim lasts its half-hours whatever it counts.
  if (slots !== undefined) return slots * HALF_HOUR_MINUTES;
  return classId.startsWith("staff.") ? amount : 0;
}
