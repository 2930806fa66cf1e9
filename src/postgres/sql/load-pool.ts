import type { CarriedLoan, DeclaredPool, DeclaredResource, ServedAgreement } from "../../app/ports/writer.js";
import { trusted, type CalendarId, type DivisionCode, type PoolId, type ResourceId, type TraitId, type ZoneId } from "../../domain/id.js";
import { parseLocalDate, type DayNumber, type LocalDate } from "../../domain/instant.js";
import type { SuppliedAsset } from "../../domain/pool/capacity-by-period.js";
import { parseSpan, type Calendar, type CalendarDay, type Span, type Weekday } from "../../domain/pool/calendar.js";
import type { LabourLimit } from "../../domain/pool/labour.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import { outsideTerm } from "../../domain/rebalance/agreement.js";
import { copyLists, literal } from "../binary-copy.js";
import type { Sql } from "../connection.js";
import { otherResources } from "./plain-rows.js";
import { unitPlaces } from "./unit-places.js";

const spans = (texts: readonly string[]): Span[] => texts.flatMap((text) => parseSpan(text) ?? []);

interface ClassRow {
  class_id: string;
  kind: CapacityClass["kind"];
  name_zh: string;
  name_en: string;
  measure: CapacityClass["measure"];
  period: CapacityClass["period"];
  horizon_days: number | null;
  per: CapacityClass["per"];
  lend: CapacityClass["lend"];
  act: CapacityClass["act"];
  consumable: boolean;
  min: number;
  max: number;
  step: number;
  labour: LabourLimit | null;
  source: string | null;
  generation: number;
}

async function classes(sql: Sql, pool: PoolId): Promise<CapacityClass[]> {
  const rows = await sql<ClassRow[]>`select * from pool.classes where pool_id = ${pool} order by class_id`;
  return rows.map((row) => ({
    id: trusted(row.class_id),
    kind: row.kind,
    names: { zh: row.name_zh, en: row.name_en },
    measure: row.measure,
    period: row.period,
    horizonDays: row.horizon_days,
    per: row.per,
    lend: row.lend,
    act: row.act,
    consumable: row.consumable,
    limits: { min: row.min, max: row.max, step: row.step },
    ...(row.labour && { labour: row.labour }),
    source: row.source,
    generation: row.generation,
  }));
}

interface CalendarRow {
  calendar_id: string;
  layer: Calendar["layer"];
  base_id: string | null;
  name_zh: string;
  name_en: string;
  week: Record<string, string[]> | null;
  breaks: string[] | null;
}

interface DayRow {
  calendar_id: string;
  date: string;
  off: boolean;
  hours: string[] | null;
}

async function calendars(sql: Sql, pool: PoolId): Promise<Calendar[]> {
  const [rows, dayRows] = await Promise.all([
    sql<CalendarRow[]>`
      select calendar_id, layer, base_id, name_zh, name_en, week, breaks
      from pool.calendars where pool_id = ${pool} order by calendar_id`,
    sql<DayRow[]>`select calendar_id, date, off, hours from pool.calendar_days where pool_id = ${pool}`,
  ]);
  const daysOf = new Map<string, Map<DayNumber, CalendarDay>>();
  for (const row of dayRows) {
    const day = parseLocalDate(row.date);
    if (day === undefined) continue;
    let days = daysOf.get(row.calendar_id);
    if (!days) daysOf.set(row.calendar_id, (days = new Map()));
    days.set(day, { off: row.off, hours: row.hours && spans(row.hours), names: null });
  }
  return rows.map((row) => ({
    id: trusted<CalendarId>(row.calendar_id),
    layer: row.layer,
    base: row.base_id === null ? null : trusted<CalendarId>(row.base_id),
    names: { zh: row.name_zh, en: row.name_en },
    week: Object.fromEntries(Object.entries(row.week ?? {}).map(([weekday, texts]) => [weekday, spans(texts)])) as Partial<Record<Weekday, Span[]>>,
    days: daysOf.get(row.calendar_id) ?? new Map<DayNumber, CalendarDay>(),
    breaks: row.breaks && spans(row.breaks),
  }));
}

