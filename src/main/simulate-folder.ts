import { basename } from "node:path";
import { copyOfManifest } from "../app/whatif/copy-of-manifest.js";
import { simulate } from "../app/whatif/simulate.js";
import { NOTHING_THERE, readManifest } from "../app/pool/read-manifest.js";
import { createAllocationRules } from "../casbin/allocation-rules.js";
import { readPolicyFiles } from "../casbin/policy-files.js";
import { knownDemand, type KnownDemand } from "../domain/demand/known-demand.js";
import { parseLocalDate, startOfDay, type DayNumber } from "../domain/instant.js";
import type { AllocationRules } from "../app/ports/allocation-rules.js";
import type { PoolCopy } from "../app/ports/pool-copy.js";
import { ok, type Result } from "../domain/result.js";
import type { WhatIfResult } from "../domain/what-if/result.js";
import type { Scenario } from "../domain/what-if/scenario.js";
import { readDemand } from "../manifest/read-demand.js";
import { readFolder } from "../manifest/read-folder.js";
import { manifestReader } from "../manifest/reader.js";
import { poolDeclared } from "./load.js";

/** The table of yearly demand in a folder of declarations. */
const DEMAND = "demand.csv";

/** Plays a scenario on the pool that a folder declares, from the scenario's first day on: no server, no database. */
export async function simulateFolder(folder: string, scenario: Scenario, today: DayNumber, onProgress: (share: number) => void): Promise<Result<WhatIfResult>> {
  const read = await copyOfFolder(folder, scenario, today);
  return read.ok ? simulate(read.value.copy, read.value.demand, scenario, { rules: read.value.rules, onProgress }) : read;
}

export interface FolderCopy {
  readonly copy: PoolCopy;
  readonly demand: KnownDemand;
  readonly rules: AllocationRules;
}

/** The pool that a folder declares, on the scenario's first day, and what is asked of it. */
export async function copyOfFolder(folder: string, scenario: Scenario, today: DayNumber): Promise<Result<FolderCopy>> {
  const files = await readFolder(folder);
  if (!files.ok) return files;
  const records = manifestReader.read(files.value);
  if (!records.ok) return records;
  const poolId = poolDeclared(records.value, undefined);
  if (!poolId.ok) return poolId;
  const declared = await readManifest(NOTHING_THERE, poolId.value, records.value, manifestReader);
  if (!declared.ok) return declared;
  const policy = readPolicyFiles();
  if (!policy.ok) return policy;
  const first = scenario.start === undefined ? today : (parseLocalDate(scenario.start) ?? today);
  const copy = copyOfManifest(poolId.value, declared.value, policy.value.rules, startOfDay(first));
  const items = new Map(copy.items.map(({ guide, guessed }) => [guide.item as string, { item: guide.item, names: guide.names, taskType: guide.taskType, guessed }]));
  const townships = [...declared.value.register.divisions.values()].filter(({ level }) => level === "township").map(({ code }) => code);
  const table = files.value.filter(({ path }) => basename(path) === DEMAND).flatMap(({ bytes }) => readDemand(bytes));
  const demand = knownDemand(items, townships, table, false);
  return ok({ copy, demand, rules: createAllocationRules(policy.value) });
}
