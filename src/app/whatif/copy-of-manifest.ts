import { trusted, type PoolId, type ResourceId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { parentsOf } from "../../domain/org/division.js";
import type { PolicyRule } from "../../domain/policy/rule.js";
import { Calendars, officialStack } from "../../domain/pool/calendars.js";
import { NO_ROUTING } from "../../domain/request/competence.js";
import type { ManifestDeclarations } from "../pool/read-manifest.js";
import type { PoolCopy } from "../ports/pool-copy.js";
import type { DeclaredResource } from "../ports/writer.js";

/** As a pool that says nothing of it shares. */
const HALF_LIFE_DAYS = 7;

/** A folder of declarations as the pool it would make: nothing is booked, nobody waits, and the rules are those a pool begins with. */
export function copyOfManifest(poolId: PoolId, { register, resources, assets, items, cohorts, quotas, sharing }: ManifestDeclarations, rules: readonly PolicyRule[], at: Instant): PoolCopy {
  const { pool, units, calendars, divisions, zones } = register;
  const assetsOf = new Map<string, { readonly code: string; readonly asset: DeclaredResource["assets"][number] }[]>();
  for (const { declaration } of assets) {
    const { code, resource, amount, calendarId, validFrom, validTo } = declaration;
    if (resource !== null) assetsOf.set(resource, [...(assetsOf.get(resource) ?? []), { code, asset: { amount, calendarId, validFrom, validTo, state: "in-service" } }]);
  }
  const codes = new Map<string, ResourceId>();
  const assetCodes = new Map<string, { readonly resource: ResourceId; readonly place: number | null }>();
  const declared = resources.map(({ declaration }, n): DeclaredResource => {
    const { code, unitId, classId, traits, jurisdiction, limits, earmark, automated, total, derived, reserved, overcommitPercent, validFrom, validTo } = declaration;
    const unit = units.get(unitId)!;
    const id = trusted<ResourceId>(n + 1);
    const state = declaration.state ?? "published";
    const own = assetsOf.get(code) ?? [];
    codes.set(code, id);
    own.forEach((one, place) => assetCodes.set(one.code, { resource: id, place: derived ? place : null }));
    return {
      id,
      unitId,
      classId,
      traits,
      jurisdiction,
      unitDivision: unit.division,
      limits,
      earmark,
      offered: state === "published",
      automated,
      generation: 1,
      total,
      derived,
      reserved,
      overcommitPercent,
      validFrom,
      validTo,
      state,
      calendarId: declaration.calendarId ?? unit.calendarId ?? pool.calendarId,
      assets: derived ? own.map(({ asset }) => asset) : [],
    };
  });
  const active = [...units.values()];
  const places = new Map(active.map(({ id, parent, division, line, level }) => [id, { unitId: id, parentId: parent, divisionCode: division, line, level }] as const));
  return {
    poolId,
    at,
    pieces: [
      {
        kind: "pool",
        pool: {
          classes: [...register.classes.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
          divisions: parentsOf(divisions.values()),
          zones: new Map([...zones.values()].map(({ id, townships }) => [id, townships])),
          calendars: [...calendars.values()],
          calendarId: pool.calendarId,
          units: places,
          policyVersion: 1,
        },
      },
      { kind: "resources", resources: declared },
      ...(quotas.length > 0
        ? [
            {
              kind: "quotas" as const,
              book: {
                rules: {
                  halfLifeDays: sharing?.declaration.halfLifeDays ?? HALF_LIFE_DAYS,
                  cohorts: cohorts.map(({ declaration: { id, parent } }) => ({ id, parent })),
                  quotas: quotas.map(({ declaration }) => declaration),
                },
                settled: [],
                uncounted: { quotas: [], settled: [] },
              },
            },
          ]
        : []),
    ],
    map: {
      offices: active
        .filter(({ published }) => published)
        .map(({ id, names, line, level, division }) => ({ id, names, line, level, division }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
      parents: parentsOf(divisions.values()),
      routing: NO_ROUTING,
      divisions: new Map([...divisions.values()].map(({ code, names }) => [code, names])),
      calendar: officialStack(new Calendars(calendars.values()), pool.calendarId),
    },
    unitNames: new Map(active.map(({ id, names }) => [id, names])),
    places: {
      units: places,
      classes: new Map([...register.classes.values()].map(({ id, kind, act }) => [id, { kind, act }])),
    },
    rules,
    draftRules: null,
    items: items.map(({ declaration }) => ({ guide: declaration, guessed: false })).sort((a, b) => (a.guide.item < b.guide.item ? -1 : 1)),
    requests: [],
    resources: codes,
    assets: assetCodes,
  };
}
