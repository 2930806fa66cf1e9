import { departmentOf, guessItem, type GuessedItem } from "../../domain/catalogue/guess-item.js";
import { guessSupply } from "../../domain/catalogue/guess-supply.js";
import type { Names } from "../../domain/catalogue/item.js";
import { parseItemCode, type CalendarId, type DivisionCode, type PoolId } from "../../domain/id.js";
import { creditCodeFault } from "../../domain/org/credit-code.js";
import { declareUnit, type UnitDeclaration } from "../../domain/org/declare-unit.js";
import type { Division } from "../../domain/org/division.js";
import type { Calendar } from "../../domain/pool/calendar.js";
import { declareAsset } from "../../domain/pool/declare-asset.js";
import { declareCalendar } from "../../domain/pool/declare-calendar.js";
import { declareClass, type ClassDeclaration } from "../../domain/pool/declare-class.js";
import { declareResource } from "../../domain/pool/declare-resource.js";
import type { Register } from "../../domain/pool/register.js";
import { isPoolRole, SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { textProblem } from "../../domain/text.js";
import { columnWords, sheetWords } from "../../text/tables.js";
import type { AppDeps } from "../deps.js";
import { writeManifest } from "../pool/apply-manifest.js";
import { declaring, entryOf, type DeclaredRow, type DeclaringAct } from "../pool/declaring.js";
import { readRegister } from "../pool/register.js";
import type { ManifestDeclarations } from "../pool/read-manifest.js";
import type { KeptTable, SheetLayout } from "../ports/tables.js";
import { readItem } from "./read-item.js";

/** The columns that exports of service portals have. Codes of areas and departments are kept only as remarks. */
const CATALOGUE: SheetLayout = {
  sheet: "items",
  ...sheetWords.items,
  columns: [
    { key: "item_code", zh: columnWords.item.zh, en: "Item code", required: true },
    { key: "name", zh: columnWords.item_zh.zh, en: "Name", required: true },
    { key: "department", zh: "实施部门", en: "Department", required: true },
    { key: "theme", zh: columnWords.theme_zh.zh, en: "Theme" },
    { key: "task_type", zh: columnWords.task_type.zh, en: "Task type", required: true },
    { key: "task_type_name", zh: "类型名称", en: "Task type name" },
    { key: "area_code", zh: "区划代码", en: "Area code" },
    { key: "dept_code", zh: "部门代码", en: "Department code" },
  ],
};

/** A row that landed and still deserves a look. */
export interface CatalogueNotice {
  readonly line: number;
  readonly item: string;
  readonly kind: "same_name" | "other_area" | "unusual_code";
  readonly detail: string;
}

export interface CatalogueReport {
  readonly poolId: PoolId;
  readonly dryRun: boolean;
  readonly rows: number;
  readonly landed: number;
  readonly rejected: readonly { readonly line: number; readonly item: string; readonly problems: readonly Problem[] }[];
  readonly notices: readonly CatalogueNotice[];
  readonly shapes: readonly { readonly shape: string; readonly names: Names; readonly items: number; readonly perYear: number }[];
  readonly units: number;
  readonly resources: number;
  readonly assets: number;
  readonly perYear: number;
  /** Guessed requests a year, by item: what replays and load checks use. */
  readonly demand: readonly { readonly item: string; readonly perYear: number }[];
}

export interface CatalogueImport {
  /** The pool whose classes, traits and calendars the new one begins with. */
  readonly like: PoolId;
  readonly pool: PoolId;
  readonly names: Names;
  readonly division: DivisionCode;
  readonly table: KeptTable;
  /** Of the guessed volumes: the same seed gives the same pool. */
  readonly seed: number;
  readonly dryRun?: boolean;
}

type ImportItemsDeps = Pick<AppDeps, "store" | "authorizer" | "pools" | "policyWorkbench" | "manifests" | "tables">;

interface LandedRow {
  readonly line: number;
  readonly item: GuessedItem;
  readonly areaCode: string;
  readonly deptCode: string;
}

/**
 * Makes a pool from a real catalogue: a unit of every department, an item of every row with a recipe guessed from its
 * task type and the words of its name, and the resources such units would need. Every row lands or is reported with its
 * reason. Items stay flagged *guessed* until their unit confirms them; the same table again finds everything unchanged.
 */
export async function importItems(deps: ImportItemsDeps, actor: Actor, wish: CatalogueImport): Promise<Result<CatalogueReport>> {
  const { pool, like, dryRun = false } = wish;
  const exists = (await deps.pools.find(pool)) !== undefined;
  const allowed = await deps.authorizer.may(actor, exists ? "pool.declare" : "pool.create", { poolId: pool });
  if (!allowed.ok) return allowed;
  const model = await readRegister(deps.store.read(like));
  if (!model.ok) return model;
  const divisions = deps.manifests.nationalDivisions(wish.division, new Map());
  if (divisions.length === 0) return refused(problem("division.unknown", { division: wish.division }, { field: "division" }));

  const read = await readCatalogue(deps, wish);
  if (!read.ok) return read;
  const { landed, rejected, rows } = read.value;
  const declared = declarations(wish, model.value, divisions, landed, rejected);
  if (!declared.ok) return declared;

  const written = await declaring(deps, actor, pool, allowed.value.policyVersion, async (act) => {
    const made = await writeManifest(deps, act, declared.value, { guessed: true });
    if (made.ok && !exists) await shareAdministrators(deps, act, like);
    return made;
  }, { rollBack: dryRun });
  if (!written.ok) return written;
  if (!exists && !dryRun) deps.pools.forget();
  const items = landed.filter(({ line }) => !rejected.some((one) => one.line === line));
  return ok({
    poolId: pool,
    dryRun,
    rows,
    landed: declared.value.items.length,
    rejected: rejected.toSorted((a, b) => a.line - b.line),
    notices: noticesOf(items, wish.division),
    shapes: shapesOf(items),
    units: declared.value.units.length,
    resources: declared.value.resources.length,
    assets: declared.value.assets.length,
    perYear: items.reduce((sum, { item }) => sum + item.perYear, 0),
    demand: items.map(({ item }) => ({ item: item.row.code, perYear: item.perYear })),
  });
}

/** Whoever runs the pool it was modelled on runs the new one, until somebody says otherwise: a pool nobody may open helps nobody. */
async function shareAdministrators({ store }: ImportItemsDeps, act: DeclaringAct, like: PoolId): Promise<void> {
  for (const { personId, role, unitId } of await store.read(like).roleGrants.list({})) {
    if (unitId !== null || !isPoolRole(role)) continue;
    await act.tx.roleGrants.insert({ role }, personId, SYSTEM_PERSON, act.at);
    await act.tx.audit.append({ ...entryOf(act, "role-grant.grant-pool-role", "role-grant", `${personId}/${role}`, { after: { personId, role, unitId: null } }), onBehalfOf: personId });
  }
}

type Rejected = { line: number; item: string; problems: readonly Problem[] }[];

async function readCatalogue({ tables }: ImportItemsDeps, { table, pool, seed }: CatalogueImport): Promise<Result<{ rows: number; landed: LandedRow[]; rejected: Rejected }>> {
  const landed: LandedRow[] = [];
  const rejected: Rejected = [];
  const seen = new Set<string>();
  let rows = 0;
  for await (const event of tables.read(table, CATALOGUE)) {
    if (event.kind === "broken") return { ok: false, problems: event.problems };
    if (event.kind === "expect") continue;
    rows += 1;
    const { line, cells } = event;
    const [code, name, department, type] = ["item_code", "name", "department", "task_type"].map((key) => cells[key] ?? "") as [string, string, string, string];
    const problems = [...event.problems, ...rowProblems({ code, name, department, type }, seen)];
    seen.add(code);
    const item = problems.length === 0 ? guessItem({ code, name, department, theme: cells["theme"] || department, taskTypeNumber: Number(type) }, { pool, source: `guessed from ${table.fileName}, row ${line}`, seed }) : undefined;
    if (problems.length === 0 && !item) problems.push(problem("catalogue.not_applied_for", { value: type }, { field: "task_type" }));
    if (item) landed.push({ line, item, areaCode: cells["area_code"] ?? "", deptCode: cells["dept_code"] ?? "" });
    else rejected.push({ line, item: code, problems });
  }
  return ok({ rows, landed, rejected });
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "20"]);

