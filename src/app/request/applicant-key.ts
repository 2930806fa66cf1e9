import type { PersonId } from "../../domain/id.js";
import type { Reading } from "../ports/store.js";
import type { WrappedKey } from "../ports/vault.js";

/** The key a request's personal values are sealed under; null when the person was erased. */
export async function keyOfApplicant(tx: Pick<Reading, "people">, person: PersonId): Promise<WrappedKey | null> {
  return (await tx.people.get(person))?.wrappedKey ?? null;
}
