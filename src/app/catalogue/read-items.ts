import type { Bundle } from "../../domain/catalogue/bundle.js";
import type { Item } from "../../domain/catalogue/item.js";
import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { ItemFilter } from "../ports/item.js";
import type { Page, PageAsked } from "../ports/page.js";

type ReadDeps = Pick<AppDeps, "store" | "authorizer">;

const factsOf = (poolId: PoolId, { state, guide }: Item) => ({ poolId, unitId: guide.unit ?? null, public: state === "published" || state === "superseded" });

/** Published versions are public; drafts and retired items are their unit's and the pool's. */
export async function listItems({ store, authorizer }: ReadDeps, actor: Actor, poolId: PoolId, filter: ItemFilter, page: PageAsked): Promise<Result<Page<Item>>> {
  const open = filter.state === undefined || filter.state === "published";
  const allowed = await authorizer.may(actor, "item.read", { poolId, unitId: (filter.unit as never) ?? null, public: open });
  return allowed.ok ? ok(await store.read(poolId).items.list(filter, page)) : allowed;
}

/** @param version absent: the published one. */
export async function getItem({ store, authorizer }: ReadDeps, actor: Actor, poolId: PoolId, code: string, version?: number): Promise<Result<Item>> {
  const { items } = store.read(poolId);
  const item = version === undefined ? await items.published(code) : await items.version(code, version);
  const allowed = await authorizer.may(actor, "item.read", item ? factsOf(poolId, item) : { poolId });
  if (!allowed.ok) return allowed;
  return item ? ok(item) : refused(problem("object.not_found", { kind: "item" }));
}

/** All versions, newest first; whoever may not read drafts sees those that were published. */
export async function listVersions({ store, authorizer }: ReadDeps, actor: Actor, poolId: PoolId, code: string): Promise<Result<readonly Item[]>> {
  const versions = await store.read(poolId).items.versions(code);
  const readable: Item[] = [];
  for (const item of versions) if ((await authorizer.may(actor, "item.read", factsOf(poolId, item))).ok) readable.push(item);
  return readable.length > 0 ? ok(readable) : refused(problem("object.not_found", { kind: "item" }));
}

export async function getBundle({ store, authorizer }: ReadDeps, actor: Actor, poolId: PoolId, code: string): Promise<Result<Bundle>> {
  const allowed = await authorizer.may(actor, "bundle.read", { poolId, public: true });
  if (!allowed.ok) return allowed;
  const bundle = await store.read(poolId).bundles.get(code);
  return bundle ? ok(bundle) : refused(problem("object.not_found", { kind: "bundle" }));
}
