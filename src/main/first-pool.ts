import { fileURLToPath } from "node:url";
import type { AppDeps } from "../app/deps.js";
import type { ApplyReport } from "../app/pool/apply-manifest.js";
import type { Problem } from "../domain/problem.js";
import { problemTitle, problemTodo } from "../text/problems.js";
import { ConfigError, type Config } from "./config.js";
import { loadPool } from "./load.js";
import { preparePersons } from "./prepared-persons.js";

/** The sample prefecture, and the classes and calendars every pool may begin with. */
const SAMPLE = fileURLToPath(new URL("../../resources", import.meta.url));

const PROBLEMS_SHOWN = 10;

/** On a database without a pool: makes one from the folder of declarations. Undefined when there is a pool already. */
export async function loadFirstPool(deps: AppDeps, config: Pick<Config, "resources" | "demo">): Promise<ApplyReport | undefined> {
  if ((await deps.pools.list()).length > 0) return undefined;
  const folder = config.resources ?? SAMPLE;
  const applied = await loadPool(deps, folder, { task: "first start" });
  if (!applied.ok) throw new ConfigError(`${folder} cannot be loaded:\n${applied.problems.slice(0, PROBLEMS_SHOWN).map(line).join("\n")}`);
  deps.pools.forget();
  if (config.demo) await preparePersons(deps, applied.value.poolId, folder);
  return applied.value;
}

const line = (problem: Problem): string => `  ${problem.file ?? ""}${problem.line === undefined ? "" : `:${problem.line}`} ${problemTitle("en", problem)} ${problemTodo("en", problem)}`;
