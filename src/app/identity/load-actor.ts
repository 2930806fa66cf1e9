import type { PersonId, PoolId } from "../../domain/id.js";
import type { Actor, Channel, FiledLanguage } from "../../domain/policy/subject.js";
import type { AppDeps } from "../deps.js";
import { SEALED, type StoredPerson, type Subject } from "../ports/person.js";
import type { Vault } from "../ports/vault.js";
import { hashSecret } from "./secret.js";
import { isToken } from "./tokens.js";

/**
 * Who acts in this pool, as of now: read for every call, so that a role that was taken away is gone with the next one.
 * Null: the person is unknown or was disabled.
 */
export async function loadActor(deps: Pick<AppDeps, "store" | "vault">, person: PersonId, pool: PoolId, channel: Channel, language?: FiledLanguage): Promise<Actor | null> {
  const subject = await deps.store.read(pool).people.subject(person, pool);
  return subject && actorOf(deps.vault, subject, pool, channel, language);
}

/** The same for whoever presents a token: one question instead of two, since programs ask it with every call. */
export async function loadTokenActor(deps: Pick<AppDeps, "store" | "vault">, secret: string, pool: PoolId, channel: Channel, language?: FiledLanguage): Promise<Actor | null> {
  const subject = isToken(secret) ? await deps.store.read(pool).people.subjectOfToken(hashSecret(secret), pool) : null;
  return subject && actorOf(deps.vault, subject, pool, channel, language);
}

function actorOf(vault: Vault, subject: Subject, pool: PoolId, channel: Channel, language: FiledLanguage | undefined): Actor {
  const latinName = openName(vault, subject.person, "latinName");
  return {
    kind: "person",
    poolId: pool,
    personId: subject.person.personId,
    // Opened when it is shown: most calls of programs show nobody's name.
    get displayName() {
      return openName(vault, subject.person, "name") ?? "—";
    },
    ...(latinName === null ? {} : { latinName }),
    wrappedKey: subject.person.wrappedKey,
    roles: subject.roles,
    mandates: subject.mandates,
    channel,
    ...(language === undefined ? {} : { language }),
  };
}

/** Null: never given, or erased with the person's key. */
export const openName = (vault: Vault, person: StoredPerson, which: "name" | "latinName"): string | null => {
  const sealed = person[which];
  return person.wrappedKey === null || sealed === null ? null : vault.open(person.wrappedKey, SEALED[which], sealed);
};
