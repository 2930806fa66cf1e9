import { exportTable, type ExportName } from "../../../app/import/export-table.js";
import { retireResource } from "../../../app/pool/move-resource.js";
import { getResource, listAssets, listResources } from "../../../app/pool/read-resources.js";
import { changeResource, registerResource } from "../../../app/pool/register-resource.js";
import { resourceUse } from "../../../app/pool/resource-use.js";
import type { Names } from "../../../domain/catalogue/item.js";
import { KINDS, type Kind } from "../../../domain/pool/class.js";
import { resourceRecord } from "../../../domain/pool/declare-resource.js";
import type { Problem } from "../../../domain/problem.js";
import { ok } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, generationOf, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { AssetsPage } from "../pages/assets/page.js";
import { RegisterPage } from "../pages/register/page.js";
import { ResourcePage } from "../pages/resource/page.js";
import { ResourcesPage } from "../pages/resources/page.js";
import { PAGE_ROWS, queryString } from "./common.js";
import { fileAnswer } from "./file-answer.js";
import { deskUnits } from "./units.js";

type Where = "desk" | "centre";

const STATES = ["registered", "published", "retired"] as const;
const oneOf = <T extends string>(words: readonly T[], text: string): T | undefined => words.find((word) => word === text);
const optional = (text: string): string | undefined => (text === "" ? undefined : text);

/** Days shown of a day class, and of a slot class: about as many columns each. */
const DAYS_SHOWN = 28;
const SLOT_DAYS_SHOWN = 1;
const HOLDERS_SHOWN = 50;

const exportsOf = (call: PageCall, where: Where, name: ExportName, unit: string | undefined) => {
  const path = inPool(call.frame, `/${where}/exports/${name}`);
  const query = queryString({ unit });
  const suffix = query === "" ? "" : `?${query}`;
  return { csv: `${path}.csv${suffix}`, xlsx: `${path}.xlsx${suffix}` };
};

/** Divisions by name; a functional zone as it is written. */
const placesNamed = ({ frame }: PageCall, codes: readonly string[], divisions: ReadonlyMap<string, Names>): readonly string[] =>
  codes.map((code) => {
    const names = divisions.get(code);
    return names === undefined ? code : frame.voice.name(names);
  });

async function list(call: PageCall, where: Where): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query } = call;
  const { unit } = where === "desk" ? await deskUnits(call) : { unit: undefined };
  const asked = { kind: query("kind"), class: query("class"), state: query("state"), division: query("division"), q: query("q").trim() };
  const found = await listResources(
    deps,
    actor,
    pool,
    {
      unit: unit?.id,
      class: optional(asked.class),
      kind: oneOf<Kind>(KINDS, asked.kind),
      state: oneOf(STATES, asked.state),
      division: optional(asked.division),
      text: optional(asked.q),
    },
    { limit: PAGE_ROWS, after: optional(query("after")) },
  );
  if (!found.ok) return refuse(found.problems);
  const reading = deps.store.read(pool);
  const classes = await reading.classes.all();
  const byClass = new Map(classes.map((one) => [one.id, one]));
  const { divisions } = await reading.catalogue.poolMap();
  const units = new Map((where === "centre" ? await reading.units.all() : []).map((one) => [one.id, one.names]));
  const may = async (action: "resource.declare" | "import.preview" | "resource.export"): Promise<boolean> =>
    (await deps.authorizer.may(actor, action, { poolId: pool, unitId: unit?.id ?? null })).ok;
  return page(
    <ResourcesPage
      frame={frame}
      view={{
        room: where,
        unit,
        query: asked,
        classes: classes.map(({ id, names }) => ({ id, names })),
        rows: found.value.rows.map((one) => {
          const capacityClass = byClass.get(one.classId);
          return {
            code: one.code,
            classNames: capacityClass?.names ?? { zh: one.classId, en: one.classId },
            kind: capacityClass?.kind ?? "staff",
            measure: capacityClass?.measure ?? "piece",
            unit: units.get(one.unitId) ?? unit?.names ?? { zh: one.unitId, en: one.unitId },
            total: one.total,
            reserved: one.reserved,
            jurisdiction: placesNamed(call, one.jurisdiction, divisions),
            state: one.state,
          };
        }),
        next: found.value.next === null ? undefined : queryString({ unit: unit?.id, ...asked, after: found.value.next }),
        exports: (await may("resource.export")) ? exportsOf(call, where, "resources", unit?.id) : undefined,
        mayRegister: where === "desk" && (await may("resource.declare")),
        importHref: (await may("import.preview")) ? inPool(frame, `/${where}/imports?${queryString({ kind: "resources", unit: unit?.id })}`) : undefined,
      }}
    />,
  );
}

