import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { importItems, type CatalogueReport } from "../app/catalogue/import-items.js";
import { renderTable } from "../cli/table.js";
import { parseDivisionCode, parsePoolId, type DivisionCode, type PoolId } from "../domain/id.js";
import type { Problem } from "../domain/problem.js";
import { importText } from "../text/import.js";
import { problemTitle, problemTodo } from "../text/problems.js";
import { say, type Facts } from "../text/text.js";
import type { Composition } from "./compose.js";
import { ConfigError, type Config } from "./config.js";

export interface CatalogueOptions {
  readonly into?: string;
  readonly division?: string;
  readonly like?: string;
  readonly seed: string;
  readonly dryRun?: boolean;
  readonly output: string;
}

const HEAD_BYTES = 64 * 1024;
const NAMED_MAX = 20;

/** Service portals export `item_code` and a department; our own tables of items have neither. */
export async function isForeignCatalogue(file: string): Promise<boolean> {
  const [header = ""] = (await headOf(file)).split("\n");
  return /item_code/i.test(header) && /department/i.test(header);
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** `govpool import items FILE` with a service portal's catalogue: a pool of its own. */
export async function importCatalogue({ deps }: Composition, file: string, options: CatalogueOptions, { language }: Config, print: (line: string) => void): Promise<number> {
  const t = (key: keyof typeof importText, facts?: Facts): string => say(language, importText[key], facts);
  const refuse = (problems: readonly Problem[]): number => {
    for (const one of problems) print(`${one.line === undefined ? "" : `${basename(file)}:${one.line}: `}${problemTitle(language, one)} ${problemTodo(language, one)}`);
    return 1;
  };
  // The area most rows name is the one the catalogue is of.
  const area = options.division ?? /(?:^|[-,"])([1-9]\d{5})000000(?:[-,"]|$)/m.exec(await headOf(file))?.[1];
  if (area === undefined) throw new ConfigError(t("catalogue.no_area"));
  const division = parseDivisionCode(area, "division");
  if (!division.ok) return refuse(division.problems);
  const pool = parsePoolId(options.into ?? `catalogue-${area}`, "into");
  if (!pool.ok) return refuse(pool.problems);
  const like = await modelOf({ deps }, options.like, pool.value);
  if (like === undefined) throw new ConfigError(t("catalogue.no_model", { pools: (await deps.pools.list()).map(({ id }) => id).join(", ") }));

  const table = await deps.tables.keep(createReadStream(file), basename(file));
  if (!table.ok) return refuse(table.problems);
  try {
    const report = await importItems(deps, { kind: "system", poolId: pool.value, task: "import items" }, {
      like,
      pool: pool.value,
      names: namesOf(deps.manifests.nationalDivisions(division.value, new Map()), division.value),
      division: division.value,
      table: table.value,
      seed: Number(options.seed),
      dryRun: options.dryRun === true,
    });
    if (!report.ok) return refuse(report.problems);
    if (options.output === "json") print(JSON.stringify(report.value, null, 2));
    else for (const line of linesOf(report.value, language, t)) print(line);
    return 0;
  } finally {
    await deps.tables.drop(table.value);
  }
}

/** A long list of odd codes must not hide the two rows that share a name. */
const rarestFirst = (notices: CatalogueReport["notices"]): CatalogueReport["notices"] => {
  const count = (kind: string): number => notices.filter((one) => one.kind === kind).length;
  return notices.toSorted((a, b) => count(a.kind) - count(b.kind) || a.line - b.line);
};

/** The pool named, or the only one there is beside the one being made. */
async function modelOf({ deps }: Pick<Composition, "deps">, named: string | undefined, made: PoolId): Promise<PoolId | undefined> {
  const pools = (await deps.pools.list()).filter(({ id, sandbox }) => !sandbox && id !== made);
  if (named !== undefined) return pools.find(({ id }) => id === named)?.id;
  return pools.length === 1 ? pools[0]?.id : undefined;
}

const namesOf = (divisions: readonly { readonly code: DivisionCode; readonly names: { readonly zh: string; readonly en: string } }[], code: DivisionCode) =>
  divisions.find((one) => one.code === code)?.names ?? { zh: code, en: code };

function linesOf(report: CatalogueReport, language: Config["language"], t: (key: keyof typeof importText, facts?: Facts) => string): string[] {
  const { rejected, notices, shapes } = report;
  const some = <T>(rows: readonly T[], line: (row: T) => string): string[] => [...rows.slice(0, NAMED_MAX).map((row) => `  ${line(row)}`), ...(rows.length > NAMED_MAX ? [`  ${t("catalogue.more", { count: rows.length - NAMED_MAX })}`] : [])];
  return [
    t("catalogue.read", { rows: report.rows, landed: report.landed, rejected: rejected.length }),
    t("catalogue.made", { pool: report.poolId, units: report.units, resources: report.resources, assets: report.assets, perYear: report.perYear }),
    ...(rejected.length === 0 ? [] : ["", t("catalogue.rejected"), ...some(rejected, ({ line, item, problems }) => `${line} ${item}: ${problems.map((one) => problemTitle(language, one)).join(" ")}`)]),
    ...(notices.length === 0 ? [] : ["", t("catalogue.notices"), ...some(rarestFirst(notices), ({ kind, ...facts }) => t(`catalogue.${kind}`, facts))]),
    "",
    t("catalogue.shapes"),
    renderTable(shapes, [
      { title: t("catalogue.shape"), value: ({ shape, names }) => `${names[language]} ${shape}` },
      { title: t("catalogue.items"), value: ({ items }) => items, right: true },
      { title: t("catalogue.per_year"), value: ({ perYear }) => perYear, right: true },
    ]),
    "",
    t(report.dryRun ? "catalogue.dry" : "catalogue.guessed"),
  ];
}
