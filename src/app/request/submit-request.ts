import { dayNumberOf, localDateOf } from "../../domain/instant.js";
import type { DivisionCode, PersonId, PoolId, RequestId } from "../../domain/id.js";
import { actorIdOf, type Actor, type PersonActor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { formatRequestNumber, numberingDivision } from "../../domain/request/number.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { Names } from "../../domain/catalogue/item.js";
import type { Instant } from "../../domain/instant.js";
import type { AppDeps } from "../deps.js";
import type { Allowed } from "../ports/authorizer.js";
import type { PoolMap } from "../ports/catalogue.js";
import type { NewRequest, PaperSheet, Submission } from "../ports/request.js";
import type { Transaction } from "../ports/store.js";
import type { WrappedKey } from "../ports/vault.js";
import { mayPlay } from "./act-on-case.js";
import { limitProblem } from "./limit-problem.js";
import { mayBeOutdated, placeOf, prepareRequest, type Prepared } from "./prepare-request.js";
import { sealGiven } from "./sealed-answers.js";
import { statusCodeHash, statusCodeOf } from "./status-code.js";

export interface SubmitInput {
  readonly item: string;
  /** Where the matter is. */
  readonly division: string;
  readonly answers: Readonly<Record<string, unknown>>;
  /** Papers the applicant has ready. */
  readonly materials?: readonly string[] | undefined;
  /** Credit code of the enterprise the person acts for. */
  readonly enterprise?: string | undefined;
}

/** What the applicant holds in hand: enough to follow the request without an account. */
export interface Receipt {
  readonly publicId: string;
  readonly number: string;
  /** With the number it opens the status page. */
  readonly statusCode: string;
  readonly item: string;
  readonly itemNames: Names;
  readonly unit: { readonly id: string; readonly names: Names };
  /** Who is responsible in law, where a task force has the case. */
  readonly lead: { readonly id: string; readonly names: Names } | null;
  readonly division: DivisionCode;
  readonly receivedAt: Instant;
  /** When it was asked on paper; null: when it was received. */
  readonly occurredAt: Instant | null;
  readonly promisedDueAt: Instant;
  readonly statutoryDueAt: Instant;
  /** Papers still to be brought. */
  readonly missingMaterials: readonly string[];
  /** Items of the same bundle that come first. */
  readonly waitsFor: readonly string[];
}

/** Takes an application: finds the lawful office by item and place, and answers with a receipt once it is stored. */
export async function submitRequest(deps: AppDeps, actor: Actor, pool: PoolId, input: SubmitInput): Promise<Result<Receipt>> {
  const allowed = await maySubmit(deps, actor, pool, input.enterprise);
  if (!allowed.ok) return allowed;
  const { permission, person } = allowed.value;
  const receivedAt = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<Receipt>> => {
    // What a copy of the catalogue refuses is looked at again in the catalogue itself.
    for (let [again, mapAgain] = [false, false]; ; again = true) {
      const map = await tx.catalogue.poolMap(mapAgain);
      const prepared = await prepareOne(tx, map, input, receivedAt, again);
      if (!prepared.ok && again) return prepared;
      if (!prepared.ok) {
        mapAgain = mayBeOutdated(prepared.problems);
        continue;
      }
      const receipts = await store(deps, tx, map, { person, permission, enterprise: input.enterprise, receivedAt, bundle: null }, [prepared.value]);
      if (receipts === "changed" && !again) {
        mapAgain = true;
        continue;
      }
      if (receipts === "changed") return refused(problem("input.unknown_reference", { kind: "item", id: input.item }, { field: "item" }));
      return receipts.ok ? ok(receipts.value[0] as Receipt) : receipts;
    }
  });
}

async function prepareOne(tx: Transaction, map: PoolMap, input: SubmitInput, receivedAt: Instant, fresh: boolean): Promise<Result<Prepared>> {
  const item = await tx.catalogue.publishedItem(input.item, fresh);
  if (!item) return refused(problem("input.unknown_reference", { kind: "item", id: input.item.slice(0, 120) }, { field: "item" }));
  const place = placeOf(map, input.division);
  if (!place.ok) return place;
  return prepareRequest(map, {
    item,
    division: place.value,
    enterprise: input.enterprise,
    form: item.guide.form,
    answers: input.answers,
    materials: input.materials ?? [],
    receivedAt,
    waitsFor: [],
    limits: item.guide,
  });
}

/** May this person file, for themselves or for the enterprise? */
export async function maySubmit(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  enterprise: string | undefined,
): Promise<Result<{ readonly permission: Allowed; readonly person: PersonActor }>> {
  const playing = await mayPlay(deps, actor, pool);
  if (playing && actor.kind === "person") return ok({ permission: playing, person: actor });
  const personId = actor.kind === "person" ? actor.personId : null;
  const permission = await deps.authorizer.may(actor, "request.submit", { poolId: pool, personId, enterpriseCode: enterprise ?? null });
  if (!permission.ok) {
    const stranger = actor.kind === "person" && enterprise !== undefined && !actor.mandates.some(({ enterpriseCode }) => enterpriseCode === enterprise);
    return stranger ? refused(problem("request.mandate_required", { enterprise: enterprise.slice(0, 40) }, { field: "enterprise" })) : permission;
  }
  if (actor.kind !== "person") return refused(problem("access.sign_in_required", {}));
  // Only who plays a trace files for it; the word alone makes nothing a replay.
  return ok({ permission: permission.value, person: actor.channel === "replay" ? { ...actor, channel: "api" } : actor });
}

