import type { Bundle } from "../../domain/catalogue/bundle.js";
import type { Material } from "../../domain/catalogue/item.js";
import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { openBundle, type OpenBundle } from "../request/submit-bundle.js";

export interface BundleGuide extends OpenBundle {
  /** Each paper once, whichever items ask for it. */
  readonly materials: readonly Material[];
}

export async function listBundles(deps: AppDeps, actor: Actor, pool: PoolId): Promise<Result<readonly Bundle[]>> {
  const allowed = await deps.authorizer.may(actor, "bundle.read", { poolId: pool, public: true });
  return allowed.ok ? ok(await deps.store.read(pool).bundles.all()) : allowed;
}

/** A bundle as one form: its items in order, every question and every paper once. */
export async function bundleGuide(deps: AppDeps, actor: Actor, pool: PoolId, code: string): Promise<Result<BundleGuide>> {
  const allowed = await deps.authorizer.may(actor, "bundle.read", { poolId: pool, public: true });
  if (!allowed.ok) return allowed;
  const opened = await openBundle(deps.store.read(pool), code);
  if (!opened) return refused(problem("object.not_found", { kind: "bundle" }));
  const materials = new Map(opened.items.flatMap(({ guide }) => guide.materials.map((material) => [material.material, material] as const)));
  return ok({ ...opened, materials: [...materials.values()] });
}
