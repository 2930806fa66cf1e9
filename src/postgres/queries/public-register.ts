import { pageOf } from "../../app/ports/page.js";
import type { PublicAllocation, PublicRegister } from "../../app/ports/public-register.js";
import { trusted, type PoolId, type UnitId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

type Row = Omit<PublicAllocation, "decidedAt" | "occurredAt" | "recordedAt" | "county" | "servingUnit" | "claimant"> & { decidedAt: Date; occurredAt: Date | null; recordedAt: Date | null; county: string; servingUnit: string; claimant: string | null; claimId: number; resourceId: number };

/** The first county or prefecture code in a township's or village's code. */
const COUNTY_DIGITS = 6;

export const publicRegister = (sql: Sql, pool: PoolId): PublicRegister => ({
  async list({ county }, { limit, after }) {
    const place = after === undefined ? undefined : readCursor(after, ["number", "number", "number", "number"]);
    // Walks decisions from the newest by their own index and looks up what each gave: no index on allocations is needed for it.
    const rows = await sql<Row[]>`
      select a.seq, d.decided_at as "decidedAt", a.claim_id as "claimId", a.resource_id as "resourceId",
        case when i.item_code is not null then jsonb_build_object('zh', i.name_zh, 'en', i.name_en) end as "itemNames",
        o.unit_id as claimant, case when o.unit_id is not null then jsonb_build_object('zh', o.name_zh, 'en', o.name_en) end as "claimantNames",
        left(coalesce(r.division_code, k.division_code), ${COUNTY_DIGITS}) as county,
        jsonb_build_object('zh', coalesce(v.name_zh, ''), 'en', coalesce(v.name_en, '')) as "countyNames",
        jsonb_build_object('zh', c.name_zh, 'en', c.name_en) as "classNames", c.kind, c.measure, c.period as "periodKind",
        a.period, a.amount, r.occurred_at as "occurredAt", case when r.occurred_at is not null then r.received_at end as "recordedAt", u.unit_id as "servingUnit", jsonb_build_object('zh', u.name_zh, 'en', u.name_en) as "servingUnitNames", a.state,
        case when l.unit_id is not null then jsonb_build_object('zh', l.name_zh, 'en', l.name_en) end as "leadNames"
      from pool.decisions d
        join pool.allocations a on a.pool_id = d.pool_id and a.step_id = d.step_id and a.attempt = d.attempt
        join pool.steps s on s.pool_id = d.pool_id and s.step_id = d.step_id
        left join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
        left join pool.claims k on s.request_id is null and k.pool_id = a.pool_id and k.claim_id = a.claim_id
        left join pool.direct_claims b on s.request_id is null and b.pool_id = s.pool_id and b.step_id = s.step_id
        left join pool.units l on l.pool_id = r.pool_id and l.unit_id = r.lead_unit_id
        left join pool.units o on o.pool_id = b.pool_id and o.unit_id = b.unit_id and o.published
        left join pool.items i on i.pool_id = r.pool_id and i.item_code = r.item_code and i.version = r.item_version
        join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
        join pool.units u on u.pool_id = x.pool_id and u.unit_id = x.unit_id
        join pool.classes c on c.pool_id = x.pool_id and c.class_id = x.class_id
        left join pool.divisions v on v.pool_id = d.pool_id and v.code = left(coalesce(r.division_code, k.division_code), ${COUNTY_DIGITS})
      where d.pool_id = ${pool} and d.outcome = 'granted'
        ${county === undefined ? sql`` : sql`and left(coalesce(r.division_code, k.division_code), ${COUNTY_DIGITS}) = ${county}`}
        ${place === undefined ? sql`` : sql`and d.seq <= ${place[0] ?? 0} and (d.seq, -a.claim_id, -a.resource_id, -a.period) < (${place[0] ?? 0}, ${-Number(place[1])}, ${-Number(place[2])}, ${-Number(place[3])})`}
      order by d.seq desc, a.claim_id, a.resource_id, a.period
      limit ${limit + 1}`;
    const page = pageOf(rows, limit, ({ seq, claimId, resourceId, period }) => cursorOf(seq, claimId, resourceId, period));
    return {
      next: page.next,
      rows: page.rows.map(({ claimId: _claim, resourceId: _resource, decidedAt, occurredAt, recordedAt, county: code, servingUnit, claimant, ...rest }) => ({ ...rest, claimant: claimant === null ? null : trusted<UnitId>(claimant), decidedAt: decidedAt.getTime(), occurredAt: occurredAt?.getTime() ?? null, recordedAt: recordedAt?.getTime() ?? null, county: trusted(code), servingUnit: trusted(servingUnit) })),
    };
  },
});