export interface Filing {
  readonly person: PersonActor;
  readonly permission: Allowed;
  readonly enterprise: string | undefined;
  readonly receivedAt: Instant;
  readonly bundle: Submission["bundle"];
  /** Of a sheet that an officer enters for somebody. */
  readonly paper?: { readonly applicant: PersonId; readonly key: WrappedKey; readonly sheet: PaperSheet; readonly ranked: NonNullable<NewRequest["ranked"]> };
}

/** Seconds after which a full queue may have room again. */
const RETRY_AFTER_SECONDS = 30;

/** Numbers, seals and stores prepared requests: all or none. `changed`: the catalogue moved on since it was read. */
export async function store(
  deps: AppDeps,
  tx: Transaction,
  map: PoolMap,
  filing: Filing,
  prepared: readonly Prepared[],
): Promise<Result<readonly Receipt[]> | "changed"> {
  const { person, permission, receivedAt, enterprise, paper } = filing;
  const [full, key, playing] = await Promise.all([
    tx.requests.queueFull(map.queueLimit),
    paper ? paper.key : person.wrappedKey === undefined ? tx.people.get(person.personId).then((holder) => holder?.wrappedKey ?? null) : person.wrappedKey,
    mayPlay(deps, person, tx.poolId),
  ]);
  if (full) return refused(problem("service.overloaded", { retryAfterSeconds: RETRY_AFTER_SECONDS }));
  if (key === null) return refused(problem("access.sign_in_required", {}));

  const requests: NewRequest[] = [];
  for (const one of prepared) requests.push({ ...(await newRequest(deps, tx.poolId, key, one, receivedAt)), ...(paper && { ranked: paper.ranked }) });
  const submitted = await tx.requests.submit({
    applicantId: paper?.applicant ?? person.personId,
    // An officer who enters a sheet is no agent of whoever wrote it: the sheet and the audit record name them.
    filedBy: paper?.applicant ?? person.personId,
    enterpriseCode: enterprise ?? null,
    channel: paper ? "paper" : person.channel,
    // Who plays a trace, or enters a sheet, does not speak for those in it.
    language: paper || person.channel === "replay" ? null : (person.language ?? null),
    receivedAt,
    bundle: filing.bundle,
    // Whoever replays a trace stands for thousands of applicants.
    limited: playing === undefined,
    policyVersion: permission.policyVersion,
    actorId: actorIdOf(person),
    routingMark: map.routing.mark,
    requests,
  });
  if (submitted.kind === "changed") return "changed";
  if (submitted.kind === "above-limit") return refused(limitProblem(submitted.limit));
  if (paper && !(await tx.requests.keepPaper(submitted.ids[0] as RequestId, paper.sheet))) return refused(problem("paper.serial_taken", { serial: paper.sheet.serial, number: "" }, { field: "serial" }));
  return ok(requests.map((request, index) => receiptOf(deps, request, prepared[index] as Prepared, receivedAt)));
}

async function newRequest(deps: AppDeps, pool: PoolId, key: WrappedKey, prepared: Prepared, receivedAt: Instant): Promise<NewRequest> {
  const { item, office, due, division } = prepared;
  const publicId = deps.requestIds.unguessable();
  const day = dayNumberOf(receivedAt);
  const numbering = numberingDivision(division);
  const serial = await deps.requestIds.serial(pool, numbering, localDateOf(day));
  return {
    publicId,
    number: formatRequestNumber(numbering, day, serial),
    item: item.code,
    itemVersion: item.version,
    itemGeneration: item.generation,
    unitId: office.id,
    leadUnitId: office.lead?.id ?? null,
    division,
    ...due,
    answersSealed: sealGiven(deps.vault, key, { answers: prepared.answers, materials: prepared.materials, supplements: [] }),
    statusSecretHash: statusCodeHash(deps.vault, statusCodeOf(deps.vault, publicId)),
    waitsFor: prepared.waitsFor,
    steps: prepared.steps,
  };
}

const receiptOf = (deps: AppDeps, request: NewRequest, { item, office, missing }: Prepared, receivedAt: Instant): Receipt => ({
  publicId: request.publicId,
  number: request.number,
  statusCode: statusCodeOf(deps.vault, request.publicId),
  item: item.code,
  itemNames: item.guide.names,
  unit: { id: office.id, names: office.names },
  lead: office.lead ?? null,
  division: request.division,
  receivedAt,
  occurredAt: request.ranked?.from ?? null,
  promisedDueAt: request.promisedDueAt,
  statutoryDueAt: request.statutoryDueAt,
  missingMaterials: missing,
  waitsFor: request.waitsFor,
});
