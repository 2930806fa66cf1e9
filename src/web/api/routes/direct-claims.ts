import { setTimeout as sleep } from "node:timers/promises";
import { z } from "@hono/zod-openapi";
import { claimDirectly, replaceDirectClaim, type DirectAsked } from "../../../app/direct/claim-directly.js";
import { findOffers } from "../../../app/direct/find-offers.js";
import { confirmDirectClaim, releaseDirectClaim } from "../../../app/direct/keep-or-release.js";
import { answerWithin, directClaim, explainDirectClaim, listDirectClaims } from "../../../app/direct/read-direct-claims.js";
import { refusalProblem } from "../../../app/direct/refusal-problem.js";
import type { AppDeps } from "../../../app/deps.js";
import {
  directClaimInput,
  directClaimPage,
  directClaimsQuery,
  directClaimView,
  directExplanation,
  offersFound,
  offersInput,
  replacementInput,
} from "../../../contract/schemas/direct-claim.js";
import { trusted, type PoolId, type StepId } from "../../../domain/id.js";
import type { Actor } from "../../../domain/policy/subject.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { voiceOf } from "../../../text/voice.js";
import { defineRoute, type Answer, type Route } from "../route.js";
import { askedOf, shownDirectClaim, shownDirectExplanation, shownOffers } from "../shown-direct-claim.js";
import { shownPage } from "../shown-page.js";

type View = z.input<typeof directClaimView>;

const oneClaim = z.object({ pool: z.string(), claim: z.string().max(60) });
const REFUSALS = ["direct-claim.impossible", "direct-claim.short", "direct-claim.stale", "direct-claim.in_use", "direct-claim.forbidden"] as const;
/** Alternatives when the caller does not say. */
const OFFERS_USUAL = 10;

async function answered(deps: AppDeps, actor: Actor, pool: PoolId, publicId: string, operation: { id: number; done: boolean } | null = null, made = false): Promise<Result<Answer<View>>> {
  const found = await directClaim(deps, actor, pool, publicId);
  if (!found.ok) return found;
  return ok({ body: shownDirectClaim(found.value, operation), generation: found.value.generation, ...(made && { location: `/direct-claims/${publicId}` }) });
}

const accepted = async (deps: AppDeps, actor: Actor, pool: PoolId, asked: Result<DirectAsked>): Promise<Result<Answer<View>>> =>
  asked.ok ? await answered(deps, actor, pool, asked.value.publicId, { id: asked.value.step, done: false }, true) : asked;

async function settled(deps: AppDeps, actor: Actor, pool: PoolId, { claim, operation }: z.output<typeof directClaimView>, ms: number): Promise<Result<Answer<View>> | undefined> {
  if (!operation) return undefined;
  const { outcome, reasons } = await answerWithin(deps, pool, trusted<StepId>(operation.id), ms, sleep);
  if (outcome === null) return undefined;
  return outcome === "refused" ? refused(refusalProblem(reasons)) : await answered(deps, actor, pool, claim, { id: operation.id, done: true });
}

const offers = defineRoute({
  method: "post",
  path: "/offers",
  access: "offer.read",
  tag: "direct-claims",
  summary: "Complete ways to have all of several claims at once, as things stand; nothing is held by asking",
  body: offersInput,
  readOnly: true,
  response: offersFound,
  problems: ["input.unknown_reference", "service.unavailable"],
  async handle({ deps, actor, pool, body: { claims, limit = OFFERS_USUAL, ...rest } }) {
    const asked = askedOf(claims);
    if (!asked.ok) return asked;
    const found = await findOffers(deps, actor, pool, { ...rest, limit, claims: asked.value });
    return found.ok ? ok({ body: shownOffers(found.value) }) : found;
  },
});