async function one(call: PageCall, where: Where): Promise<PageAnswer> {
  const { deps, actor, pool, frame, param, query } = call;
  const code = param("code");
  const resource = await getResource(deps, actor, pool, code);
  if (!resource.ok) return refuse(resource.problems);
  const reading = deps.store.read(pool);
  const periodKind = (await reading.classes.all()).find(({ id }) => id === resource.value.classId)?.period;
  const use = await resourceUse(deps, actor, pool, code, { days: periodKind === "slot" ? SLOT_DAYS_SHOWN : DAYS_SHOWN, after: optional(query("after")) });
  if (!use.ok) return refuse(use.problems);
  const [unit, traits] = [await reading.units.get(resource.value.unitId), await reading.traits.all()];
  const { resource: declared, class: capacityClass, periods, holders } = use.value;
  const may = async (action: "resource.declare" | "resource.retire"): Promise<boolean> =>
    declared.state !== "retired" && (await deps.authorizer.may(actor, action, { poolId: pool, unitId: declared.unitId })).ok;
  return page(
    <ResourcePage
      frame={frame}
      view={{
        room: where,
        code,
        classId: declared.classId,
        classNames: capacityClass.names,
        measure: capacityClass.measure,
        periodKind: capacityClass.period,
        unit: { id: declared.unitId, names: unit?.names ?? { zh: declared.unitId, en: declared.unitId } },
        total: declared.total,
        unlimited: use.value.unlimited,
        derived: declared.derived,
        reserved: declared.reserved,
        overcommitPercent: declared.overcommitPercent,
        limits: declared.limits,
        traits: declared.traits.map((id) => traits.find((trait) => trait.id === id)?.names ?? { zh: id, en: id }),
        jurisdiction: placesNamed(call, declared.jurisdiction, (await reading.catalogue.poolMap()).divisions),
        calendar: declared.calendarId,
        validFrom: declared.validFrom,
        validTo: declared.validTo,
        earmark: declared.earmark,
        legalBasis: declared.legalBasis,
        numberBasis: declared.numberBasis,
        source: declared.source,
        state: declared.state,
        generation: declared.generation,
        idempotencyKey: freshKey(),
        periods,
        holders: holders.rows.slice(0, HOLDERS_SHOWN).map((holder) => ({
          number: holder.requestNumber,
          step: holder.step,
          period: holder.period,
          amount: holder.state === "settled" ? holder.settled : holder.amount,
          state: holder.state,
        })),
        may: { change: await may("resource.declare"), retire: await may("resource.retire") },
        saved: query("saved") === "yes",
      }}
    />,
  );
}

/** Fields of the form that are fields of the record. */
const FIELDS = ["resource", "unit", "class", "total", "reserved", "overcommit", "traits", "jurisdiction", "calendar", "valid_from", "valid_to", "earmark", "legal_basis", "number_basis", "source"] as const;

