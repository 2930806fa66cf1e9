import type { Names } from "../../domain/catalogue/item.js";
import type { PersonId, PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { HeldRole, Mandate } from "../../domain/policy/subject.js";
import type { WrappedKey } from "./vault.js";

/** Purposes under which personal values are sealed. A value opens only for the purpose it was sealed for. */
export const SEALED = {
  name: "persons.name",
  latinName: "persons.latin-name",
  idNumber: "persons.id-number",
  phone: "persons.phone",
} as const;

/** A person as the database holds them: every personal value sealed. */
export interface StoredPerson {
  readonly personId: PersonId;
  /** Null: erased. */
  readonly wrappedKey: WrappedKey | null;
  readonly name: string | null;
  readonly latinName: string | null;
  readonly idNumber: string | null;
  readonly phone: string | null;
  readonly state: "active" | "disabled";
  readonly loginName: string | null;
  /** Prepared for demonstration under this name. */
  readonly preparedAs: string | null;
  readonly preparedNote: Names | null;
}

export interface NewPerson extends Omit<StoredPerson, "state" | "wrappedKey"> {
  readonly wrappedKey: WrappedKey;
  readonly idNumberIndex: string | null;
  readonly phoneIndex: string | null;
}

export interface AccessToken {
  readonly tokenId: string;
  readonly label: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
  /** By the database's clock. */
  readonly expired: boolean;
}

/** Everything a call needs to know of who makes it, read at once and never kept. */
export interface Subject {
  readonly person: StoredPerson;
  readonly roles: readonly HeldRole[];
  readonly mandates: readonly Mandate[];
}

export interface PasswordLink {
  readonly personId: PersonId;
  /** The pool that invited the person. */
  readonly poolId: PoolId;
}

/** People across all pools. Identity has its own clock, the database's: a sandbox's clock opens no session. */
export interface People {
  insert(person: NewPerson): Promise<void>;
  /** Without a way to sign in: the library adds its own row for somebody who came through a provider. */
  insertWithoutSignIn(person: NewPerson): Promise<void>;
  get(person: PersonId): Promise<StoredPerson | null>;
  byLoginName(loginName: string): Promise<StoredPerson | null>;
  byIdNumberIndex(index: string): Promise<StoredPerson | null>;
  prepared(preparedAs: string): Promise<StoredPerson | null>;
  listPrepared(): Promise<readonly StoredPerson[]>;
  /** Some people, in the order asked for; unknown ones are left out. */
  some(persons: readonly PersonId[]): Promise<readonly StoredPerson[]>;
  /** Those of the others who are this very person: by id, by identity number, or by telephone number on another account. */
  sameAs(person: PersonId, others: readonly PersonId[]): Promise<readonly PersonId[]>;
  changeContact(person: PersonId, phone: string | null, phoneIndex: string | null): Promise<void>;
  /** Ends every session and token as well. False: there was nobody to disable. */
  disable(person: PersonId): Promise<boolean>;
  enable(person: PersonId): Promise<boolean>;
  /** Ends the person's sessions; tokens stay and lose what the person lost. */
  endSessions(person: PersonId): Promise<void>;
  /** Roles and mandates in one pool; null when the person is unknown or disabled. */
  subject(person: PersonId, pool: PoolId): Promise<Subject | null>;
  /** Of whoever holds the token, while it is good. */
  subjectOfToken(secretHash: string, pool: PoolId): Promise<Subject | null>;

  /** Whether the person can sign in with a password. */
  hasPassword(person: PersonId): Promise<boolean>;
  /** Sets it and ends every session. `hash` comes from the sign-in library. */
  setPassword(person: PersonId, hash: string): Promise<void>;
  insertPasswordLink(link: PasswordLink & { readonly secretHash: string; readonly createdBy: PersonId; readonly lifeMs: number }): Promise<void>;
  /** Whose link it is, while it can still be used. */
  passwordLink(secretHash: string): Promise<PasswordLink | null>;
  /** Uses the link up: of two calls at once, one gets the person. */
  usePasswordLink(secretHash: string): Promise<PasswordLink | null>;

  insertToken(token: { readonly secretHash: string; readonly personId: PersonId; readonly label: string; readonly lifeMs: number }): Promise<AccessToken>;
  listTokens(person: PersonId): Promise<readonly AccessToken[]>;
  revokeToken(person: PersonId, tokenId: string): Promise<boolean>;
}
