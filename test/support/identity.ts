import { randomBytes } from "node:crypto";
import { newPerson, type PersonFacts } from "../../src/app/identity/new-person.js";
import type { Identity, SignInCall } from "../../src/app/ports/identity.js";
import type { People } from "../../src/app/ports/person.js";
import type { Vault } from "../../src/app/ports/vault.js";
import { createVault, deriveKey } from "../../src/crypto/vault.js";
import type { PersonId } from "../../src/domain/id.js";
import type { Result } from "../../src/domain/result.js";
import { createIdentity, type IdentityOptions } from "../../src/identity/identity.js";
import { people as peopleOf } from "../../src/postgres/queries/person.js";
import { signInAttempts } from "../../src/postgres/queries/sign-in-attempt.js";
import { accounts, sessions, users, verifications } from "../../src/postgres/schema/identity.js";
import type { TestDatabase } from "./database.js";

export interface TestIdentity {
  readonly identity: Identity;
  readonly people: People;
  readonly vault: Vault;
  person(facts?: Partial<PersonFacts> & { readonly password?: string }): Promise<PersonId>;
}

export function testIdentity(database: TestDatabase, options: Partial<IdentityOptions> = {}): TestIdentity {
  const master = randomBytes(32);
  const vault = createVault(master);
  const people = peopleOf(database.sql);
  const identity = createIdentity({
    db: database.db,
    tables: { users, sessions, accounts, verifications },
    people,
    vault,
    attempts: signInAttempts(database),
    secret: deriveKey(master, "session cookies").toString("base64url"),
    baseUrl: "http://127.0.0.1:8080",
    demo: false,
    oidc: undefined,
    log: () => {},
    ...options,
  });
  return {
    identity,
    people,
    vault,
    async person({ password, ...facts } = {}) {
      const person = newPerson(vault, { name: "测试人员", ...facts });
      await people.insert(person);
      if (password !== undefined) await people.setPassword(person.personId, must(await identity.hashPassword(password, facts.loginName ?? null)));
      return person.personId;
    },
  };
}

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

export const callFrom = (cookie = "", remoteAddress = "127.0.0.1", headers: Record<string, string> = {}): SignInCall => ({
  headers: new Headers({ host: "127.0.0.1:8080", ...(cookie ? { cookie } : {}), ...headers }),
  remoteAddress,
});

/** What a browser would send back. */
export const jar = (cookies: readonly string[]): string => cookies.map((one) => one.split(";")[0] ?? "").filter((one) => !one.endsWith("=")).join("; ");
