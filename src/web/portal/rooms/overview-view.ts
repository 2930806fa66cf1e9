import type { DemandShown } from "../../../app/demand/read-demand.js";
import type { Places } from "../../../app/org/read-places.js";
import { KINDS } from "../../../domain/pool/class.js";
import type { DayNumber } from "../../../domain/instant.js";
import type { PoolOverview } from "../../../app/pool/pool-overview.js";
import type { ClassView, OverviewView } from "../pages/overview/view.js";

/** One page's figures from what the pool offers and what is asked of it. */
export function overviewView(overview: PoolOverview, demand: DemandShown, places: Places, day: DayNumber): OverviewView {
  const waitingOf = new Map<string, Record<string, number>>();
  for (const { classId, county, steps } of demand.waiting) {
    const counties = waitingOf.get(classId) ?? {};
    counties[county] = steps;
    waitingOf.set(classId, counties);
  }
  const classes = overview.classes
    .filter(({ resources, used }) => resources > 0 || used > 0)
    .map((one): ClassView => {
      const waiting = waitingOf.get(one.class.id) ?? {};
      const counties: Record<string, ClassView["counties"][string]> = {};
      for (const division of overview.divisions) {
        const totals = division.classes.find((each) => each.class === one.class.id);
        if (totals !== undefined) counties[division.division] = { capacity: totals.capacity, used: totals.used, waiting: waiting[division.division] ?? 0, resources: totals.resources };
      }
      return {
        id: one.class.id,
        names: one.class.names,
        kind: one.class.kind,
        measure: one.class.measure,
        periodKind: one.class.period,
        resources: one.resources,
        unlimited: one.unlimited,
        capacity: one.capacity,
        held: one.held,
        settled: one.settled,
        free: one.free,
        overdrawn: one.overdrawn,
        waiting: Object.values(waiting).reduce((sum, steps) => sum + steps, 0),
        counties,
      };
    })
    .sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  const own = overview.divisions.some(({ division }) => division === places.prefecture.code) ? [places.prefecture] : [];
  return {
    asOf: demand.asOf,
    day,
    prefecture: places.prefecture.code,
    counties: places.counties,
    columns: [...own, ...places.counties],
    units: new Set(overview.classes.flatMap(({ owners }) => owners.map(({ unitId }) => unitId))).size,
    resources: overview.classes.reduce((sum, { resources }) => sum + resources, 0),
    requests: demand.requests,
    waitingSteps: demand.waitingSteps,
    openByCounty: demand.openByCounty,
    waitingByCounty: demand.waitingByCounty,
    classes,
    waits: demand.waits,
  };
}
