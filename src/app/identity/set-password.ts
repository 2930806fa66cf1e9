import { NO_POOL } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { hashSecret } from "./secret.js";

/**
 * The holder of a link sets their password: once. The link is the permission, and the policy is not asked.
 * Every session of theirs ends. Gives back the name to sign in with.
 */
export async function setPassword(deps: AppDeps, secret: string, password: string): Promise<Result<{ readonly loginName: string }>> {
  const invalid = refused(problem("identity.link_invalid", {}));
  const secretHash = hashSecret(secret);
  const { people } = deps.store.read(NO_POOL);
  const link = await people.passwordLink(secretHash);
  const person = link && (await people.get(link.personId));
  if (!link || !person || person.loginName === null) return invalid;
  const hash = await deps.identity.hashPassword(password, person.loginName);
  if (!hash.ok) return hash;
  const { loginName } = person;
  const at = await deps.clock.now(link.poolId);
  const policyVersion = await deps.authorizer.version(link.poolId);

  return await deps.store.transact(link.poolId, async (tx) => {
    // Between looking and using, another call may have been faster.
    const used = await tx.people.usePasswordLink(secretHash);
    if (!used) return invalid;
    await tx.people.setPassword(used.personId, hash.value);
    await tx.audit.append({
      occurredAt: at,
      actorId: used.personId,
      act: "person.set-password",
      objectKind: "person",
      objectId: used.personId,
      policyVersion,
    });
    return ok({ loginName });
  });
}

/** Whether a link can still be used, for the page that asks for the password. */
export async function readPasswordLink(deps: AppDeps, secret: string): Promise<Result<{ readonly loginName: string }>> {
  const { people } = deps.store.read(NO_POOL);
  const link = await people.passwordLink(hashSecret(secret));
  const person = link && (await people.get(link.personId));
  return person?.loginName == null ? refused(problem("identity.link_invalid", {})) : ok({ loginName: person.loginName });
}
