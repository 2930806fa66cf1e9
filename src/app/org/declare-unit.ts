import type { PoolId, UnitId } from "../../domain/id.js";
import { declareUnit as readUnit, unitRecord, type UnitDeclaration } from "../../domain/org/declare-unit.js";
import type { Unit } from "../../domain/org/unit.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { incomplete } from "../onboarding/checklist.js";
import { declaring, entryOf, mayForUnits, type DeclareDeps, type DeclaringAct } from "../pool/declaring.js";
import { readRegister } from "../pool/register.js";
import { newlyPublic, writeUnits } from "./write-units.js";

/** Adds a unit to the tree: the business of whoever may declare the unit above it, or the pool. */
export async function registerUnit(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord): Promise<Result<Unit>> {
  return declaring(deps, actor, poolId, 0, async (act) => {
    const declared = await readOne(act, record);
    if (!declared.ok) return declared;
    const allowed = await mayPlace(deps, actor, poolId, null, declared.value);
    return allowed.ok ? writeOne({ ...act, policyVersion: allowed.value }, declared.value, null) : allowed;
  });
}

/** Changes the fields of `changes`, the others stay. Moving it asks leave of the unit it goes to as well. */
export async function changeUnit(deps: DeclareDeps, actor: Actor, poolId: PoolId, id: string, changes: RawRecord, expected: number): Promise<Result<Unit>> {
  return declaring(deps, actor, poolId, 0, async (act) => {
    const there = await act.tx.units.lock(id);
    if (!there) return refused(problem("object.not_found", { kind: "unit" }));
    const mayHere = await mayForUnits(deps, actor, poolId, "unit.declare", [there.id], true);
    if (!mayHere.ok) return mayHere;
    const declared = await readOne(act, { ...unitRecord(there), ...changes, unit: id });
    if (!declared.ok) return declared;
    const allowed = await mayPlace(deps, actor, poolId, there, declared.value);
    return allowed.ok ? writeOne({ ...act, policyVersion: allowed.value }, declared.value, expected) : allowed;
  });
}

/** Opens the unit to the public: its items enter the catalogue. Refused with everything its checklist still lacks. */
export async function publishUnit(deps: DeclareDeps, actor: Actor, poolId: PoolId, id: string, expected: number): Promise<Result<Unit>> {
  return declaring(deps, actor, poolId, 0, async (plain) => {
    const there = await plain.tx.units.lock(id);
    if (!there) return refused(problem("object.not_found", { kind: "unit" }));
    const allowed = await deps.authorizer.may(actor, "unit.publish", { poolId, unitId: there.id, public: true });
    if (!allowed.ok) return allowed;
    const illegal = there.state === "retired" ? "retired" : there.published ? "published" : undefined;
    if (illegal !== undefined) return refused(problem("object.transition_illegal", { kind: "unit", state: illegal, event: "publish" }));
    return writeOne({ ...plain, policyVersion: allowed.value.policyVersion }, { ...there, published: true }, expected);
  });
}

/** Ends a unit. Refused while units or resources beneath it live. */
export async function retireUnit(deps: DeclareDeps, actor: Actor, poolId: PoolId, id: string, expected: number): Promise<Result<Unit>> {
  return declaring(deps, actor, poolId, 0, async (plain) => {
    const there = await plain.tx.units.lock(id);
    if (!there) return refused(problem("object.not_found", { kind: "unit" }));
    const allowed = await deps.authorizer.may(actor, "unit.retire", { poolId, unitId: there.id, public: true });
    if (!allowed.ok) return allowed;
    if (there.generation !== expected) return refused(problem("object.generation_stale", { expected, actual: there.generation }));
    if (there.state === "retired") return refused(problem("object.transition_illegal", { kind: "unit", state: "retired", event: "retire" }));
    const living = await plain.tx.units.livingBeneath(there.id);
    if (living.units + living.resources > 0) return refused(problem("unit.not_empty", living));
    const act = { ...plain, policyVersion: allowed.value.policyVersion };
    await act.tx.units.retire(there.id);
    await act.tx.audit.append(entryOf(act, "unit.retire", "unit", id, { before: { state: "active" }, after: { state: "retired" } }));
    await act.tx.commands.append(act.actorId, act.at, { kind: "pool.declared" });
    return ok({ ...there, state: "retired", published: false, generation: there.generation + 1 });
  });
}

async function mayPlace(deps: DeclareDeps, actor: Actor, poolId: PoolId, there: Unit | null, declared: UnitDeclaration): Promise<Result<number>> {
  const moves = there?.parent !== declared.parent;
  const asked: (UnitId | null)[] = [...(there ? [there.id] : []), ...(moves ? [declared.parent] : [])];
  const allowed = await mayForUnits(deps, actor, poolId, "unit.declare", asked, true);
  if (!allowed.ok || declared.published === (there?.published ?? false)) return allowed;
  return mayForUnits(deps, actor, poolId, "unit.publish", [there?.id ?? declared.parent], true);
}

async function readOne({ tx }: DeclaringAct, record: RawRecord): Promise<Result<UnitDeclaration>> {
  const register = await readRegister(tx);
  return register.ok ? readUnit(record, register.value) : register;
}

async function writeOne(act: DeclaringAct, declaration: UnitDeclaration, expected: number | null): Promise<Result<Unit>> {
  const written = await writeUnits(act, [{ declaration, place: {}, expected }]);
  if (!written.ok) return written;
  const [first, ...rest] = await incomplete(act.tx, newlyPublic(written.value));
  if (first) return refused(first, ...rest);
  const unit = await act.tx.units.get(declaration.id);
  if (!unit) throw new Error(`unit ${declaration.id} is not there after it was written`);
  return ok(unit);
}