async function registerPage(call: PageCall, code: string | undefined, values: Readonly<Record<string, string>>, generation: number, problems: readonly Problem[]): Promise<PageAnswer> {
  const { deps, pool, frame } = call;
  const reading = deps.store.read(pool);
  const [classes, calendars, { units, unit }] = [await reading.classes.all(), await reading.calendars.all(), await deskUnits(call)];
  const chosen = values["unit"] ?? unit?.id ?? "";
  return page(
    <RegisterPage
      frame={frame}
      view={{
        code,
        generation,
        idempotencyKey: freshKey(),
        units: unit === undefined || units.some(({ id }) => id === unit.id) ? units : [...units, unit],
        classes: classes.map(({ id, names, kind, measure }) => ({ id, names, kind, measure })),
        calendars: calendars.map(({ id, names }) => ({ id, names })),
        values: { ...values, unit: chosen },
        problems,
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

const recordOf = (form: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(FIELDS.filter((field) => form[field] !== undefined).map((field) => [field, (form[field] ?? "").trim()]));

const desk: readonly PageRoute[] = [
  {
    method: "get",
    path: "/desk/resources/new",
    access: "resource.declare",
    room: "desk",
    here: "register",
    async handle(call) {
      const { unit } = await deskUnits(call);
      const allowed = await call.deps.authorizer.may(call.actor, "resource.declare", { poolId: call.pool, unitId: unit?.id ?? null });
      return allowed.ok ? await registerPage(call, undefined, {}, 0, []) : refuse(allowed.problems);
    },
  },
  {
    method: "post",
    path: "/desk/resources",
    access: "resource.declare",
    room: "desk",
    here: "register",
    async handle(call) {
      const { deps, actor, pool, frame, form } = call;
      const done = await once(call, async () => {
        const registered = await registerResource(deps, actor, pool, recordOf(form));
        return registered.ok ? ok(inPool(frame, `/desk/resources/${registered.value.code}?saved=yes`)) : registered;
      });
      return "to" in done ? go(done.to) : await registerPage(call, undefined, form, 0, done.problems);
    },
  },
  {
    method: "get",
    path: "/desk/resources/:code/edit",
    access: "resource.declare",
    room: "desk",
    here: "resources",
    async handle(call) {
      const { deps, actor, pool, param } = call;
      const found = await getResource(deps, actor, pool, param("code"));
      if (!found.ok) return refuse(found.problems);
      const allowed = await deps.authorizer.may(actor, "resource.declare", { poolId: pool, unitId: found.value.unitId });
      if (!allowed.ok) return refuse(allowed.problems);
      return await registerPage(call, found.value.code, resourceRecord(found.value), found.value.generation, []);
    },
  },
  {
    method: "post",
    path: "/desk/resources/:code",
    access: "resource.declare",
    room: "desk",
    here: "resources",
    async handle(call) {
      const { deps, actor, pool, frame, form, param } = call;
      const code = param("code");
      const done = await once(call, async () => {
        const changed = await changeResource(deps, actor, pool, code, recordOf(form), generationOf(form));
        return changed.ok ? ok(inPool(frame, `/desk/resources/${code}?saved=yes`)) : changed;
      });
      return "to" in done ? go(done.to) : await registerPage(call, code, form, generationOf(form), done.problems);
    },
  },
  {
    method: "post",
    path: "/desk/resources/:code/retirement",
    access: "resource.retire",
    room: "desk",
    here: "resources",
    async handle(call) {
      const { deps, actor, pool, frame, form, param } = call;
      const done = await once(call, async () => {
        const retired = await retireResource(deps, actor, pool, param("code"), generationOf(form));
        return retired.ok ? ok(inPool(frame, `/desk/resources/${param("code")}?saved=yes`)) : retired;
      });
      return "to" in done ? go(done.to) : refuse(done.problems);
    },
  },
  {
    method: "get",
    path: "/desk/assets",
    access: "asset.read",
    room: "desk",
    here: "assets",
    async handle(call) {
      const { deps, actor, pool, frame, query } = call;
      const { unit } = await deskUnits(call);
      const found = await listAssets(deps, actor, pool, { unit: unit?.id }, { limit: PAGE_ROWS, after: optional(query("after")) });
      if (!found.ok) return refuse(found.problems);
      const mayExport = await deps.authorizer.may(actor, "asset.export", { poolId: pool, unitId: unit?.id ?? null });
      return page(
        <AssetsPage
          frame={frame}
          view={{
            unit: unit?.names ?? { zh: "", en: "" },
            rows: found.value.rows.map((asset) => ({ ...asset, calendar: asset.calendarId })),
            next: found.value.next === null ? undefined : queryString({ unit: unit?.id, after: found.value.next }),
            exports: mayExport.ok ? exportsOf(call, "desk", "assets", unit?.id) : undefined,
          }}
        />,
      );
    },
  },
];

const EXPORTED: Readonly<Record<string, PageRoute["access"]>> = { resources: "resource.export", assets: "asset.export" };

/** A whole list as a file; the same rows and columns come in again through an import. */
const exported = (where: Where, name: "resources" | "assets", format: "csv" | "xlsx"): PageRoute => ({
  method: "get",
  path: `/${where}/exports/${name}.${format}`,
  access: EXPORTED[name] ?? "resource.export",
  room: where,
  async handle(call) {
    const { unit } = where === "desk" ? await deskUnits(call) : { unit: undefined };
    return await exportAnswer(call, name, format, unit?.id);
  },
});

async function exportAnswer(call: PageCall, name: ExportName, format: "csv" | "xlsx", unit: Parameters<typeof exportTable>[2]["unit"]): Promise<PageAnswer> {
  const table = await exportTable(call.deps, call.actor, { name, ...(unit === undefined ? {} : { unit }) });
  return table.ok ? await fileAnswer(call, name, format, table.value) : refuse(table.problems);
}

/** Lists and single resources of a room; the desk also registers and changes. */
export const resourceRoutes = (where: Where): readonly PageRoute[] => [
  { method: "get", path: `/${where}/resources`, access: "resource.read", room: where, here: "resources", handle: (call) => list(call, where) },
  ...(where === "desk" ? desk : []),
  ...(where === "desk" ? (["resources", "assets"] as const) : (["resources"] as const)).flatMap((name) => (["csv", "xlsx"] as const).map((format) => exported(where, name, format))),
  { method: "get", path: `/${where}/resources/:code`, access: "resource.read", room: where, here: "resources", handle: (call) => one(call, where) },
];
