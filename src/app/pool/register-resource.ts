import type { PoolId } from "../../domain/id.js";
import { declareResource, resourceRecord, type ResourceDeclaration } from "../../domain/pool/declare-resource.js";
import type { Action } from "../../domain/policy/action.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { Resource } from "../../domain/pool/resource.js";
import { problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { declaring, mayForUnits, type DeclareDeps, type DeclaringAct } from "./declaring.js";
import { readRegister } from "./register.js";
import { writeResources } from "./write-resources.js";

/** Registers a resource; it is offered at once unless its record says `registered`. */
export async function registerResource(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord): Promise<Result<Resource>> {
  return declaring(deps, actor, poolId, 0, async (act) => {
    const declared = await readOne(act, record);
    if (!declared.ok) return declared;
    const asked: Action[] = declared.value.state === "registered" ? ["resource.declare"] : ["resource.declare", "resource.publish"];
    let allowed: Result<number> = ok(0);
    for (const action of asked) {
      allowed = await mayForUnits(deps, actor, poolId, action, [declared.value.unitId]);
      if (!allowed.ok) return allowed;
    }
    return writeOne({ ...act, policyVersion: allowed.value }, declared.value, null);
  });
}

/**
 * Changes what is declared of a resource: the fields of `changes`, the others stay. A total below what is used is
 * accepted; nothing more is allocated there until it is free again, and it shows as overdrawn.
 *
 * @param expected the generation the caller saw.
 */
export async function changeResource(deps: DeclareDeps, actor: Actor, poolId: PoolId, code: string, changes: RawRecord, expected: number): Promise<Result<Resource>> {
  return declaring(deps, actor, poolId, 0, async (act) => {
    const there = await act.tx.resources.lock(code);
    if (!there) return refused(problem("object.not_found", { kind: "resource" }));
    const mayHere = await mayForUnits(deps, actor, poolId, "resource.declare", [there.unitId]);
    if (!mayHere.ok) return mayHere;
    const declared = await readOne(act, { ...resourceRecord(there), state: "", ...changes, resource: code });
    if (!declared.ok) return declared;
    const allowed = await mayForUnits(deps, actor, poolId, "resource.declare", [declared.value.unitId]);
    if (!allowed.ok) return allowed;
    return writeOne({ ...act, policyVersion: allowed.value }, declared.value, expected);
  });
}

async function readOne(act: DeclaringAct, record: RawRecord): Promise<Result<ResourceDeclaration>> {
  const register = await readRegister(act.tx);
  return register.ok ? declareResource(record, register.value) : register;
}

async function writeOne(act: DeclaringAct, declaration: ResourceDeclaration, expected: number | null): Promise<Result<Resource>> {
  const written = await writeResources(act, [{ declaration, place: {}, expected }]);
  if (!written.ok) return written;
  const resource = await act.tx.resources.byCode(declaration.code);
  if (!resource) throw new Error(`resource ${declaration.code} is not there after it was written`);
  return ok(resource);
}
