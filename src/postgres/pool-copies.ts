import type { CopiedRequest, CopiedStep, CopyWish, PoolCopies, PoolCopy } from "../app/ports/pool-copy.js";
import type { LoadedPiece } from "../app/ports/writer.js";
import type { ItemGuide, Names } from "../domain/catalogue/item.js";
import { trusted, type PoolId, type RequestId, type ResourceId, type UnitId } from "../domain/id.js";
import type { PolicyRule } from "../domain/policy/rule.js";
import { AskBook } from "./ask-book.js";
import { connect, type Connection, type Sql } from "./connection.js";
import { readPoolMap } from "./queries/catalogue.js";
import { policySource, readRules } from "./queries/policy.js";
import { readOpenSteps } from "./sql/load-books.js";
import { inOneSnapshot, readPieces } from "./sql/snapshot.js";

/** Copies of pools, on two connections that are given back afterwards. */
export const createPoolCopies = (databaseUrl: string): PoolCopies => ({
  async copy(pool, wish) {
    const connection = connect(databaseUrl, { max: 2, applicationName: "govpool what-if" });
    try {
      let copied: PoolCopy | undefined;
      await inOneSnapshot(connection.sql, async (t, beside) => {
        copied = await readCopy(t, beside, pool, wish);
      });
      return copied;
    } finally {
      await connection.end();
    }
  },
});

async function readCopy(t: Sql, beside: Sql, pool: PoolId, wish: CopyWish): Promise<PoolCopy | undefined> {
  const [row] = await t<{ now: Date }[]>`
    select case clock when 'manual' then clock_at else date_trunc('milliseconds', clock_timestamp()) end as now from pool.pools where pool_id = ${pool}`;
  if (!row) return undefined;
  const at = row.now.getTime();
  const source = policySource({ sql: t } as Connection);
  const version = await source.activeVersion(pool);
  const asks = new AskBook(pool);
  const pieces: LoadedPiece[] = [];
  await readPieces({ t, beside }, pool, asks, at, version, (piece) => pieces.push(piece));
  const units = await t<{ unit_id: string; name_zh: string; name_en: string }[]>`select unit_id, name_zh, name_en from pool.units where pool_id = ${pool}`;
  const items = await t<{ guide: ItemGuide; guessed: boolean }[]>`select guide, guessed from pool.items where pool_id = ${pool} and state = 'published' order by item_code`;
  const draftRules = wish.policyVersion === undefined ? [] : await readRules(t, pool, wish.policyVersion);
  return {
    poolId: pool,
    at,
    pieces,
    map: await readPoolMap(t, pool),
    unitNames: new Map(units.map(({ unit_id, name_zh, name_en }): [UnitId, Names] => [trusted(unit_id), { zh: name_zh, en: name_en }])),
    places: await source.places(pool),
    rules: version === 0 ? [] : await readRules(t, pool, version),
    draftRules: draftRules.length === 0 ? null : (draftRules as readonly PolicyRule[]),
    items,
    requests: await readRequests(t, pool, asks),
    resources: await readResourceCodes(t, pool, wish.resources),
    assets: await readAssetCodes(t, pool, wish.assets),
  };
}

interface RequestRow {
  readonly request_id: number;
  readonly number: string;
  readonly item_code: string;
  readonly unit_id: string;
  readonly division_code: string;
  readonly received_at: Date;
  readonly promised_due_at: Date;
  readonly statutory_due_at: Date;
  readonly state: string;
}

/** Open requests with the steps that are not over. */
async function readRequests(sql: Sql, pool: PoolId, asks: AskBook): Promise<readonly CopiedRequest[]> {
  const rows = await sql<RequestRow[]>`
    select request_id, number, item_code, unit_id, division_code, received_at, promised_due_at, statutory_due_at, state
    from pool.requests where pool_id = ${pool} and closed_at is null order by request_id`;
  const steps = new Map<RequestId, CopiedStep[]>();
  await readOpenSteps(sql, pool, asks, (request, step) => void (steps.get(request)?.push(step) ?? steps.set(request, [step])));
  return rows.map((row) => {
    const id = trusted<RequestId>(row.request_id);
    return {
      id,
      number: row.number,
      item: trusted(row.item_code),
      unitId: trusted(row.unit_id),
      division: trusted(row.division_code),
      receivedAt: row.received_at.getTime(),
      promisedDueAt: row.promised_due_at.getTime(),
      statutoryDueAt: row.statutory_due_at.getTime(),
      rests: row.state === "supplement",
      steps: steps.get(id) ?? [],
    };
  });
}

async function readResourceCodes(sql: Sql, pool: PoolId, codes: readonly string[]): Promise<PoolCopy["resources"]> {
  if (codes.length === 0) return new Map();
  const rows = await sql<{ code: string; resource_id: ResourceId }[]>`select code, resource_id from pool.resources where pool_id = ${pool} and code = any(${[...codes]}::text[])`;
  return new Map(rows.map(({ code, resource_id }) => [code, resource_id]));
}

/** An asset's place is that among all of its resource, in the order in which resources are loaded with them. */
async function readAssetCodes(sql: Sql, pool: PoolId, codes: readonly string[]): Promise<PoolCopy["assets"]> {
  if (codes.length === 0) return new Map();
  const rows = await sql<{ code: string; resource_id: ResourceId; derived: boolean; place: number }[]>`
    select a.code, a.resource_id, r.derived,
           (select count(*)::int from pool.assets o where o.pool_id = a.pool_id and o.resource_id = a.resource_id and o.asset_id < a.asset_id) as place
    from pool.assets a join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id
    where a.pool_id = ${pool} and a.code = any(${[...codes]}::text[])`;
  return new Map(rows.map(({ code, resource_id, derived, place }) => [code, { resource: resource_id, place: derived ? place : null }]));
}
