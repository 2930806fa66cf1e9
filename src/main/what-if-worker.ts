/** The thread that plays one scenario on a copy of a pool: reads what it is told, says how far it is, ends. */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { simulate } from "../app/whatif/simulate.js";
import { createAllocationRules } from "../casbin/allocation-rules.js";
import { readPolicyFiles } from "../casbin/policy-files.js";
import { knownDemand } from "../domain/demand/known-demand.js";
import type { PoolId } from "../domain/id.js";
import { problem, type Problem } from "../domain/problem.js";
import type { WhatIfResult } from "../domain/what-if/result.js";
import type { Scenario } from "../domain/what-if/scenario.js";
import { readDemand } from "../manifest/read-demand.js";
import { createPoolCopies } from "../postgres/pool-copies.js";

export interface WhatIfTask {
  readonly databaseUrl: string;
  readonly poolId: PoolId;
  readonly scenario: Scenario;
}

export type WhatIfMessage = { readonly percent: number } | { readonly result: WhatIfResult } | { readonly problems: readonly Problem[] };

/** Demand of the sample prefecture, as it comes with the release: of a pool that has its items. */
const SAMPLE = new URL("../../resources/sample-prefecture/demand.csv", import.meta.url);
const TOWNSHIP_DIGITS = 9;

async function work({ databaseUrl, poolId, scenario }: WhatIfTask, tell: (message: WhatIfMessage) => void): Promise<void> {
  const files = readPolicyFiles();
  if (!files.ok) throw new Error(`the release's policy files are broken: ${JSON.stringify(files.problems)}`);
  const drains = scenario.supply.flatMap((change) => ("drain" in change ? [change.drain] : []));
  const copied = await createPoolCopies(databaseUrl).copy(poolId, {
    resources: [...drains.flatMap(({ resource }) => resource ?? []), ...scenario.supply.flatMap((change) => ("lend" in change ? (change.lend.resource ?? []) : []))],
    assets: drains.flatMap(({ asset }) => asset ?? []),
    policyVersion: scenario.policy?.version,
  });
  if (!copied) return tell({ problems: [problem("object.not_found", { kind: "pool" })] });
  // A pool without rules of its own is answered by the release's.
  const copy = copied.rules.length > 0 ? copied : { ...copied, rules: files.value.rules };
  const items = new Map(copy.items.map(({ guide, guessed }) => [guide.item as string, { item: guide.item, names: guide.names, taskType: guide.taskType, guessed }]));
  const townships = [...copy.map.divisions.keys()].filter((code) => code.length === TOWNSHIP_DIGITS);
  const demand = knownDemand(items, townships, readDemand(readFileSync(SAMPLE)), false);
  let percent = -1;
  const made = simulate(copy, demand, scenario, {
    rules: createAllocationRules(files.value),
    onProgress: (share) => {
      const now = Math.floor(share * 100);
      if (now > percent) tell({ percent: (percent = now) });
    },
  });
  tell(made.ok ? { result: made.value } : { problems: made.problems });
}

if (parentPort) {
  const port = parentPort;
  await work(workerData as WhatIfTask, (message) => port.postMessage(message));
  port.close();
}
