import { trusted, type ClaimId, type StepId } from "../id.js";

/** Claims of one step at most. */
export const CLAIMS_MAX = 64;

/** A claim's id is its step's and its ordinal (0 …): whoever knows a step knows its claims without reading them. */
export const claimIdOf = (step: StepId, ordinal: number): ClaimId => trusted(step * CLAIMS_MAX + ordinal);

export const ordinalOf = (claim: ClaimId): number => claim % CLAIMS_MAX;
