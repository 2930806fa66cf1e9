import type { ItemCode, PersonId, PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Actor, PersonActor } from "../../domain/policy/subject.js";
import { actorIdOf } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import { textProblem } from "../../domain/text.js";
import type { AppDeps } from "../deps.js";
import type { Allowed } from "../ports/authorizer.js";
import type { Draft } from "../ports/draft.js";
import type { Reading, Transaction } from "../ports/store.js";
import type { WrappedKey } from "../ports/vault.js";
import { isPublicId } from "./act-on-case.js";
import { keyOfApplicant } from "./applicant-key.js";
import { openDraft, sealDraft } from "./sealed-answers.js";
import { openBundle } from "./submit-bundle.js";

/** What is being applied for. */
export type DraftSubject = { readonly item: string } | { readonly bundle: string };

/** A half-filled form: nothing in it has been checked but its shape. */
export interface DraftContent {
  readonly division?: string | undefined;
  readonly enterprise?: string | undefined;
  readonly answers: Readonly<Record<string, string>>;
  readonly materials: readonly string[];
}

export interface OpenDraft {
  readonly id: string;
  readonly subject: DraftSubject;
  readonly itemVersion: number;
  readonly content: DraftContent;
  readonly updatedAt: Instant;
  readonly generation: number;
}

/** Drafts one person keeps; more than anybody needs. */
const DRAFTS_MAX = 50;
/** One answer of a draft, in characters; the form's own limits come when it is sent. */
const DRAFT_TEXT_MAX = 4_000;
const DRAFT_FIELDS_MAX = 300;

const EMPTY: DraftContent = { answers: {}, materials: [] };

/** Begins an application that can be left and taken up again, on any device. */
export async function beginDraft(deps: AppDeps, actor: Actor, pool: PoolId, subject: DraftSubject, content: DraftContent = EMPTY): Promise<Result<OpenDraft>> {
  const allowed = await mayDraft(deps, actor, pool, "draft.write");
  if (!allowed.ok) return allowed;
  const { person, permission } = allowed.value;
  const fit = checkContent(content);
  if (!fit.ok) return fit;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<OpenDraft>> => {
    const version = await versionOf(tx, subject);
    if (!version.ok) return version;
    if ((await tx.drafts.listOf(person.personId)).length >= DRAFTS_MAX) return refused(problem("draft.too_many", { max: DRAFTS_MAX }));
    const key = await keyOfApplicant(tx, person.personId);
    if (key === null) return refused(problem("access.sign_in_required", {}));
    const draft = await tx.drafts.insert({
      personId: person.personId,
      item: storedSubject(subject),
      itemVersion: version.value,
      sealed: sealDraft(deps.vault, key, content),
      updatedAt: at,
    });
    await record(tx, person, permission, "draft.write", draft, at);
    return ok(opened(deps, key, draft));
  });
}

export interface SaveDraftInput {
  readonly id: string;
  /** The one the form was shown with: two open windows do not overwrite each other. */
  readonly generation: number;
  readonly content: DraftContent;
}

export async function saveDraft(deps: AppDeps, actor: Actor, pool: PoolId, input: SaveDraftInput): Promise<Result<OpenDraft>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<OpenDraft>> => {
    const owned = await ownDraft(deps, actor, tx, input.id, "draft.write");
    if (!owned.ok) return owned;
    const { draft, key, person, permission } = owned.value;
    const fit = checkContent(input.content);
    if (!fit.ok) return fit;
    const stale = (actual: number) => refused(problem("object.generation_stale", { expected: input.generation, actual }));
    if (draft.generation !== input.generation) return stale(draft.generation);
    const saved = await tx.drafts.save(draft.id, input.generation, {
      sealed: sealDraft(deps.vault, key, input.content),
      itemVersion: draft.itemVersion,
      updatedAt: at,
    });
    if (!saved) return stale(draft.generation + 1);
    await record(tx, person, permission, "draft.write", saved, at);
    return ok(opened(deps, key, saved));
  });
}

export async function getDraft(deps: AppDeps, actor: Actor, pool: PoolId, id: string): Promise<Result<OpenDraft>> {
  const owned = await ownDraft(deps, actor, deps.store.read(pool), id, "draft.read");
  return owned.ok ? ok(opened(deps, owned.value.key, owned.value.draft)) : owned;
}

export async function listDrafts(deps: AppDeps, actor: Actor, pool: PoolId): Promise<Result<readonly OpenDraft[]>> {
  const allowed = await mayDraft(deps, actor, pool, "draft.read");
  if (!allowed.ok) return allowed;
  const { personId } = allowed.value.person;
  const read = deps.store.read(pool);
  const [drafts, key] = await Promise.all([read.drafts.listOf(personId), keyOfApplicant(read, personId)]);
  return ok(key === null ? [] : drafts.map((draft) => opened(deps, key, draft)));
}

