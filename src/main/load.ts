import type { AppDeps } from "../app/deps.js";
import type { ManifestRecords } from "../app/ports/manifest.js";
import { applyManifest, type ApplyReport } from "../app/pool/apply-manifest.js";
import { parsePoolId, type PoolId } from "../domain/id.js";
import { problem } from "../domain/problem.js";
import { ok, refused, type Result } from "../domain/result.js";
import { readFolder } from "../manifest/read-folder.js";

/**
 * Applies a folder of declarations as the process itself: the sample prefecture at the first start, an operator's folder
 * later. The pool is the one the folder declares, or `into` when it declares none.
 */
export async function loadPool(
  deps: Pick<AppDeps, "store" | "authorizer" | "pools" | "policyWorkbench" | "manifests">,
  folder: string,
  { into, dryRun = false, task = "load" }: { readonly into?: PoolId; readonly dryRun?: boolean; readonly task?: string } = {},
): Promise<Result<ApplyReport>> {
  const files = await readFolder(folder);
  if (!files.ok) return files;
  const records = deps.manifests.read(files.value);
  if (!records.ok) return records;
  const poolId = poolDeclared(records.value, into);
  if (!poolId.ok) return poolId;
  return applyManifest(deps, { kind: "system", poolId: poolId.value, task }, poolId.value, records.value, { dryRun });
}

/** The pool a folder declares, or `into` when it declares none. */
export function poolDeclared(records: ManifestRecords, into: PoolId | undefined): Result<PoolId> {
  const [declared] = records.pool;
  if (declared) {
    const { file, line } = declared;
    const id = parsePoolId(String((declared.record as { pool?: unknown }).pool ?? ""), "pool");
    return id.ok ? id : refused({ ...id.problems[0], file, line });
  }
  return into === undefined ? refused(problem("manifest.no_pool", {})) : ok(into);
}