function rowProblems({ code, name, department, type }: Record<"code" | "name" | "department" | "type", string>, seen: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const parsed = parseItemCode(code, "item_code");
  if (!parsed.ok) problems.push(...parsed.problems);
  else if (seen.has(code)) problems.push(problem("input.duplicate", { kind: "item", id: code }, { field: "item_code" }));
  for (const [field, text] of [["name", name], ["department", department]] as const) {
    const wrong = text === "" ? problem("input.missing", {}, { field }) : textProblem(text, 200, { field });
    if (wrong) problems.push(wrong);
  }
  if (!KNOWN_TYPES.has(type)) problems.push(problem("catalogue.task_type_unknown", { value: type.slice(0, 40) }, { field: "task_type" }));
  return problems;
}

/** Everything the pool is made of. What we made ourselves and the rules refuse is a fault of the model pool, and refuses the whole. */
function declarations(
  { pool, names, division }: CatalogueImport,
  model: Register,
  divisions: readonly Division[],
  landed: readonly LandedRow[],
  rejected: Rejected,
): Result<ManifestDeclarations> {
  const problems: Problem[] = [];
  const all = <D>(records: readonly unknown[], declare: (record: unknown) => Result<D>): DeclaredRow<D>[] =>
    records.flatMap((record) => {
      const declared = declare(record);
      if (!declared.ok) problems.push(...declared.problems);
      return declared.ok ? [{ declaration: declared.value, place: {} }] : [];
    });
  const root = `${pool}-government`;
  const classes = [...model.classes.values()].map(({ generation: _theirs, ...declaration }): DeclaredRow<ClassDeclaration> => ({ declaration, place: {} }));
  classes.push(...all(newAuthorities(landed, model), declareClass));
  const calendars = [...[...model.calendars.values()].map((declaration): DeclaredRow<Calendar> => ({ declaration, place: {} })), ...all(partTime(pool, model.pool.calendarId), declareCalendar)];
  const base: Register = {
    pool: { id: pool, division, calendarId: model.pool.calendarId },
    divisions: new Map(divisions.map((one) => [one.code, one])),
    zones: new Map(),
    calendars: new Map(calendars.map(({ declaration }) => [declaration.id, declaration])),
    classes: new Map(classes.map(({ declaration }) => [declaration.id, { ...declaration, generation: 0 }])),
    traits: model.traits,
    units: new Map(),
  };
  const units = all(unitRecords({ pool, names, division, root }, landed), (record) => declareUnit(record, base));
  const register: Register = { ...base, units: new Map(units.map(({ declaration }) => [declaration.id, asUnit(declaration)])) };
  const items = landed.flatMap(({ line, item }) => {
    const guide = readItem(item.record, register);
    if (!guide.ok) rejected.push({ line, item: item.row.code, problems: guide.problems });
    return guide.ok ? [{ declaration: guide.value, place: { line } }] : [];
  });
  const calendar = (daysAWeek: number): string => (daysAWeek >= 5 ? "" : partTimeId(pool, daysAWeek));
  const supply = guessSupply(landed.map(({ item }) => item), { pool, root, calendar });
  const resources = all(supply.resources, (record) => declareResource(record, register));
  const backed = new Map(resources.map(({ declaration }) => [declaration.code, declaration]));
  const assets = all(supply.assets, (record) => declareAsset(record, register, (code) => backed.get(code)));
  const [first, ...rest] = problems;
  if (first) return refused(first, ...rest);
  return ok({
    pool: {
      declaration: { id: pool, names, division, timeZone: "Asia/Shanghai", calendarId: model.pool.calendarId as CalendarId, divisionsRoot: division, divisionNames: new Map(), zones: [] },
      place: {},
    },
    divisions: divisions.map((declaration) => ({ declaration, place: {} })),
    calendars,
    classes,
    traits: [...model.traits.values()].map((declaration) => ({ declaration, place: {} })),
    priorities: [],
    units,
    resources,
    assets,
    items,
    bundles: [],
    cohorts: [],
    quotas: [],
    sharing: undefined,
    alertRules: [],
    standingLimits: [],
    agreements: [],
    reorganisations: [],
    taskForces: [],
    register,
  });
}

