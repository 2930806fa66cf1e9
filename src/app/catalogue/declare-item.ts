import type { Bundle } from "../../domain/catalogue/bundle.js";
import { declareBundle as readBundle } from "../../domain/catalogue/declare-bundle.js";
import type { Item, ItemGuide } from "../../domain/catalogue/item.js";
import type { PoolId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { declaring, entryOf, type DeclareDeps, type DeclaringAct } from "../pool/declaring.js";
import { readRegister } from "../pool/register.js";
import { readItem } from "./read-item.js";
import { publishVersion, writeBundles, writeItems } from "./write-items.js";

/** Whose item it is: its fixed holder's, else the pool's, since a line has one unit in each county. */
const factsOf = (poolId: PoolId, guide: ItemGuide, state: Item["state"] = "draft") => ({ poolId, unitId: guide.unit ?? null, public: state !== "draft" });

/**
 * Declares an item: a new one, the next version of a published one, or another draft. It stays a draft until it is
 * published.
 *
 * @param expected the generation of the newest version the caller saw; null: the item must be new.
 */
export async function declareItem(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord, expected: number | null): Promise<Result<Item>> {
  return declaring(deps, actor, poolId, 0, async (act) => {
    const register = await readRegister(act.tx);
    if (!register.ok) return register;
    const guide = readItem(record, register.value);
    if (!guide.ok) return guide;
    const newest = await act.tx.items.lockNewest(guide.value.item);
    const allowed = await deps.authorizer.may(actor, "item.declare", factsOf(poolId, guide.value));
    if (!allowed.ok) return allowed;
    if (newest) {
      const mayOld = await deps.authorizer.may(actor, "item.declare", factsOf(poolId, newest.guide, newest.state));
      if (!mayOld.ok) return mayOld;
    }
    const declaration = { guide: guide.value, guessed: false, publish: false };
    const written = await writeItems({ ...act, policyVersion: allowed.value.policyVersion }, [{ declaration, place: {}, expected }]);
    return written.ok ? newestOf(act, guide.value.item) : written;
  });
}

/** Puts the newest draft into the catalogue; the version before it is superseded, and requests that run keep it. */
export const publishItem = (deps: DeclareDeps, actor: Actor, poolId: PoolId, code: string, expected: number): Promise<Result<Item>> =>
  actOnItem(deps, actor, poolId, code, expected, "item.publish", async (act, item) => {
    if (item.state !== "draft") return refused(problem("object.transition_illegal", { kind: "item", state: item.state, event: "publish" }));
    await publishVersion(act, item);
    return ok();
  });

/** The unit answers for a guessed recipe: it is right. */
export const confirmItem = (deps: DeclareDeps, actor: Actor, poolId: PoolId, code: string, expected: number): Promise<Result<Item>> =>
  actOnItem(deps, actor, poolId, code, expected, "item.confirm", async (act, item) => {
    if (!item.guessed) return refused(problem("object.transition_illegal", { kind: "item", state: item.state, event: "confirm" }));
    await act.tx.items.confirm(item.code, item.version);
    return ok();
  });

/** Takes an item out of the catalogue; requests that run go on. */
export const retireItem = (deps: DeclareDeps, actor: Actor, poolId: PoolId, code: string, expected: number): Promise<Result<Item>> =>
  actOnItem(deps, actor, poolId, code, expected, "item.retire", async (act, item) => {
    if (item.state === "retired") return refused(problem("object.transition_illegal", { kind: "item", state: item.state, event: "retire" }));
    const published = await act.tx.items.published(item.code);
    if (published && published.version !== item.version) await act.tx.items.setState(item.code, published.version, "superseded");
    await act.tx.items.setState(item.code, item.version, "retired");
    return ok();
  });

async function actOnItem(
  deps: DeclareDeps,
  actor: Actor,
  poolId: PoolId,
  code: string,
  expected: number,
  action: Extract<Action, `item.${string}`>,
  work: (act: DeclaringAct, newest: Item) => Promise<Result<void>>,
): Promise<Result<Item>> {
  return declaring(deps, actor, poolId, 0, async (plain) => {
    const newest = await plain.tx.items.lockNewest(code);
    if (!newest) return refused(problem("object.not_found", { kind: "item" }));
    const allowed = await deps.authorizer.may(actor, action, factsOf(poolId, newest.guide, newest.state));
    if (!allowed.ok) return allowed;
    if (newest.generation !== expected) return refused(problem("object.generation_stale", { expected, actual: newest.generation }));
    const act = { ...plain, policyVersion: allowed.value.policyVersion };
    const worked = await work(act, newest);
    if (!worked.ok) return worked;
    const after = await newestOf(act, code);
    if (!after.ok) return after;
    const facts = ({ version, state, guessed }: Item) => ({ version, state, guessed });
    await act.tx.audit.append(entryOf(act, action, "item", code, { before: facts(newest), after: facts(after.value) }));
    return after;
  });
}

async function newestOf({ tx }: DeclaringAct, code: string): Promise<Result<Item>> {
  const item = await tx.items.lockNewest(code);
  return item ? ok(item) : refused(problem("object.not_found", { kind: "item" }));
}

/** @param expected the generation the caller saw; null: it must be new. */
export async function declareBundle(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord, expected: number | null): Promise<Result<Bundle>> {
  const allowed = await deps.authorizer.may(actor, "bundle.declare", { poolId, public: true });
  if (!allowed.ok) return allowed;
  return declaring(deps, actor, poolId, allowed.value.policyVersion, async (act) => {
    const codes = await act.tx.items.codes();
    const declared = readBundle(record, (code) => codes.has(code));
    if (!declared.ok) return declared;
    const written = await writeBundles(act, [{ declaration: declared.value, place: {}, expected }]);
    if (!written.ok) return written;
    const bundle = await act.tx.bundles.get(declared.value.code);
    return bundle ? ok(bundle) : refused(problem("object.not_found", { kind: "bundle" }));
  });
}