export async function readDeclaredPool(sql: Sql, pool: PoolId): Promise<Omit<DeclaredPool, "policyVersion">> {
  const [allClasses, allCalendars, divisionRows, zoneRows, [poolRow], units] = await Promise.all([
    classes(sql, pool),
    calendars(sql, pool),
    sql<{ code: string; parent_code: string | null }[]>`
      select code, parent_code from pool.divisions where pool_id = ${pool} order by code`,
    sql<{ zone_id: string; townships: string[] }[]>`
      select zone_id, townships from pool.zones where pool_id = ${pool} order by zone_id`,
    sql<{ calendar_id: string | null }[]>`select calendar_id from pool.pools where pool_id = ${pool}`,
    unitPlaces(sql, pool),
  ]);
  return {
    classes: allClasses,
    calendars: allCalendars,
    divisions: new Map(divisionRows.map((row) => [trusted<DivisionCode>(row.code), row.parent_code === null ? null : trusted<DivisionCode>(row.parent_code)])),
    zones: new Map(zoneRows.map((row) => [trusted<ZoneId>(row.zone_id), row.townships.map((code) => trusted<DivisionCode>(code))])),
    calendarId: poolRow?.calendar_id == null ? null : trusted<CalendarId>(poolRow.calendar_id),
    units: new Map(units.map((unit) => [unit.unitId, unit])),
  };
}

/** Of a drain `d` that takes something of the resource `r` away, or one of its assets. */
const ABSENCE = `jsonb_build_object('from', d.from_day, 'to', d.to_day)`;
const AWAY = `
  from pool.drained_resources w join pool.drains d on d.pool_id = w.pool_id and d.drain_id = w.drain_id and d.lifted_at is null and d.spares is null
  where w.pool_id = r.pool_id and w.resource_id = r.resource_id`;

/** The agreement that the resource `r` of a unit that is no organ serves under: one of a provider has a class at a time. */
const AGREED = `
  select jsonb_build_object('from', g.from_day, 'until', least(g.until_day, g.ended_from), 'divisions', g.content -> 'divisions', 'items', nullif(g.content -> 'items', '[]'),
    'suspended', g.state = 'suspended' or k.used_up_at is not null, 'inForce', g.content -> 'traits' <@ to_jsonb(r.traits) and ac.act <> 'deciding' and ac.kind in ('staff', 'material'))::text
  from pool.agreement_classes k
    join pool.agreements g on g.pool_id = k.pool_id and g.agreement_id = k.agreement_id and g.version = k.version
    join pool.classes ac on ac.pool_id = k.pool_id and ac.class_id = k.class_id
  where k.pool_id = r.pool_id and k.living and k.provider_unit_id = r.unit_id and k.class_id = r.class_id`;