const asUnit = (declaration: UnitDeclaration) => ({ ...declaration, state: "active" as const, generation: 0 });

/** Authorities the model pool has no class for: gates, as all of them. */
const newAuthorities = (landed: readonly LandedRow[], { classes }: Register): readonly unknown[] =>
  [...new Map(landed.map(({ item }) => [item.department.authority, item])).values()]
    .filter(({ department }) => !classes.has(department.authority))
    .map(({ department, row }) => ({
      class: department.authority,
      names: { zh: `${row.department}职权`, en: `Authority: ${department.en}` },
      measure: "case",
      period: "none",
      per: "unit",
      lend: "none",
      act: "deciding",
      limits: { min: 1, max: 1, step: 1 },
      source: "guessed: a gate, not a stock; the law has to be named by the unit",
    }));

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"] as const;
/** Which days are worked: spread over the week. */
const WORKED: Readonly<Record<number, readonly string[]>> = { 1: ["wed"], 2: ["tue", "thu"], 3: ["mon", "wed", "fri"], 4: ["mon", "tue", "thu", "fri"] };
const partTimeId = (pool: PoolId, days: number): string => `${pool}-${days}-days`;

const partTime = (pool: PoolId, base: string | null): readonly unknown[] =>
  Object.entries(WORKED).map(([days, worked]) => ({
    calendar: partTimeId(pool, Number(days)),
    layer: "resource",
    ...(base === null ? {} : { base }),
    names: { zh: `每周 ${days} 天`, en: `${days} days a week` },
    // A weekday that is worked is left to the calendar beneath, with its hours and its breaks.
    week: Object.fromEntries(WEEKDAYS.filter((day) => !worked.includes(day)).map((day) => [day, []])),
  }));

