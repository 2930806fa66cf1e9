import { z } from "@hono/zod-openapi";
import { disablePerson } from "../../../app/identity/disable-person.js";
import { grantRole } from "../../../app/identity/grant-role.js";
import { listRoleGrants } from "../../../app/identity/list-role-grants.js";
import { invitePerson } from "../../../app/identity/invite-person.js";
import { renewLink } from "../../../app/identity/renew-link.js";
import { revokeRole } from "../../../app/identity/revoke-role.js";
import { createDemoToken, createToken, listTokens, revokeToken, type NewToken } from "../../../app/identity/tokens.js";
import type { AccessToken } from "../../../app/ports/person.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { demoToken, invitation, invited, issuedToken, namedGrantSchema, newRoleGrant, newToken, roleGrantSchema, tokenSchema, whoAmI } from "../../../contract/schemas/people.js";
import { parseUnitId, trusted, type PersonId, type UnitId } from "../../../domain/id.js";
import { isPoolRole, isUnitRole, type HeldRole } from "../../../domain/policy/subject.js";
import { problem } from "../../../domain/problem.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { signInCall } from "../../middleware/session.js";
import { defineRoute, type Route } from "../route.js";

const person = z.object({ pool: z.string(), person: z.uuid() });
const iso = (at: number): string => new Date(at).toISOString();
const passwordPage = (secret: string): string => `/set-password/${secret}`;

const shownToken = ({ tokenId, label, createdAt, expiresAt, revokedAt }: AccessToken) => ({
  token: tokenId,
  label,
  createdAt: iso(createdAt),
  expiresAt: iso(expiresAt),
  revokedAt: revokedAt === null ? null : iso(revokedAt),
});

const issued = (made: Result<NewToken>) => (made.ok ? ok({ body: { token: shownToken(made.value.token), secret: made.value.secret } }) : made);

const me = defineRoute({
  method: "get",
  path: "/me",
  access: "portal.read",
  tag: "people",
  summary: "Who the caller is in this pool",
  response: whoAmI,
  async handle({ actor }) {
    if (actor.kind !== "person") return ok({ body: { kind: actor.kind, person: null, name: null, roles: [], enterprises: [] } });
    return ok({
      body: {
        kind: "person",
        person: actor.personId,
        name: actor.displayName,
        roles: actor.roles.map((held) => ({ role: held.role, unit: "unitId" in held ? held.unitId : null })),
        enterprises: actor.mandates.map(({ enterpriseCode, enterpriseName }) => ({ creditCode: enterpriseCode, name: enterpriseName })),
      },
    });
  },
});

const stepIn = defineRoute({
  method: "post",
  path: "/demo-tokens",
  access: "demo.step-in",
  tag: "people",
  summary: "Demo mode, on the machine itself: a token for a prepared person",
  body: demoToken,
  status: 201,
  secrets: ["secret"],
  response: issuedToken,
  problems: ["identity.demo_refused"],
  handle: async ({ deps, actor, pool, body, context }) => issued(await createDemoToken(deps, actor, pool, signInCall(context), body.person)),
});

const tokens = defineRoute({
  method: "get",
  path: "/tokens",
  access: "token.read",
  tag: "people",
  summary: "The caller's access tokens",
  response: pageOf(tokenSchema),
  async handle({ deps, actor, pool }) {
    const found = await listTokens(deps, actor, pool);
    return found.ok ? ok({ body: { rows: found.value.map(shownToken), next: null } }) : found;
  },
});

const makeToken = defineRoute({
  method: "post",
  path: "/tokens",
  access: "token.create",
  tag: "people",
  summary: "A token for a program that acts as the caller",
  body: newToken,
  status: 201,
  secrets: ["secret"],
  response: issuedToken,
  handle: async ({ deps, actor, pool, body }) => issued(await createToken(deps, actor, pool, body)),
});

const endToken = defineRoute({
  method: "post",
  path: "/tokens/{token}/revocation",
  access: "token.revoke",
  tag: "people",
  summary: "End a token at once",
  params: z.object({ pool: z.string(), token: z.uuid() }),
  response: z.object({ token: z.string() }),
  async handle({ deps, actor, pool, params }) {
    const revoked = await revokeToken(deps, actor, pool, params.token);
    return revoked.ok ? ok({ body: { token: params.token } }) : revoked;
  },
});

