import { declareItem } from "../../domain/catalogue/declare-item.js";
import type { Item, ItemGuide } from "../../domain/catalogue/item.js";
import type { ItemCode, ResourceId, UnitId } from "../../domain/id.js";
import { declareUnit, unitRecord, type UnitDeclaration } from "../../domain/org/declare-unit.js";
import type { Unit } from "../../domain/org/unit.js";
import { assetRecord, declareAsset, type AssetDeclaration } from "../../domain/pool/declare-asset.js";
import { declareResource, resourceRecord, type ResourceDeclaration } from "../../domain/pool/declare-resource.js";
import type { Register } from "../../domain/pool/register.js";
import type { Resource } from "../../domain/pool/resource.js";
import { problem } from "../../domain/problem.js";
import { recipeProblems } from "../../domain/request/plan.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import { writeItems, type ItemDeclaration } from "../catalogue/write-items.js";
import { incomplete } from "../onboarding/checklist.js";
import { newlyPublic, writeUnits } from "../org/write-units.js";
import { restock, writeAssets } from "../pool/write-assets.js";
import { tellWriter, writeResources } from "../pool/write-resources.js";
import type { AssetRow } from "../ports/asset.js";
import type { ImportKind } from "../ports/import.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { Standing, TableKind } from "./kind.js";
import { endFailure, failOver } from "../drain/asset-outage.js";
import { endLoansOf } from "../rebalance/end-loans-of.js";
import { IMPORT_LAYOUTS } from "./layouts.js";
import { itemDeclaration, itemRow } from "./records.js";

const CHUNK = 2_000;
/** A tree of units is read whole; no pool has as many. */
const UNITS_MAX = 20_000;

const byKey = (all: readonly Standing[]): ReadonlyMap<string, Standing> => new Map(all.map((one) => [one.key, one]));
const mapped = <A, B>({ rows, next }: Page<A>, to: (row: A) => B): Page<B> => ({ rows: rows.map(to), next });

const resourceStanding = (resource: Resource): Standing => ({
  key: resource.code,
  row: resourceRecord(resource),
  unit: resource.unitId,
  generation: resource.generation,
  retired: resource.state === "retired",
});

const resources: TableKind<ResourceDeclaration> = {
  kind: "resources",
  layout: IMPORT_LAYOUTS.resources,
  declareAction: "resource.declare",
  key: "resource",
  chunk: CHUNK,
  standing: async (reading, keys) => byKey([...(await reading.resources.byCodes(keys)).values()].map(resourceStanding)),
  declare: (row, { register }) => declareResource(row, register),
  unitOf: ({ unitId }) => unitId,
  rowOf: (declared) => resourceRecord(declared),
  write: writeResources,
  list: async (reading, units, page) => mapped(await reading.resources.list({ units, own: true }, page), resourceStanding),
  async retire(act, standing) {
    const ids = await idsOf(act.tx, standing.map(({ key }) => key));
    for (const id of ids) await act.tx.resources.setState(id, "retired");
    await tellWriter(act, ids);
    await endLoansOf(act, ids);
    return ok();
  },
  async bringBack(act, rows) {
    const found = await act.tx.resources.byCodes(rows.map((row) => String(row["resource"])));
    for (const row of rows) {
      const resource = found.get(String(row["resource"]));
      if (resource) await act.tx.resources.setState(resource.id, row["state"] === "registered" ? "registered" : "published");
    }
    await tellWriter(act, [...found.values()].map(({ id }) => id));
  },
  async takeBack(act, keys) {
    // The writer may hold them in memory this very moment: they stay, offer nothing, and free their names.
    const ids = await idsOf(act.tx, keys);
    await act.tx.resources.withdraw(ids);
    await tellWriter(act, ids);
    return ok();
  },
};

const idsOf = async (tx: { readonly resources: { byCodes(codes: readonly string[]): Promise<ReadonlyMap<string, Resource>> } }, keys: readonly string[]): Promise<ResourceId[]> =>
  [...(await tx.resources.byCodes(keys)).values()].map(({ id }) => id);