function unitRecords({ pool, names, division, root }: Pick<CatalogueImport, "pool" | "names" | "division"> & { readonly root: string }, landed: readonly LandedRow[]): readonly unknown[] {
  const departments = new Map(landed.map(({ item, deptCode }) => [item.unit, { item, deptCode }]));
  const common = { division, level: "county", public: "true" };
  return [
    { unit: root, name_zh: `${names.zh}`, name_en: names.en, line: "government", ...common },
    ...[...departments].map(([unit, { item, deptCode }]) => ({
      unit,
      parent: root,
      name_zh: item.row.department,
      name_en: `${names.en}: ${departmentOf(item.row.department).en}`,
      line: item.department.line,
      // Only some department codes are credit codes; the others name the department in its own system.
      credit_code: deptCode.length === 18 && creditCodeFault(deptCode) === undefined ? deptCode : "",
      ...common,
    })),
  ];
}

/** Parts of an ordinary code: item, area, version, department, and two more. */
const CODE_PARTS = 6;

function noticesOf(landed: readonly LandedRow[], division: string): CatalogueNotice[] {
  const named = new Map<string, number>();
  return landed.flatMap(({ line, item: { row } }) => {
    const notices: CatalogueNotice[] = [];
    const key = `${row.department} ${row.name}`;
    const earlier = named.get(key);
    if (earlier !== undefined) notices.push({ line, item: row.code, kind: "same_name", detail: String(earlier) });
    else named.set(key, line);
    const area = /-(\d{6})000000-/.exec(row.code)?.[1];
    if (area !== undefined && area !== division) notices.push({ line, item: row.code, kind: "other_area", detail: area });
    const parts = row.code.split("-").length;
    if (parts !== CODE_PARTS) notices.push({ line, item: row.code, kind: "unusual_code", detail: String(parts) });
    return notices;
  });
}

function shapesOf(landed: readonly LandedRow[]): CatalogueReport["shapes"] {
  const shapes = new Map<string, { names: Names; items: number; perYear: number }>();
  for (const { item } of landed) {
    const known = shapes.get(item.rule.shape) ?? { names: item.rule.names, items: 0, perYear: 0 };
    shapes.set(item.rule.shape, { ...known, items: known.items + 1, perYear: known.perYear + item.perYear });
  }
  return [...shapes].map(([shape, counts]) => ({ shape, ...counts })).sort((a, b) => b.items - a.items || (a.shape < b.shape ? -1 : 1));
}