/** Throws a draft away; also what submitting it does. */
export async function discardDraft(deps: AppDeps, actor: Actor, pool: PoolId, id: string): Promise<Result<void>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    const owned = await ownDraft(deps, actor, tx, id, "draft.write");
    if (!owned.ok) return owned;
    const { draft, person, permission } = owned.value;
    await tx.drafts.remove(draft.id);
    await record(tx, person, permission, "draft.write", draft, at, { removed: true });
    return ok();
  });
}

async function mayDraft(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  action: "draft.read" | "draft.write",
  owner?: PersonId,
): Promise<Result<{ readonly person: PersonActor; readonly permission: Allowed }>> {
  const personId = owner ?? (actor.kind === "person" ? actor.personId : null);
  const allowed = await deps.authorizer.may(actor, action, { poolId: pool, personId });
  if (!allowed.ok) return allowed;
  return actor.kind === "person" ? ok({ person: actor, permission: allowed.value }) : refused(problem("access.sign_in_required", {}));
}

async function ownDraft(
  deps: AppDeps,
  actor: Actor,
  tx: Reading,
  id: string,
  action: "draft.read" | "draft.write",
): Promise<Result<{ readonly draft: Draft; readonly key: WrappedKey; readonly person: PersonActor; readonly permission: Allowed }>> {
  const draft = isPublicId(id) ? await tx.drafts.get(id) : undefined;
  if (!draft) return refused(problem("object.not_found", { kind: "draft" }));
  const allowed = await mayDraft(deps, actor, tx.poolId, action, draft.personId);
  if (!allowed.ok) return allowed;
  const key = await keyOfApplicant(tx, draft.personId);
  return key === null ? refused(problem("object.not_found", { kind: "draft" })) : ok({ draft, key, ...allowed.value });
}

/** No item's code holds a colon, so a bundle's draft is told by its own. */
const BUNDLE_PREFIX = "bundle:";
const storedSubject = (subject: DraftSubject): ItemCode => ("item" in subject ? subject.item : `${BUNDLE_PREFIX}${subject.bundle}`) as ItemCode;
const subjectOf = (stored: string): DraftSubject =>
  stored.startsWith(BUNDLE_PREFIX) ? { bundle: stored.slice(BUNDLE_PREFIX.length) } : { item: stored };

async function versionOf(tx: Transaction, subject: DraftSubject): Promise<Result<number>> {
  if ("item" in subject) {
    const item = await tx.items.published(subject.item);
    return item ? ok(item.version) : refused(problem("input.unknown_reference", { kind: "item", id: subject.item.slice(0, 120) }, { field: "item" }));
  }
  const bundle = await openBundle(tx, subject.bundle);
  return bundle ? ok(bundle.bundle.generation) : refused(problem("input.unknown_reference", { kind: "bundle", id: subject.bundle.slice(0, 80) }, { field: "bundle" }));
}

function checkContent({ answers, materials, division, enterprise }: DraftContent): Result<void> {
  const problems: Problem[] = [];
  const entries = Object.entries(answers);
  if (entries.length > DRAFT_FIELDS_MAX) problems.push(problem("input.out_of_range", { min: 0, max: DRAFT_FIELDS_MAX }, { field: "answers" }));
  if (materials.length > DRAFT_FIELDS_MAX) problems.push(problem("input.out_of_range", { min: 0, max: DRAFT_FIELDS_MAX }, { field: "materials" }));
  const texts: (readonly [string, string])[] = [
    ...entries.map(([name, value]) => [`answers.${name}`, value] as const),
    ...materials.map((name, index) => [`materials.${index}`, name] as const),
    ["division", division ?? ""],
    ["enterprise", enterprise ?? ""],
  ];
  for (const [field, value] of texts) {
    const unfit = textProblem(value, DRAFT_TEXT_MAX, { field });
    if (unfit) problems.push(unfit);
  }
  return unlessRefused(problems, undefined);
}

const opened = (deps: AppDeps, key: WrappedKey, draft: Draft): OpenDraft => ({
  id: draft.id,
  subject: subjectOf(draft.item),
  itemVersion: draft.itemVersion,
  content: openDraft(deps.vault, key, draft.sealed) as DraftContent,
  updatedAt: draft.updatedAt,
  generation: draft.generation,
});

async function record(
  tx: Transaction,
  person: PersonActor,
  permission: Allowed,
  act: "draft.write",
  draft: Draft,
  at: Instant,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await tx.audit.append({
    occurredAt: at,
    actorId: actorIdOf(person),
    act,
    objectKind: "draft",
    objectId: draft.id,
    after: { item: draft.item, generation: draft.generation, ...facts },
    policyVersion: permission.policyVersion,
  });
}
