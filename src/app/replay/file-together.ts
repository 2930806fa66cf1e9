import type { Item } from "../../domain/catalogue/item.js";
import type { PoolId } from "../../domain/id.js";
import type { Actor, PersonActor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Allowed } from "../ports/authorizer.js";
import type { Transaction } from "../ports/store.js";
import { mayPlay } from "../request/act-on-case.js";
import { placeOf, prepareRequest, type Prepared } from "../request/prepare-request.js";
import { store, type SubmitInput } from "../request/submit-request.js";

/** What became of one of several applications. */
export interface Filed {
  readonly request: string | null;
  readonly number: string | null;
  readonly problems: readonly Problem[];
}

/**
 * Takes what came in a stretch of a trace together: each application stands the rules of every other, one that is
 * refused stops none, and those that pass are stored in one statement. Only where somebody plays the applicants.
 */
export async function fileTogether(deps: AppDeps, actor: Actor, pool: PoolId, inputs: readonly SubmitInput[]): Promise<Result<readonly Filed[]>> {
  const permission = await mayPlay(deps, actor, pool);
  if (!permission || actor.kind !== "person") return deps.authorizer.may(actor, "replay.submit", { poolId: pool }).then((may) => (may.ok ? refused(problem("sandbox.required", {})) : may));
  const receivedAt = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx) => {
    const map = await tx.catalogue.poolMap();
    const items = await itemsOf(tx, inputs);
    const filed: Filed[] = [];
    const groups = new Map<string | undefined, { index: number; prepared: Prepared }[]>();
    for (const [index, input] of inputs.entries()) {
      const prepared = prepare(map, items.get(input.item), input, receivedAt);
      filed.push({ request: null, number: null, problems: prepared.ok ? [] : prepared.problems });
      if (prepared.ok) groups.set(input.enterprise, [...(groups.get(input.enterprise) ?? []), { index, prepared: prepared.value }]);
    }
    for (const [enterprise, group] of groups) {
      const stored = await storeGroup(deps, tx, map, { person: actor, permission, enterprise, receivedAt }, group.map(({ prepared }) => prepared));
      if (!stored.ok) return stored;
      group.forEach(({ index }, position) => {
        const receipt = stored.value[position];
        filed[index] = { request: receipt?.publicId ?? null, number: receipt?.number ?? null, problems: [] };
      });
    }
    return ok(filed);
  });
}

type PoolMap = Awaited<ReturnType<Transaction["catalogue"]["poolMap"]>>;

async function itemsOf(tx: Transaction, inputs: readonly SubmitInput[]): Promise<ReadonlyMap<string, Item>> {
  const items = new Map<string, Item>();
  for (const code of new Set(inputs.map(({ item }) => item))) {
    const item = await tx.items.published(code);
    if (item) items.set(code, item);
  }
  return items;
}

function prepare(map: PoolMap, item: Item | undefined, input: SubmitInput, receivedAt: number): Result<Prepared> {
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

async function storeGroup(
  deps: AppDeps,
  tx: Transaction,
  map: PoolMap,
  filing: { readonly person: PersonActor; readonly permission: Allowed; readonly enterprise: string | undefined; readonly receivedAt: number },
  prepared: readonly Prepared[],
): Promise<Result<readonly { readonly publicId: string; readonly number: string }[]>> {
  const stored = await store(deps, tx, map, { ...filing, bundle: null }, prepared);
  // What a sandbox offers changes under nobody's hands but the caller's.
  return stored === "changed" ? refused(problem("input.unknown_reference", { kind: "item", id: prepared[0]?.item.code ?? "" }, { field: "item" })) : stored;
}
