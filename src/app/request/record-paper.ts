import { parseIdentityNumber, parsePhone } from "../../domain/identity-number.js";
import type { DivisionCode, PersonId, PoolId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Actor, PersonActor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { dueDates } from "../../domain/request/deadline.js";
import { daysOld, PAPER_DAYS_MAX, sheetProblems } from "../../domain/request/paper.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import { normalised, textProblem } from "../../domain/text.js";
import type { AppDeps } from "../deps.js";
import { NAME_MAX } from "../identity/invite-person.js";
import { newPerson, type PersonFacts } from "../identity/new-person.js";
import type { PoolMap } from "../ports/catalogue.js";
import type { Transaction } from "../ports/store.js";
import type { WrappedKey } from "../ports/vault.js";
import { placeOf, prepareRequest } from "./prepare-request.js";
import { store, type Receipt } from "./submit-request.js";

/** A sheet as it lies on the desk. */
export interface PaperInput {
  /** The desk that enters it. */
  readonly unit: UnitId;
  /** As printed on the sheet. */
  readonly serial: string;
  readonly village: string;
  readonly occurredAt: Instant;
  readonly item: string;
  readonly division: string;
  readonly resident: { readonly name: string; readonly idNumber?: string | undefined; readonly phone?: string | undefined };
  readonly answers: Readonly<Record<string, unknown>>;
  readonly materials?: readonly string[] | undefined;
}

/**
 * An officer enters what a resident asked on paper. The request is the resident's, its dates count from now, and its
 * place among those who wait from when it was written.
 *
 * @param trial asks everything and leaves nothing behind; its number is nobody's
 */
export async function recordPaper(deps: AppDeps, actor: Actor, pool: PoolId, input: PaperInput, { trial = false }: { readonly trial?: boolean } = {}): Promise<Result<Receipt>> {
  const allowed = await deps.authorizer.may(actor, "request.record-paper", { poolId: pool, unitId: input.unit });
  if (!allowed.ok) return allowed;
  if (actor.kind !== "person") return refused(problem("access.sign_in_required", {}));
  const recordedAt = await deps.clock.now(pool);
  const facts = residentOf(input.resident);
  const wrong = [...sheetProblems(input, recordedAt), ...(facts.ok ? [] : facts.problems)];
  if (!facts.ok || wrong.length > 0) return unlessRefused(wrong, undefined as never);
  const tooOld = await mayGoBack(deps, actor, pool, input, recordedAt);
  if (tooOld) return refused(tooOld);

  return await (trial ? deps.store.rehearse : deps.store.transact)(pool, async (tx): Promise<Result<Receipt>> => {
    const [map, item] = await Promise.all([tx.catalogue.poolMap(true), tx.catalogue.publishedItem(input.item, true)]);
    if (!item) return refused(problem("input.unknown_reference", { kind: "item", id: input.item.slice(0, 120) }, { field: "item" }));
    const place = placeOf(map, input.division);
    if (!place.ok) return place;
    if (!servesPlace(map, input.unit, place.value)) return refused(problem("paper.other_desk", { unit: input.unit, division: place.value }, { field: "unit" }));
    const serial = normalised(input.serial);
    const entered = await tx.requests.paperNumber(place.value, serial);
    if (entered !== undefined) return refused(problem("paper.serial_taken", { serial, number: entered }, { field: "serial" }));
    const prepared = prepareRequest(map, {
      item,
      division: place.value,
      enterprise: undefined,
      form: item.guide.form,
      answers: input.answers,
      materials: input.materials ?? [],
      receivedAt: recordedAt,
      waitsFor: [],
      limits: item.guide,
    });
    if (!prepared.ok) return prepared;
    const resident = await residentKnown(deps, tx, facts.value);
    if (!resident.ok) return resident;
    const { applicant, key } = resident.value;
    const own = await deps.authorizer.may(actor, "request.record-paper", { poolId: pool, unitId: input.unit, personId: applicant });
    if (!own.ok) return own;
    const stored = await store(
      deps,
      tx,
      map,
      {
        person: actor as PersonActor,
        permission: own.value,
        enterprise: undefined,
        receivedAt: recordedAt,
        bundle: null,
        paper: {
          applicant,
          key,
          sheet: { serial, division: place.value, village: normalised(input.village), unitId: input.unit, enteredBy: actor.personId },
          ranked: { from: input.occurredAt, dueAt: dueDates(map.calendar, input.occurredAt, item.guide).promisedDueAt },
        },
      },
      [prepared.value],
    );
    if (stored === "changed") return refused(problem("input.unknown_reference", { kind: "item", id: input.item }, { field: "item" }));
    return stored.ok ? ok(stored.value[0] as Receipt) : stored;
  });
}

async function mayGoBack(deps: AppDeps, actor: Actor, pool: PoolId, { unit, occurredAt }: PaperInput, recordedAt: Instant): Promise<Problem | undefined> {
  const days = daysOld(occurredAt, recordedAt);
  if (days <= PAPER_DAYS_MAX) return undefined;
  const head = await deps.authorizer.may(actor, "request.record-old-paper", { poolId: pool, unitId: unit });
  return head.ok ? undefined : problem("paper.too_old", { days, max: PAPER_DAYS_MAX }, { field: "occurredAt" });
}

/** A desk takes in the sheets of its own place and of those beneath it. */
function servesPlace(map: PoolMap, unit: UnitId, place: DivisionCode): boolean {
  const desk = map.offices.find(({ id }) => id === unit);
  for (let at: DivisionCode | null | undefined = place; desk && at; at = map.parents.get(at)) if (at === desk.division) return true;
  return false;
}

function residentOf({ name, idNumber, phone }: PaperInput["resident"]): Result<PersonFacts> {
  const kept = normalised(name);
  const unfit = kept === "" ? problem("input.missing", {}, { field: "resident.name" }) : textProblem(kept, NAME_MAX, { field: "resident.name" });
  const number = idNumber === undefined ? ok(null) : parseIdentityNumber(idNumber, { field: "resident.idNumber" });
  const mobile = phone === undefined ? ok(null) : parsePhone(phone, { field: "resident.phone" });
  return unlessRefused([...(unfit ? [unfit] : []), ...(number.ok ? [] : number.problems), ...(mobile.ok ? [] : mobile.problems)], {
    name: kept,
    idNumber: number.ok ? number.value : null,
    phone: mobile.ok ? mobile.value : null,
  });
}

/** Whoever the identity number names; else somebody new, who has no way to sign in until they come with an identity. */
async function residentKnown({ vault }: Pick<AppDeps, "vault">, tx: Transaction, facts: PersonFacts): Promise<Result<{ readonly applicant: PersonId; readonly key: WrappedKey }>> {
  const index = facts.idNumber == null ? null : vault.blindIndex("id-number", facts.idNumber);
  const known = index === null ? null : await tx.people.byIdNumberIndex(index);
  if (known) return known.wrappedKey === null ? refused(problem("input.invalid", { expected: "" }, { field: "resident.idNumber" })) : ok({ applicant: known.personId, key: known.wrappedKey });
  const person = newPerson(vault, facts);
  await tx.people.insertWithoutSignIn(person);
  return ok({ applicant: person.personId, key: person.wrappedKey });
}
