import type { PersonId, PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { normalised, textProblem } from "../../domain/text.js";
import type { AppDeps } from "../deps.js";
import type { SignInCall } from "../ports/identity.js";
import type { AccessToken } from "../ports/person.js";
import { hashSecret, newSecret } from "./secret.js";

/** Begins every token, so that one left in a file or a log is recognised for what it is. */
export const TOKEN_PREFIX = "govpool_";
const DAY_MS = 86_400_000;
export const TOKEN_DAYS_MAX = 365;
export const TOKEN_LABEL_MAX = 80;
/** Unrevoked ones a person may have. */
const TOKENS_MAX = 100;

export interface NewToken {
  readonly token: AccessToken;
  /** Shown once. */
  readonly secret: string;
}

/** A token for a program that acts as this person: with their roles of the moment, in any pool, until it is revoked. */
export async function createToken(deps: AppDeps, actor: Actor, pool: PoolId, wish: { readonly label: string; readonly days: number }): Promise<Result<NewToken>> {
  const personId = actor.kind === "person" ? actor.personId : null;
  const allowed = await deps.authorizer.may(actor, "token.create", { poolId: pool, personId });
  if (!allowed.ok || personId === null) return allowed.ok ? refused(problem("access.sign_in_required", {})) : allowed;
  const label = normalised(wish.label);
  if (label === "") return refused(problem("input.missing", {}, { field: "label" }));
  const text = textProblem(label, TOKEN_LABEL_MAX, { field: "label" });
  if (text) return refused(text);
  if (!Number.isInteger(wish.days) || wish.days < 1 || wish.days > TOKEN_DAYS_MAX) {
    return refused(problem("input.out_of_range", { min: 1, max: TOKEN_DAYS_MAX }, { field: "days" }));
  }
  return await issue(deps, pool, personId, label, wish.days, actorIdOf(actor), allowed.value.policyVersion);
}

/** Demo mode: a token for a prepared person, for the command line. Refused wherever stepping in is refused. */
export async function createDemoToken(deps: AppDeps, actor: Actor, pool: PoolId, call: SignInCall, preparedAs: string): Promise<Result<NewToken & { readonly personId: PersonId }>> {
  const allowed = await deps.authorizer.may(actor, "demo.step-in", { poolId: pool, public: true });
  if (!allowed.ok) return allowed;
  const person = await deps.identity.preparedPerson(call, preparedAs);
  if (!person.ok) return person;
  const issued = await issue(deps, pool, person.value, "demo", 1, person.value, allowed.value.policyVersion);
  return issued.ok ? ok({ ...issued.value, personId: person.value }) : issued;
}

async function issue(deps: AppDeps, pool: PoolId, personId: PersonId, label: string, days: number, actorId: string, policyVersion: number): Promise<Result<NewToken>> {
  const secret = newSecret(TOKEN_PREFIX);
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<NewToken>> => {
    const unrevoked = (await tx.people.listTokens(personId)).filter(({ revokedAt }) => revokedAt === null);
    if (unrevoked.length >= TOKENS_MAX) return refused(problem("input.out_of_range", { min: 0, max: TOKENS_MAX }, { field: "tokens" }));
    const token = await tx.people.insertToken({ secretHash: hashSecret(secret), personId, label, lifeMs: days * DAY_MS });
    await tx.audit.append({ occurredAt: at, actorId, act: "token.create", objectKind: "token", objectId: token.tokenId, after: { label, days }, policyVersion });
    return ok({ token, secret });
  });
}

export async function listTokens(deps: AppDeps, actor: Actor, pool: PoolId): Promise<Result<readonly AccessToken[]>> {
  const personId = actor.kind === "person" ? actor.personId : null;
  const allowed = await deps.authorizer.may(actor, "token.read", { poolId: pool, personId });
  if (!allowed.ok || personId === null) return allowed.ok ? refused(problem("access.sign_in_required", {})) : allowed;
  return ok(await deps.store.read(pool).people.listTokens(personId));
}

export async function revokeToken(deps: AppDeps, actor: Actor, pool: PoolId, tokenId: string): Promise<Result<void>> {
  const personId = actor.kind === "person" ? actor.personId : null;
  const allowed = await deps.authorizer.may(actor, "token.revoke", { poolId: pool, personId });
  if (!allowed.ok || personId === null) return allowed.ok ? refused(problem("access.sign_in_required", {})) : allowed;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    if (!(await tx.people.revokeToken(personId, tokenId))) return refused(problem("object.not_found", { kind: "token" }));
    await tx.audit.append({ occurredAt: at, actorId: personId, act: "token.revoke", objectKind: "token", objectId: tokenId, policyVersion: allowed.value.policyVersion });
    return ok();
  });
}

/** What does not even look like a token is not looked for. */
export const isToken = (secret: string): boolean => secret.startsWith(TOKEN_PREFIX);
