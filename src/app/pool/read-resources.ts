import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { Resource } from "../../domain/pool/resource.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { AssetFilter, AssetRow } from "../ports/asset.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { ResourceFilter } from "../ports/resource.js";
import { readableUnits, within } from "./readable-units.js";

type ReadDeps = Pick<AppDeps, "store" | "authorizer">;

/** Whoever is not authorised sees what the pool offers by class, never whose desk it stands on. */
export async function getResource({ store, authorizer }: ReadDeps, actor: Actor, poolId: PoolId, code: string): Promise<Result<Resource>> {
  const resource = await store.read(poolId).resources.byCode(code);
  const allowed = await authorizer.may(actor, "resource.read", { poolId, unitId: resource?.unitId ?? null });
  if (!allowed.ok) return allowed;
  return resource ? ok(resource) : refused(problem("object.not_found", { kind: "resource" }));
}

export async function listResources(deps: ReadDeps, actor: Actor, poolId: PoolId, filter: Omit<ResourceFilter, "units"> & { readonly unit?: string | undefined }, page: PageAsked): Promise<Result<Page<Resource>>> {
  const readable = await readableUnits(deps, actor, poolId, "resource.read");
  if (!readable.ok) return readable;
  const { unit, ...rest } = filter;
  return ok(await deps.store.read(poolId).resources.list({ ...rest, units: within(readable.value, unit) }, page));
}

export async function getAsset({ store, authorizer }: ReadDeps, actor: Actor, poolId: PoolId, code: string): Promise<Result<AssetRow>> {
  const asset = await store.read(poolId).assets.byCode(code);
  const allowed = await authorizer.may(actor, "asset.read", { poolId, unitId: asset?.unitId ?? null });
  if (!allowed.ok) return allowed;
  return asset ? ok(asset) : refused(problem("object.not_found", { kind: "asset" }));
}

export async function listAssets(deps: ReadDeps, actor: Actor, poolId: PoolId, filter: Omit<AssetFilter, "units"> & { readonly unit?: string | undefined }, page: PageAsked): Promise<Result<Page<AssetRow>>> {
  const readable = await readableUnits(deps, actor, poolId, "asset.read");
  if (!readable.ok) return readable;
  const { unit, ...rest } = filter;
  return ok(await deps.store.read(poolId).assets.list({ ...rest, units: within(readable.value, unit) }, page));
}
