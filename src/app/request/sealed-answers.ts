import type { Answers } from "../../domain/request/answers.js";
import type { Vault, WrappedKey } from "../ports/vault.js";

/** Where sealed values of a request stand: a value moved elsewhere does not open. */
const PURPOSE = { answers: "requests.answers", grounds: "requests.grounds", draft: "drafts.answers", evidence: "request_priorities.evidence" } as const;

/** What an applicant gave, as it lies sealed under the applicant's key. */
export interface Given {
  readonly answers: Answers;
  /** Papers said to be ready. */
  readonly materials: readonly string[];
  /** What was written when something was supplied, oldest first. */
  readonly supplements: readonly string[];
}

export const sealGiven = (vault: Vault, key: WrappedKey, given: Given): string => vault.seal(key, PURPOSE.answers, JSON.stringify(given));

export const openGiven = (vault: Vault, key: WrappedKey, sealed: string): Given => JSON.parse(vault.open(key, PURPOSE.answers, sealed)) as Given;

/** Grounds may name people: on record they lie sealed, so that erasing a person's key erases them there too. */
export const sealGrounds = (vault: Vault, key: WrappedKey, grounds: string): string => vault.seal(key, PURPOSE.grounds, grounds);
export const openGrounds = (vault: Vault, key: WrappedKey, sealed: string): string => vault.open(key, PURPOSE.grounds, sealed);

export const sealDraft = (vault: Vault, key: WrappedKey, content: unknown): string => vault.seal(key, PURPOSE.draft, JSON.stringify(content));
export const openDraft = (vault: Vault, key: WrappedKey, sealed: string): unknown => JSON.parse(vault.open(key, PURPOSE.draft, sealed));

/** What a ground to be served before others rests on. */
export const sealEvidence = (vault: Vault, key: WrappedKey, evidence: string): string => vault.seal(key, PURPOSE.evidence, evidence);
export const openEvidence = (vault: Vault, key: WrappedKey, sealed: string): string => vault.open(key, PURPOSE.evidence, sealed);
