import { trusted, type ClassId, type PoolId, type ResourceId, type TraitId, type UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { parentsOf } from "../../domain/org/division.js";
import type { PolicyRule } from "../../domain/policy/rule.js";
import { Calendars, officialStack } from "../../domain/pool/calendars.js";
import { outsideTerm, type AgreementContent } from "../../domain/rebalance/agreement.js";
import { NO_ROUTING } from "../../domain/request/competence.js";
import type { ManifestDeclarations } from "../pool/read-manifest.js";
import type { PoolCopy } from "../ports/pool-copy.js";
import type { DeclaredResource } from "../ports/writer.js";

/** As a pool that says nothing of it shares. */
const HALF_LIFE_DAYS = 7;

/** A folder of declarations as the pool it would make: nothing is booked, nobody waits, and the rules are those a pool begins with. */
export function copyOfManifest(poolId: PoolId, { register, resources, assets, items, cohorts, quotas, sharing, agreements }: ManifestDeclarations, rules: readonly PolicyRule[], at: Instant): PoolCopy {
  const { pool, units, calendars, divisions, zones } = register;
  const assetsOf = new Map<string, { readonly code: string; readonly asset: DeclaredResource["assets"][number] }[]>();
  for (const { declaration } of assets) {
    const { code, resource, amount, calendarId, validFrom, validTo } = declaration;
    if (resource !== null) assetsOf.set(resource, [...(assetsOf.get(resource) ?? []), { code, asset: { amount, calendarId, validFrom, validTo, state: "in-service" } }]);
  }
  const agreementOf = (unitId: UnitId, classId: ClassId) => agreements.find(({ declaration: { content } }) => content.provider === unitId && content.classes.some((one) => one.classId === classId))?.declaration.content;
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
      ...(unit.kind === "supplier" && servedUnder(agreementOf(unitId, classId), traits)),
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
      routing: { ...NO_ROUTING, agreed: agreements.flatMap(({ declaration: { content } }) => content.items.flatMap((item) => content.classes.map(({ classId }) => ({ item, classId })))) },
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

/** What an enterprise or association has gives nothing outside its agreement. */
const servedUnder = (agreement: AgreementContent | undefined, has: readonly TraitId[]): Pick<DeclaredResource, "agreement" | "absences"> =>
  agreement === undefined
    ? { agreement: null }
    : {
        agreement: {
          inForce: agreement.traits.every((trait) => has.includes(trait)),
          suspended: false,
          from: agreement.from,
          until: agreement.until,
          divisions: agreement.divisions,
          items: agreement.items.length === 0 ? null : agreement.items,
        },
        absences: outsideTerm(agreement.from, agreement.until),
      };