const assetStanding = (asset: AssetRow): Standing => ({
  key: asset.code,
  row: assetRecord(asset),
  unit: asset.unitId,
  generation: asset.generation,
  retired: asset.state === "retired",
});

const assets: TableKind<AssetDeclaration> = {
  kind: "assets",
  layout: IMPORT_LAYOUTS.assets,
  declareAction: "asset.declare",
  key: "asset",
  chunk: CHUNK,
  standing: async (reading, keys) => byKey([...(await reading.assets.byCodes(keys)).values()].map(assetStanding)),
  extra: (reading, rows) => reading.resources.byCodes([...new Set(rows.flatMap((row) => (row["resource"] ? [String(row["resource"])] : [])))]),
  declare: (row, { register, extra }) => declareAsset(row, register, (code) => (extra as ReadonlyMap<string, Resource>).get(code)),
  unitOf: ({ unitId }) => unitId,
  rowOf: (declared) => assetRecord(declared),
  write: (act, rows) => writeAssets(act, rows),
  list: async (reading, units, page) => mapped(await reading.assets.list({ units }, page), assetStanding),
  async retire(act, standing) {
    const found = await act.tx.assets.byCodes(standing.map(({ key }) => key));
    for (const { id } of found.values()) await act.tx.assets.setState(id, "retired");
    await restock(act, behind(found));
    for (const asset of found.values()) if (asset.state === "in-service") await failOver(act, asset);
    return ok();
  },
  async bringBack(act, rows) {
    const found = await act.tx.assets.byCodes(rows.map((row) => String(row["asset"])));
    for (const asset of found.values()) {
      await act.tx.assets.setState(asset.id, "in-service");
      await endFailure(act, asset);
    }
    await restock(act, behind(found));
  },
  async takeBack(act, keys) {
    const found = await act.tx.assets.byCodes(keys);
    await act.tx.assets.remove([...found.values()].map(({ id }) => id));
    await restock(act, behind(found));
    return ok();
  },
};

const behind = (found: ReadonlyMap<string, AssetRow>): ResourceId[] => [...new Set([...found.values()].flatMap(({ resourceId }) => (resourceId === null ? [] : [resourceId])))];

const unitStanding = (unit: Unit): Standing => ({ key: unit.id, row: unitRecord(unit), unit: unit.id, generation: unit.generation, retired: unit.state === "retired" });

const units: TableKind<UnitDeclaration> = {
  kind: "units",
  layout: IMPORT_LAYOUTS.units,
  declareAction: "unit.declare",
  key: "unit",
  chunk: UNITS_MAX,
  async standing(reading, keys) {
    const wanted = new Set(keys);
    return byKey((await reading.units.all()).filter(({ id }) => wanted.has(id)).map(unitStanding));
  },
  declare: (row, { register }) => declareUnit(row, register),
  // A unit's place in the tree is its parent's business.
  unitOf: ({ id, parent }, register) => (register.units.has(id) ? id : parent),
  rowOf: (declared) => unitRecord(declared),
  async write(act, rows) {
    const written = await writeUnits(act, rows);
    // What is only compared is not there to be looked at.
    if (!written.ok || act.dryRun) return written;
    return unlessRefused(await incomplete(act.tx, newlyPublic(written.value)), written.value);
  },
  async list(reading, within, page) {
    if (within === undefined) return mapped(await reading.units.list({}, page), unitStanding);
    const all = new Set<string>(within);
    const found = await reading.units.list({}, page);
    return { rows: found.rows.filter(({ id }) => all.has(id)).map(unitStanding), next: found.next };
  },
  async retire(act, standing) {
    for (const { key } of standing) {
      const living = await act.tx.units.livingBeneath(key as UnitId);
      if (living.units + living.resources > 0) return refused(problem("import.in_use", { count: living.units + living.resources, object: key }));
      await act.tx.units.retire(key as UnitId);
    }
    await act.tx.commands.append(act.actorId, act.at, { kind: "pool.declared" });
    return ok();
  },
  async bringBack(act, rows) {
    await act.tx.units.revive(rows.map((row) => String(row["unit"]) as UnitId));
    await act.tx.commands.append(act.actorId, act.at, { kind: "pool.declared" });
  },
  async takeBack(act, keys) {
    const left = await act.tx.units.remove(keys as readonly UnitId[]);
    if (left.length > 0) return refused(problem("import.in_use", { count: left.length, object: left.slice(0, 5).join(", ") }));
    await act.tx.commands.append(act.actorId, act.at, { kind: "pool.declared" });
    return ok();
  },
};

