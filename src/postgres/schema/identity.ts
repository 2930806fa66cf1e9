import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgSchema, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./pool-schema.js";

/** People across all pools. No foreign key crosses between this schema and `pool`. */
export const identitySchema = pgSchema("identity");

/** A person. Every personal value is sealed under the person's own key; destroying the key erases them. */
export const persons = identitySchema.table(
  "persons",
  {
    personId: uuid("person_id").primaryKey().default(sql`gen_random_uuid()`),
    /** The data key, wrapped by the master key. Null: erased. */
    wrappedKey: text("wrapped_key"),
    name: text("name_sealed"),
    latinName: text("latin_name_sealed"),
    idNumber: text("id_number_sealed"),
    phone: text("phone_sealed"),
    /** Keyed hashes, to find a person by a number nobody can read here. */
    idNumberIndex: text("id_number_index"),
    phoneIndex: text("phone_index"),
    state: text("state").$type<"active" | "disabled">().notNull().default("active"),
    /** Prepared for demonstration: stepping in needs no password, and works only in demo mode. */
    preparedAs: text("prepared_as"),
    preparedNote: jsonb("prepared_note").$type<{ zh: string; en: string }>(),
    createdAt: instant("created_at").notNull().default(sql`clock_timestamp()`),
    disabledAt: instant("disabled_at"),
  },
  (t) => [
    uniqueIndex("persons_id_number").on(t.idNumberIndex),
    uniqueIndex("persons_prepared").on(t.preparedAs),
    index("persons_phone").on(t.phoneIndex),
    check("persons_state", sql`(state = 'disabled') = (disabled_at is not null)`),
  ],
);

/** What the sign-in library keeps of a person. `name` and `email` are required by it and hold no personal value. */
export const users = identitySchema.table(
  "users",
  {
    id: uuid("user_id").primaryKey(),
    name: text("name").notNull(),
    email: text("email").notNull(),
    emailVerified: boolean("email_verified").notNull().default(false),
    image: text("image"),
    /** What people type to sign in, in lower case. */
    username: text("login_name"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (t) => [uniqueIndex("users_email").on(t.email), uniqueIndex("users_login_name").on(t.username)],
);

/** Open sessions. A session ends when its row goes; the cookie alone is worth nothing. */
export const sessions = identitySchema.table(
  "sessions",
  {
    id: uuid("session_id").primaryKey(),
    userId: uuid("user_id").notNull(),
    /** SHA-256 of the secret in the cookie. */
    token: text("token_hash").notNull(),
    expiresAt: instant("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (t) => [uniqueIndex("sessions_token").on(t.token), index("sessions_user").on(t.userId), index("sessions_age").on(t.expiresAt)],
);

/** Ways to sign in: a password (scrypt), or a subject at an identity provider. Provider tokens are not kept. */
export const accounts = identitySchema.table(
  "accounts",
  {
    id: uuid("account_row_id").primaryKey(),
    userId: uuid("user_id").notNull(),
    providerId: text("provider_id").notNull(),
    accountId: text("account_id").notNull(),
    password: text("password_hash"),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: instant("access_token_expires_at"),
    refreshTokenExpiresAt: instant("refresh_token_expires_at"),
    scope: text("scope"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (t) => [
    uniqueIndex("accounts_subject").on(t.providerId, t.accountId),
    index("accounts_user").on(t.userId),
    check("accounts_no_provider_tokens", sql`access_token is null and refresh_token is null and id_token is null`),
  ],
);

/** State of sign-ins on their way through an identity provider. */
export const verifications = identitySchema.table(
  "verifications",
  {
    id: uuid("verification_id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (t) => [index("verifications_identifier").on(t.identifier), index("verifications_age").on(t.expiresAt)],
);

/** Links that let their holder set a password: once, and not for long. */
export const passwordLinks = identitySchema.table("password_links", {
  /** SHA-256 of the secret in the link. */
  secretHash: text("secret_hash").primaryKey(),
  personId: uuid("person_id").notNull(),
  /** The pool that invited the person: its record tells of the link's use. */
  poolId: text("pool_id").notNull(),
  createdBy: uuid("created_by").notNull(),
  createdAt: instant("created_at").notNull().default(sql`clock_timestamp()`),
  expiresAt: instant("expires_at").notNull(),
  usedAt: instant("used_at"),
});

/** Personal access tokens for programs. */
export const accessTokens = identitySchema.table(
  "access_tokens",
  {
    tokenId: uuid("token_id").primaryKey().default(sql`gen_random_uuid()`),
    secretHash: text("secret_hash").notNull(),
    personId: uuid("person_id").notNull(),
    label: text("label").notNull(),
    createdAt: instant("created_at").notNull().default(sql`clock_timestamp()`),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
  },
  (t) => [uniqueIndex("access_tokens_secret").on(t.secretHash), index("access_tokens_person").on(t.personId)],
);

/** Failed sign-ins, per account, address and all together: a counter that empties over time. */
export const signInAttempts = identitySchema.table("sign_in_attempts", {
  /** Keyed hash of what is limited: names and addresses are not readable here. */
  subject: text("subject").primaryKey(),
  count: integer("count").notNull(),
  windowEndsAt: instant("window_ends_at").notNull(),
});

/** Legal persons, by unified social credit code (GB 32100). Their names are public. */
export const enterprises = identitySchema.table("enterprises", {
  enterpriseCode: text("enterprise_code").primaryKey(),
  nameZh: text("name_zh").notNull(),
  nameEn: text("name_en"),
  declaredAt: instant("declared_at").notNull().default(sql`clock_timestamp()`),
});

/** Who may act for an enterprise. A mandate that ended keeps its row. */
export const mandates = identitySchema.table(
  "mandates",
  {
    mandateId: uuid("mandate_id").notNull().default(sql`gen_random_uuid()`),
    personId: uuid("person_id").notNull(),
    enterpriseCode: text("enterprise_code").notNull(),
    grantedBy: uuid("granted_by").notNull(),
    grantedAt: instant("granted_at").notNull().default(sql`clock_timestamp()`),
    revokedAt: instant("revoked_at"),
  },
  (t) => [
    primaryKey({ columns: [t.mandateId] }),
    uniqueIndex("mandates_once").on(t.personId, t.enterpriseCode).where(sql`revoked_at is null`),
    index("mandates_enterprise").on(t.enterpriseCode).where(sql`revoked_at is null`),
    check("mandates_not_to_oneself", sql`granted_by <> person_id`),
  ],
);