/** Resources with the calendar they go by and, where the total follows them, their assets; in id order. All, those named, or those that do not come as rows. */
export async function readResources(
  sql: Sql,
  pool: PoolId,
  ids: readonly ResourceId[] | "all" | "other",
  feed: (resources: readonly DeclaredResource[]) => void,
): Promise<void> {
  const query = `
    select r.resource_id, r.unit_id, r.class_id, array_to_string(r.traits, ','), array_to_string(r.jurisdiction, ','), u.division_code,
           r.min, r.max, r.step, r.earmark, r.state = 'published' and u.state = 'active', r.automated, r.generation,
           r.total, r.derived, r.reserved, r.overcommit_percent, r.valid_from::text, r.valid_to::text, r.state,
           coalesce(r.calendar_id, u.calendar_id, p.calendar_id),
           case when r.derived then (
             select jsonb_agg(jsonb_build_object(
               'amount', a.amount, 'calendarId', a.calendar_id, 'state', a.state,
               'validFrom', a.valid_from, 'validTo', a.valid_to,
               'absences', (select jsonb_agg(${ABSENCE} order by w.drain_id) ${AWAY} and w.asset_id = a.asset_id)) order by a.asset_id)::text
             from pool.assets a
             where a.pool_id = r.pool_id and a.resource_id = r.resource_id) end,
           case when r.lender_resource_id is not null then (
             select jsonb_build_object('amount', l.amount, 'periods', coalesce(l.periods, '{}'), 'until',
               case k.period when 'slot' then (l.back_from - date '1970-01-01') * 48 else l.back_from - date '1970-01-01' end,
               'parts', ${PARTS})::text
             from pool.loans l join pool.classes k on k.pool_id = l.pool_id and k.class_id = l.class_id
             where l.pool_id = r.pool_id and l.resource_id = r.resource_id) end,
           (select jsonb_agg(${ABSENCE} order by w.drain_id)::text ${AWAY} and w.asset_id is null),
           case when u.kind = 'supplier' then coalesce((${AGREED}), 'null') end
    from pool.resources r
      join pool.units u on u.pool_id = r.pool_id and u.unit_id = r.unit_id
      join pool.pools p on p.pool_id = r.pool_id
    where r.pool_id = ${literal(pool)}
      ${ids === "all" ? "" : ids === "other" ? `and r.resource_id in (${otherResources(pool)})` : `and r.resource_id = any('{${ids.join(",")}}'::int8[])`}
    order by r.resource_id`;
  const traits = listsOf<TraitId>();
  const places = listsOf<string>();
  await copyLists(
    sql,
    query,
    (row): DeclaredResource => ({
      id: trusted(row.int8()),
      unitId: trusted(row.text()),
      classId: trusted(row.text()),
      traits: traits(row.text()),
      jurisdiction: places(row.text()),
      unitDivision: trusted(row.text()),
      limits: { min: row.int8(), max: row.int8(), step: row.int8() },
      earmark: row.textOrNull(),
      offered: row.bool(),
      automated: row.bool(),
      generation: row.int8(),
      total: row.int8OrNull(),
      derived: row.bool(),
      reserved: row.int8(),
      overcommitPercent: row.int4(),
      validFrom: row.textOrNull() as LocalDate | null,
      validTo: row.textOrNull() as LocalDate | null,
      state: row.text() as DeclaredResource["state"],
      calendarId: row.textOrNull() as CalendarId | null,
      assets: assetsOf(row.textOrNull()),
      ...loanOf(row.textOrNull()),
      ...servedUnder(absencesOf(row.textOrNull()), row.textOrNull()),
    }),
    feed,
  );
}

/** What of a loan `l` of class `k` stays in periods of which a part goes back, as the writer reckons it (`stillGiven`). */
const PARTS = `coalesce((
  select jsonb_agg(jsonb_build_object('period', t.period, 'keeps', t.keeps, 'gives', case t.keeps when 0 then 0 else l.amount - greatest(0, t.lent - t.keeps) end) order by t.period)
  from (
    select n.period, l.amount - sum(q.amount) as keeps,
           coalesce((select b.borrowed from pool.balances b where b.pool_id = l.pool_id and b.resource_id = l.resource_id and b.period = n.period), 0) as lent
    from unnest(l.periods) n (period)
      join pool.loan_parts q on q.pool_id = l.pool_id and q.loan_id = l.loan_id
        and n.period >= (q.from_day - date '1970-01-01') * case k.period when 'slot' then 48 else 1 end
    group by n.period
  ) t), '[]')`;

const loanOf = (json: string | null): Pick<DeclaredResource, "loan"> => (json === null ? {} : { loan: JSON.parse(json) as CarriedLoan });
const absencesOf = (json: string | null): Pick<DeclaredResource, "absences"> => (json === null ? {} : { absences: JSON.parse(json) as NonNullable<DeclaredResource["absences"]> });

/** What is bought gives nothing outside its term, nor while it is suspended or used up: days on which it is away, so that who could be served waits. */
function servedUnder(away: Pick<DeclaredResource, "absences">, json: string | null): Pick<DeclaredResource, "absences" | "agreement"> {
  if (json === null) return away;
  const agreement = JSON.parse(json) as ServedAgreement | null;
  return agreement === null ? { ...away, agreement } : { absences: [...(away.absences ?? []), ...outsideTerm(agreement.from, agreement.suspended ? agreement.from : agreement.until)], agreement };
}

const NO_ASSETS: readonly SuppliedAsset[] = [];
const assetsOf = (json: string | null): readonly SuppliedAsset[] => (json === null ? NO_ASSETS : (JSON.parse(json) as SuppliedAsset[]));

/** Lists of ids (which have no comma), each made once: who has the same shares one array. */
function listsOf<T extends string>(): (text: string) => readonly T[] {
  const made = new Map<string, readonly T[]>([["", []]]);
  return (text) => {
    let list = made.get(text);
    if (!list) made.set(text, (list = text.split(",") as T[]));
    return list;
  };
}
