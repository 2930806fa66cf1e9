import type { Names } from "../../domain/catalogue/item.js";
import { trusted, type PersonId } from "../../domain/id.js";
import type { IdentityNumber, Phone } from "../../domain/identity-number.js";
import { SEALED, type NewPerson } from "../ports/person.js";
import type { Vault } from "../ports/vault.js";

export interface PersonFacts {
  readonly name: string;
  readonly latinName?: string | null;
  readonly idNumber?: IdentityNumber | null;
  readonly phone?: Phone | null;
  readonly loginName?: string | null;
  readonly preparedAs?: string | null;
  readonly preparedNote?: Names | null;
}

/** Seals a new person's values under a key of their own. */
export function newPerson(vault: Vault, facts: PersonFacts): NewPerson {
  const wrappedKey = vault.newKey();
  const sealed = (purpose: string, value: string | null | undefined) => (value == null ? null : vault.seal(wrappedKey, purpose, value));
  return {
    personId: trusted<PersonId>(crypto.randomUUID()),
    wrappedKey,
    name: sealed(SEALED.name, facts.name),
    latinName: sealed(SEALED.latinName, facts.latinName),
    idNumber: sealed(SEALED.idNumber, facts.idNumber),
    phone: sealed(SEALED.phone, facts.phone),
    idNumberIndex: facts.idNumber == null ? null : vault.blindIndex("id-number", facts.idNumber),
    phoneIndex: facts.phone == null ? null : vault.blindIndex("phone", facts.phone),
    loginName: facts.loginName ?? null,
    preparedAs: facts.preparedAs ?? null,
    preparedNote: facts.preparedNote ?? null,
  };
}
