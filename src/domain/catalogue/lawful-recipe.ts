import type { CapacityClass } from "../pool/class.js";
import type { Register } from "../pool/register.js";
import { problem, type Problem } from "../problem.js";
import type { ItemGuide, RecipeClaim, RecipeStep } from "./item.js";

/** Officers who may enforce carry this certificate (Administrative Penalty Law art. 42). */
export const ENFORCEMENT_CERTIFICATE = "enforcement-certificate";
export const OFFICERS_OF_AN_INSPECTION = 2;

/** What the law forbids a recipe to say; `field` is the recipe's path. */
export function unlawfulIn(steps: readonly RecipeStep[], discretion: ItemGuide["discretion"], { classes }: Pick<Register, "classes">): readonly Problem[] {
  const names = new Set(steps.map(({ step }) => step));
  return steps.flatMap((step, at): Problem[] => {
    const field = `recipe.steps.${at}`;
    // Paying carries out a decision: money may move by machine, whoever decided.
    const deciding = step.claims.filter((claim) => classes.get(claim.class)?.act === "deciding" && classes.get(claim.class)?.kind !== "funds");
    const found: Problem[] = [];
    if (step.mode === "automatic") {
      const officer = deciding.find((claim) => classes.get(claim.class)?.kind === "staff");
      if (officer) found.push(problem("recipe.automatic_officer", { class: officer.class }, { field: `${field}.mode` }));
      if (discretion && (deciding.length > 0 || step.stage === "decide")) found.push(problem("recipe.discretion_automatic", { article: discretion.article }, { field: `${field}.mode` }));
    }
    if (step.stage === "inspect" && step.mode === "human" && step.alone === undefined && certified(step, classes) < OFFICERS_OF_AN_INSPECTION) {
      found.push(problem("recipe.two_officers", { found: certified(step, classes) }, { field: `${field}.claims` }));
    }
    for (const [index, name] of (step.notBy?.steps ?? []).entries()) {
      if (!names.has(name) || name === step.step) found.push(problem("input.unknown_reference", { kind: "step", id: name }, { field: `${field}.notBy.steps.${index}` }));
    }
    return found;
  });
}

/** Different officers who are sure to come: of one claim as many as it counts, of several those that work the same half-hours. */
const certified = ({ claims }: RecipeStep, classes: ReadonlyMap<string, CapacityClass>): number => {
  const officers = claims.filter((claim) => isOfficer(claim, classes));
  const atOnce = officers.filter((claim) => claim.together === true && classes.get(claim.class)?.period === "slot");
  return Math.max(sumOf(atOnce), ...officers.map((claim) => sumOf([claim])));
};

const sumOf = (claims: readonly RecipeClaim[]): number => claims.reduce((sum, { count }) => sum + (count ?? 1), 0);

const isOfficer = (claim: RecipeClaim, classes: ReadonlyMap<string, CapacityClass>): boolean =>
  classes.get(claim.class)?.kind === "staff" && claim.scope === "competent" && (claim.traits ?? []).some((trait) => trait === ENFORCEMENT_CERTIFICATE);