const invite = defineRoute({
  method: "post",
  path: "/people",
  access: "person.invite",
  tag: "people",
  summary: "Make a person known, and give out a link to set their password",
  body: invitation,
  status: 201,
  secrets: ["link"],
  response: invited,
  problems: ["identity.login_name_taken"],
  async handle({ deps, actor, pool, body: { unit, ...rest } }) {
    const unitId = optionalUnit(unit);
    if (!unitId.ok) return unitId;
    const made = await invitePerson(deps, actor, pool, { name: rest.name, loginName: rest.loginName, ...given("idNumber", rest.idNumber), ...given("phone", rest.phone), ...given("unitId", unitId.value) });
    return made.ok ? ok({ body: { person: made.value.personId, link: passwordPage(made.value.secret) } }) : made;
  },
});

const anotherLink = defineRoute({
  method: "post",
  path: "/people/{person}/password-links",
  access: "person.invite",
  tag: "people",
  summary: "Another link for somebody who lost theirs",
  params: person,
  status: 201,
  secrets: ["link"],
  response: invited,
  async handle({ deps, actor, pool, params }) {
    const made = await renewLink(deps, actor, pool, trusted<PersonId>(params.person));
    return made.ok ? ok({ body: { person: params.person, link: passwordPage(made.value.secret) } }) : made;
  },
});

const disable = defineRoute({
  method: "post",
  path: "/people/{person}/disabling",
  access: "person.disable",
  tag: "people",
  summary: "End a person's access at once: sessions, tokens, links",
  params: person,
  response: z.object({ person: z.string() }),
  async handle({ deps, actor, pool, params }) {
    const disabled = await disablePerson(deps, actor, pool, trusted<PersonId>(params.person));
    return disabled.ok ? ok({ body: { person: params.person } }) : disabled;
  },
});

const grants = defineRoute({
  method: "get",
  path: "/role-grants",
  access: "role-grant.read",
  tag: "people",
  summary: "Who holds which role, in one unit or in the whole pool",
  query: z.object({ unit: z.string().max(63).optional() }),
  response: pageOf(namedGrantSchema),
  async handle({ deps, actor, pool, query }) {
    const unitId = optionalUnit(query.unit);
    if (!unitId.ok) return unitId;
    const found = await listRoleGrants(deps, actor, pool, unitId.value ?? null);
    if (!found.ok) return found;
    const rows = found.value.map(({ grantId, personId, personName, disabled: isDisabled, role, unitId: unit, grantedBy, grantedAt }) => ({
      grant: grantId,
      person: personId,
      name: personName,
      disabled: isDisabled,
      role,
      unit,
      grantedBy,
      grantedAt: iso(grantedAt),
    }));
    return ok({ body: { rows, next: null } });
  },
});

const grant = defineRoute({
  method: "post",
  path: "/role-grants",
  access: "role-grant.grant-unit-role",
  tag: "people",
  summary: "Give somebody a role in a unit or in the pool",
  body: newRoleGrant,
  status: 201,
  response: roleGrantSchema,
  problems: ["role.conflict"],
  async handle({ deps, actor, pool, body }) {
    const held = heldRole(body.role, body.unit);
    if (!held.ok) return held;
    const granted = await grantRole(deps, actor, pool, trusted<PersonId>(body.person), held.value);
    if (!granted.ok) return granted;
    const { grantId, personId, role, unitId, grantedBy, grantedAt } = granted.value;
    return ok({ body: { grant: grantId, person: personId, role, unit: unitId, grantedBy, grantedAt: iso(grantedAt) } });
  },
});

const revoke = defineRoute({
  method: "post",
  path: "/role-grants/{grant}/revocation",
  access: "role-grant.revoke-unit-role",
  tag: "people",
  summary: "Take a role back",
  params: z.object({ pool: z.string(), grant: z.coerce.number().int().min(1) }),
  response: z.object({ grant: z.number().int() }),
  async handle({ deps, actor, pool, params }) {
    const revoked = await revokeRole(deps, actor, pool, params.grant);
    return revoked.ok ? ok({ body: { grant: params.grant } }) : revoked;
  },
});

function heldRole(role: string, unit: string | undefined): Result<HeldRole> {
  if (isPoolRole(role)) return unit === undefined ? ok({ role }) : refused(problem("input.unknown_field", { name: "unit" }, { field: "unit" }));
  if (!isUnitRole(role)) return refused(problem("input.invalid", { expected: "role" }, { field: "role" }));
  if (unit === undefined) return refused(problem("input.missing", {}, { field: "unit" }));
  const unitId = parseUnitId(unit, "unit");
  return unitId.ok ? ok({ role, unitId: unitId.value }) : unitId;
}

const optionalUnit = (unit: string | undefined): Result<UnitId | undefined> => (unit === undefined ? ok(undefined) : parseUnitId(unit, "unit"));

const given = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } => (value === undefined ? {} : ({ [key]: value } as { [P in K]?: V }));

export const peopleRoutes: readonly Route[] = [me, stepIn, tokens, makeToken, endToken, invite, anotherLink, disable, grants, grant, revoke];
