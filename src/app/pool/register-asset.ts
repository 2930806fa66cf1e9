import { parseResourceCode, type PoolId } from "../../domain/id.js";
import { assetRecord, declareAsset, type AssetDeclaration } from "../../domain/pool/declare-asset.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AssetRow } from "../ports/asset.js";
import { declaring, mayForUnits, type DeclareDeps, type DeclaringAct } from "./declaring.js";
import { readRegister } from "./register.js";
import { writeAssets } from "./write-assets.js";

/** Registers an asset; the derived total of the resource it backs grows with it. */
export async function registerAsset(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord): Promise<Result<AssetRow>> {
  return declaring(deps, actor, poolId, 0, async (act) => {
    const declared = await readOne(act, record);
    if (!declared.ok) return declared;
    const allowed = await mayForUnits(deps, actor, poolId, "asset.declare", [declared.value.unitId]);
    return allowed.ok ? writeOne({ ...act, policyVersion: allowed.value }, declared.value, null) : allowed;
  });
}

/** Changes the fields of `changes`, the others stay. */
export async function changeAsset(deps: DeclareDeps, actor: Actor, poolId: PoolId, code: string, changes: RawRecord, expected: number): Promise<Result<AssetRow>> {
  return declaring(deps, actor, poolId, 0, async (act) => {
    const there = await act.tx.assets.lock(code);
    if (!there) return refused(problem("object.not_found", { kind: "asset" }));
    const mayHere = await mayForUnits(deps, actor, poolId, "asset.declare", [there.unitId]);
    if (!mayHere.ok) return mayHere;
    const declared = await readOne(act, { ...assetRecord(there), ...changes, asset: code });
    if (!declared.ok) return declared;
    const allowed = await mayForUnits(deps, actor, poolId, "asset.declare", [declared.value.unitId]);
    return allowed.ok ? writeOne({ ...act, policyVersion: allowed.value }, declared.value, expected) : allowed;
  });
}

async function readOne({ tx }: DeclaringAct, record: RawRecord): Promise<Result<AssetDeclaration>> {
  const register = await readRegister(tx);
  if (!register.ok) return register;
  const named = record["resource"];
  // What is no code at all is refused by `declareAsset`; the database must not be asked about it.
  const code = parseResourceCode(typeof named === "string" ? named.trim() : "");
  const backed = await tx.resources.byCodes(code.ok ? [code.value] : []);
  return declareAsset(record, register.value, (resource) => backed.get(resource));
}

async function writeOne(act: DeclaringAct, declaration: AssetDeclaration, expected: number | null): Promise<Result<AssetRow>> {
  const written = await writeAssets(act, [{ declaration, place: {}, expected }]);
  if (!written.ok) return written;
  const asset = await act.tx.assets.byCode(declaration.code);
  if (!asset) throw new Error(`asset ${declaration.code} is not there after it was written`);
  return ok(asset);
}