const create = defineRoute({
  method: "post",
  path: "/direct-claims",
  access: "direct-claim.create",
  tag: "direct-claims",
  summary: "Claim capacity without a request: all of it, at once or not at all. `Prefer: wait` brings the scheduler's answer",
  body: directClaimInput,
  status: 202,
  response: directClaimView,
  problems: ["input.unknown_reference", "direct-claim.too_many_open", "direct-claim.unit_not_called", ...REFUSALS],
  async handle({ deps, actor, pool, body: { claims, holdMinutes, waits, ...rest } }) {
    const asked = askedOf(claims);
    if (!asked.ok) return asked;
    return await accepted(deps, actor, pool, await claimDirectly(deps, actor, pool, { ...rest, claims: asked.value, holdMinutes: holdMinutes ?? null, waits: waits ?? false }));
  },
  settled: ({ deps, actor, pool }, body, ms) => settled(deps, actor, pool, body, ms),
});

const list = defineRoute({
  method: "get",
  path: "/direct-claims",
  access: "direct-claim.read",
  tag: "direct-claims",
  summary: "Of one unit: what it claims, is called to, and gives; without a unit all, for who reads the pool. The newest first",
  query: directClaimsQuery,
  response: directClaimPage,
  async handle({ deps, actor, pool, query: { limit, after, unit, open } }) {
    const page = await listDirectClaims(deps, actor, pool, { unit, open: open === "true" }, { limit, after });
    return shownPage(page, (row) => shownDirectClaim(row));
  },
});

const get = defineRoute({
  method: "get",
  path: "/direct-claims/{claim}",
  access: "direct-claim.read",
  tag: "direct-claims",
  summary: "One direct claim, with what it was given",
  params: oneClaim,
  response: directClaimView,
  handle: ({ deps, actor, pool, params }) => answered(deps, actor, pool, params.claim),
});

const replace = defineRoute({
  method: "post",
  path: "/direct-claims/{claim}/replacement",
  access: "direct-claim.change",
  tag: "direct-claims",
  summary: "Ask for something else in its place, more or less; what is held stays until the other is granted, and may be used for it",
  params: oneClaim,
  body: replacementInput,
  ifMatch: true,
  status: 202,
  response: directClaimView,
  problems: ["input.unknown_reference", "direct-claim.state_illegal", "direct-claim.change_pending", "direct-claim.unit_not_called", ...REFUSALS],
  async handle({ deps, actor, pool, params, body, ifMatch }) {
    const asked = askedOf(body.claims);
    if (!asked.ok) return asked;
    return await accepted(deps, actor, pool, await replaceDirectClaim(deps, actor, pool, { publicId: params.claim, generation: ifMatch, claims: asked.value }));
  },
  settled: ({ deps, actor, pool }, body, ms) => settled(deps, actor, pool, body, ms),
});

const confirm = defineRoute({
  method: "post",
  path: "/direct-claims/{claim}/confirmation",
  access: "direct-claim.change",
  tag: "direct-claims",
  summary: "Keep what is held; after the hold has ended it is too late",
  params: oneClaim,
  response: directClaimView,
  problems: ["direct-claim.state_illegal", "direct-claim.change_pending"],
  async handle({ deps, actor, pool, params }) {
    const done = await confirmDirectClaim(deps, actor, pool, params.claim);
    return done.ok ? await answered(deps, actor, pool, params.claim) : done;
  },
});

const release = defineRoute({
  method: "post",
  path: "/direct-claims/{claim}/release",
  access: "direct-claim.change",
  tag: "direct-claims",
  summary: "Give everything back",
  params: oneClaim,
  response: directClaimView,
  problems: ["direct-claim.state_illegal"],
  async handle({ deps, actor, pool, params }) {
    const done = await releaseDirectClaim(deps, actor, pool, params.claim);
    return done.ok ? await answered(deps, actor, pool, params.claim) : done;
  },
});

const explain = defineRoute({
  method: "get",
  path: "/direct-claims/{claim}/explanation",
  access: "direct-claim.read",
  tag: "direct-claims",
  summary: "Why it got what it got, or why not: as values and as sentences",
  params: oneClaim,
  response: directExplanation,
  async handle({ deps, actor, pool, params, language }) {
    const explained = await explainDirectClaim(deps, actor, pool, params.claim);
    return explained.ok ? ok({ body: shownDirectExplanation(voiceOf(language), explained.value) }) : explained;
  },
});

export const directClaimRoutes: readonly Route[] = [offers, create, list, get, replace, confirm, release, explain];
