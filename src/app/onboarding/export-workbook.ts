import type { PersonId, PoolId, UnitId } from "../../domain/id.js";
import { unitRecord } from "../../domain/org/declare-unit.js";
import type { Unit } from "../../domain/org/unit.js";
import { assetRecord } from "../../domain/pool/declare-asset.js";
import { resourceRecord } from "../../domain/pool/declare-resource.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { refused, type Result } from "../../domain/result.js";
import { workbookRoles } from "../../text/onboarding.js";
import type { Language } from "../../text/text.js";
import type { AppDeps } from "../deps.js";
import { openName } from "../identity/load-actor.js";
import { itemRow } from "../import/records.js";
import type { AssetRow } from "../ports/asset.js";
import type { TableRecord } from "../ports/import.js";
import type { Reading } from "../ports/store.js";
import type { Cell } from "../ports/tables.js";
import { everyRow } from "./checklist.js";
import { calendarRows, isOwnCalendar } from "./read-workbook.js";
import { WORKBOOK, WORKBOOK_SHEETS, type WorkbookSheet } from "./workbook-layout.js";

type ExportDeps = Pick<AppDeps, "store" | "authorizer" | "vault" | "tables">;

/** The unit's workbook as it stands: to fill in, or to correct and send again. Who its people are is told to those who may know. */
export async function unitWorkbook(deps: ExportDeps, actor: Actor, pool: PoolId, id: string, language: Language): Promise<Result<Uint8Array>> {
  const reading = deps.store.read(pool);
  const unit = await reading.units.get(id);
  const allowed = await deps.authorizer.may(actor, "onboarding.read", { poolId: pool, unitId: unit?.id ?? null });
  if (!allowed.ok) return allowed;
  if (!unit) return refused(problem("object.not_found", { kind: "unit" }));
  const mayName = await deps.authorizer.may(actor, "role-grant.read", { poolId: pool, unitId: unit.id });
  const posts = await everyRow((page) => reading.assets.list({ units: [unit.id], state: "in-service" }, page));
  const rows: Record<WorkbookSheet, readonly TableRecord[]> = {
    unit: [unitRecord(unit)],
    people: mayName.ok ? await peopleRows(deps, reading, unit.id, posts, language) : [],
    ...(await supplyRows(reading, unit, posts)),
    calendars: (await reading.calendars.all()).filter((calendar) => isOwnCalendar(calendar.id, unit.id)).flatMap(calendarRows),
    items: await itemRows(reading, unit.id),
  };
  return deps.tables.writeXlsx(WORKBOOK_SHEETS.map((sheet) => ({ layout: WORKBOOK[sheet], rows: cells(sheet, rows[sheet]) })), language);
}

async function* cells(sheet: WorkbookSheet, rows: readonly TableRecord[]): AsyncGenerator<readonly Cell[]> {
  for (const row of rows) yield WORKBOOK[sheet].columns.map(({ key }) => row[key] ?? "");
}

async function supplyRows({ resources, classes }: Reading, unit: Unit, posts: readonly AssetRow[]): Promise<Record<"resources" | "posts" | "counters", readonly TableRecord[]>> {
  const own = (await everyRow((page) => resources.list({ units: [unit.id], own: true }, page))).filter(({ state }) => state !== "retired");
  const kinds = new Map((await classes.all()).map(({ id, kind }) => [id, kind]));
  const staff = new Set(own.filter(({ classId }) => kinds.get(classId) === "staff").map(({ code }) => code));
  const isPost = ({ resource, personId }: AssetRow): boolean => personId !== null || (resource !== null && staff.has(resource));
  return { resources: own.map(resourceRecord), posts: posts.filter(isPost).map(assetRecord), counters: posts.filter((asset) => !isPost(asset)).map(assetRecord) };
}

async function peopleRows({ vault }: ExportDeps, { roleGrants, people }: Reading, unit: UnitId, posts: readonly AssetRow[], language: Language): Promise<readonly TableRecord[]> {
  const grants = await roleGrants.list({ unitId: unit });
  const ids = [...new Set<PersonId>(grants.map(({ personId }) => personId))];
  return (await people.some(ids)).flatMap((person) => {
    // Who signs in through a provider, or may not any more, is not the workbook's to say.
    if (person.loginName === null || person.state !== "active") return [];
    const roles = grants.flatMap(({ personId, role }) => (personId === person.personId && role in workbookRoles ? [workbookRoles[role as keyof typeof workbookRoles][language]] : []));
    const held = posts.filter(({ personId }) => personId === person.personId).map(({ code }) => code);
    return [{ person_name: openName(vault, person, "name") ?? "—", login_name: person.loginName, phone: "", role: roles.join(";"), posts: held.join(";") }];
  });
}

async function itemRows({ items }: Reading, unit: UnitId): Promise<readonly TableRecord[]> {
  const states = ["published", "draft"] as const;
  const listed = (await Promise.all(states.map((state) => everyRow((page) => items.list({ state, unit }, page))))).flat();
  const newest = await items.newestAll([...new Set(listed.filter(({ guide }) => guide.unit === unit).map(({ code }) => code))]);
  return [...newest.values()].map(({ guide }) => itemRow(guide));
}
