import { parseIdentityNumber, parsePhone } from "../../domain/identity-number.js";
import type { PersonId, PoolId } from "../../domain/id.js";
import { actorIdOf, SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import { normalised, textProblem } from "../../domain/text.js";
import type { UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { AppDeps } from "../deps.js";
import type { Transaction } from "../ports/store.js";
import { newPerson, type PersonFacts } from "./new-person.js";
import { hashSecret, newSecret } from "./secret.js";

/** A link to set a password is good for a day. */
export const LINK_LIFE_MS = 24 * 3_600_000;

export const NAME_MAX = 100;
const LOGIN_NAME = /^[a-z0-9][a-z0-9._-]{1,63}$/;

export interface Invitation {
  readonly name: string;
  /** What the person will type to sign in; small letters, digits, `.`, `_`, `-`. */
  readonly loginName: string;
  readonly idNumber?: string;
  readonly phone?: string;
  /** The unit on whose behalf somebody is invited; unit heads invite for their own. */
  readonly unitId?: UnitId;
}

export interface Invited {
  readonly personId: PersonId;
  /** Goes into the link; shown once. */
  readonly secret: string;
}

/** Makes a person known and gives out a link with which they set their own password. Nobody else ever knows it. */
export async function invitePerson(deps: AppDeps, actor: Actor, pool: PoolId, invitation: Invitation): Promise<Result<Invited>> {
  const allowed = await deps.authorizer.may(actor, "person.invite", { poolId: pool, unitId: invitation.unitId ?? null });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, (tx) => writeInvitation(deps, tx, { actor, at, policyVersion: allowed.value.policyVersion }, invitation));
}

/** The act itself, for whoever asked the policy already: a workbook invites many in one transaction. */
export async function writeInvitation(
  { vault }: Pick<AppDeps, "vault">,
  tx: Transaction,
  { actor, at, policyVersion }: { readonly actor: Actor; readonly at: Instant; readonly policyVersion: number },
  invitation: Invitation,
): Promise<Result<Invited>> {
  const facts = factsOf(invitation);
  if (!facts.ok) return facts;
  const person = newPerson(vault, facts.value);
  const secret = newSecret();
  if (await tx.people.byLoginName(invitation.loginName)) {
    return refused(problem("identity.login_name_taken", { name: invitation.loginName }, { field: "loginName" }));
  }
  if (person.idNumberIndex !== null && (await tx.people.byIdNumberIndex(person.idNumberIndex))) {
    return refused(problem("input.duplicate", { kind: "person", id: "" }, { field: "idNumber" }));
  }
  await tx.people.insert(person);
  await tx.people.insertPasswordLink({
    secretHash: hashSecret(secret),
    personId: person.personId,
    poolId: tx.poolId,
    createdBy: actor.kind === "person" ? actor.personId : SYSTEM_PERSON,
    lifeMs: LINK_LIFE_MS,
  });
  await tx.audit.append({
    occurredAt: at,
    actorId: actorIdOf(actor),
    onBehalfOf: person.personId,
    act: "person.invite",
    objectKind: "person",
    objectId: person.personId,
    after: { loginName: invitation.loginName, name: person.name, unitId: invitation.unitId ?? null },
    policyVersion,
  });
  return ok({ personId: person.personId, secret });
}

function factsOf({ name, loginName, idNumber, phone }: Invitation): Result<PersonFacts> {
  const problems: Problem[] = [];
  const kept = normalised(name);
  if (kept === "") problems.push(problem("input.missing", {}, { field: "name" }));
  const text = textProblem(kept, NAME_MAX, { field: "name" });
  if (text) problems.push(text);
  if (!LOGIN_NAME.test(loginName)) problems.push(problem("input.invalid", { expected: "2–64 × a–z 0–9 . _ -" }, { field: "loginName" }));
  const number = idNumber === undefined ? ok(null) : parseIdentityNumber(idNumber, { field: "idNumber" });
  const mobile = phone === undefined ? ok(null) : parsePhone(phone, { field: "phone" });
  if (!number.ok) problems.push(...number.problems);
  if (!mobile.ok) problems.push(...mobile.problems);
  return unlessRefused(problems, { name: kept, loginName, idNumber: number.ok ? number.value : null, phone: mobile.ok ? mobile.value : null });
}