/** Versions count up and each has generations of its own: together they never come back. */
const GENERATIONS_A_VERSION = 1_000_000;

const itemStanding = (item: Item): Standing => ({
  key: item.code,
  row: itemRow(item.guide),
  unit: item.guide.unit ?? null,
  generation: item.version * GENERATIONS_A_VERSION + item.generation,
  retired: item.state === "retired",
});

interface KnownItems {
  readonly newest: ReadonlyMap<string, Item>;
}

const items: TableKind<ItemDeclaration> = {
  kind: "items",
  layout: IMPORT_LAYOUTS.items,
  declareAction: "item.declare",
  key: "item",
  chunk: 500,
  standing: async (reading, keys) => byKey([...(await reading.items.newestAll(keys)).values()].map(itemStanding)),
  extra: async (reading, rows): Promise<KnownItems> => ({ newest: await reading.items.newestAll(rows.flatMap((row) => (row["item"] ? [String(row["item"])] : []))) }),
  declare(row, { register, extra }): Result<ItemDeclaration> {
    const record = itemDeclaration(row);
    if (!record.ok) return record;
    const guide = declareItem(record.value, register);
    if (!guide.ok) return guide;
    const newest = (extra as KnownItems).newest.get(guide.value.item);
    return unlessRefused(recipeProblems(guide.value.recipe), {
      guide: guide.value,
      // A table that repeats a guessed recipe does not confirm it, and one that repeats a draft does not publish it.
      guessed: newest?.guessed ?? false,
      publish: newest?.state !== "draft",
    });
  },
  unitOf: ({ guide }, register) => guide.unit ?? holderOf(guide, register),
  rowOf: ({ guide }) => itemRow(guide),
  write: writeItems,
  async list(reading, within, page) {
    const found = await reading.items.list({}, page);
    if (within === undefined) return mapped(found, itemStanding);
    const all = new Set<string>(within);
    return { rows: found.rows.filter(({ guide }) => guide.unit !== undefined && all.has(guide.unit)).map(itemStanding), next: found.next };
  },
  async retire(act, standing) {
    const newest = await act.tx.items.lockNewestAll(standing.map(({ key }) => key));
    for (const { code, version } of newest.values()) await act.tx.items.setState(code, version, "retired");
    return ok();
  },
  async bringBack(act, rows) {
    const newest = await act.tx.items.lockNewestAll(rows.map((row) => String(row["item"])));
    for (const { code, version } of newest.values()) await act.tx.items.setState(code, version, "published");
  },
  async takeBack(act, keys) {
    const applied = await act.tx.items.remove(keys as readonly ItemCode[]);
    const newest = await act.tx.items.lockNewestAll(applied);
    for (const { code, version } of newest.values()) await act.tx.items.setState(code, version, "retired");
    return ok();
  },
};

/** A line's item is the business of whoever leads that line at its level; of several, of none alone. */
function holderOf({ line, level }: ItemGuide, { units: all }: Register): UnitId | null {
  const holders = [...all.values()].filter((unit) => unit.line === line && unit.level === level && unit.state === "active");
  return holders.length === 1 ? (holders[0]?.id ?? null) : null;
}

export const TABLE_KINDS: Readonly<Record<ImportKind, TableKind>> = { units, resources, assets, items } as unknown as Readonly<Record<ImportKind, TableKind>>;
