import type { PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { masked } from "../../domain/request/answers.js";
import { isClosed, possibleEvents } from "../../domain/request/lifecycle.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { RequestRecord } from "../ports/request.js";
import type { Reading } from "../ports/store.js";
import { factsOf } from "./act-on-case.js";
import { keyOfApplicant } from "./applicant-key.js";
import { formOf } from "./form-of-request.js";
import { requestNamed } from "./request-named.js";
import { deadlineOf, lineOf, stepLines, timelineOf, type RequestView } from "./request-view.js";
import { openGiven, openGrounds } from "./sealed-answers.js";
import { statusCodeOf } from "./status-code.js";

/** One request as this reader may see it: the applicant, an officer of a unit that works on it, an administrator, an auditor. */
export async function getRequest(deps: AppDeps, actor: Actor, pool: PoolId, name: string): Promise<Result<RequestView>> {
  const read = deps.store.read(pool);
  const owned = await requestNamed(read, name);
  if (!owned) return refused(problem("object.not_found", { kind: "request" }));
  const facts = factsOf(pool, owned);
  const allowed = await deps.authorizer.may(actor, "request.read", facts);
  if (!allowed.ok) return allowed;
  const [answers, withdraw, supply, record, now] = await Promise.all([
    deps.authorizer.may(actor, "request.read-answers", facts),
    deps.authorizer.may(actor, "request.withdraw", facts),
    deps.authorizer.may(actor, "request.supplement", facts),
    read.requests.record(owned.publicId),
    deps.clock.now(pool),
  ]);
  if (!record) return refused(problem("object.not_found", { kind: "request" }));
  const annul = isClosed(record.state) && (await deps.authorizer.may(actor, "step.annul", facts)).ok ? await read.numbers.ofRequest(owned.publicId) : [];
  const annullable = annul.filter(({ settled }) => settled.length > 0).map(({ name: step }) => step);
  return ok(await viewOf(deps, read, record, now, { answers: answers.ok, withdraw: withdraw.ok, supply: supply.ok, annul: annullable }));
}

/** What the reader may, besides following the request. */
export interface Seeing {
  readonly answers: boolean;
  readonly withdraw: boolean;
  readonly supply: boolean;
  /** Steps whose granted number may be annulled. */
  readonly annul: readonly string[];
}

export async function viewOf(deps: AppDeps, read: Reading, record: RequestRecord, now: Instant, seeing: Seeing): Promise<RequestView> {
  const [map, item, key] = await Promise.all([
    read.catalogue.poolMap(),
    read.items.version(record.item, record.itemVersion),
    keyOfApplicant(read, record.applicantId),
  ]);
  if (!item) throw new Error(`request ${record.number} has no item version ${record.item} ${record.itemVersion}`);
  const form = await formOf(read, item.guide.form, record.bundleCode);
  const given = seeing.answers && key !== null && record.answersSealed !== null ? openGiven(deps.vault, key, record.answersSealed) : undefined;
  const events = possibleEvents(record.state);
  return {
    ...lineOf(map.calendar, record, now),
    unit: { id: record.unitId, names: record.unitNames, address: record.unitAddress, phone: record.unitPhone },
    channel: record.channel,
    itemVersion: record.itemVersion,
    grounds: record.grounds,
    pausedWorkingDays: record.pausedWorkingDays,
    statutoryDeadline: deadlineOf(map.calendar, record, now, "statutoryDueAt"),
    generation: record.generation,
    steps: stepLines(record, item.guide),
    timeline: timelineOf(record, item.guide, (sealed) => (key === null ? undefined : openGrounds(deps.vault, key, sealed))),
    siblings: record.siblings.map((sibling) => lineOf(map.calendar, sibling, now)),
    waitsFor: record.waitsFor,
    answers: given && masked(form, given.answers),
    form,
    materials: given?.materials,
    supplements: given?.supplements,
    may: { withdraw: seeing.withdraw && events.includes("withdraw"), supply: seeing.supply && events.includes("supply"), annul: seeing.annul },
    statusCode: seeing.withdraw ? statusCodeOf(deps.vault, record.publicId) : undefined,
  };
}
