import type { ImportRunner } from "./import/runner.js";
import type { Authorizer } from "./ports/authorizer.js";
import type { Clock } from "./ports/clock.js";
import type { Idempotency } from "./ports/idempotency.js";
import type { Identity } from "./ports/identity.js";
import type { ManifestReader } from "./ports/manifest.js";
import type { Optimiser } from "./ports/optimiser.js";
import type { PlanSearches } from "./ports/plan-search.js";
import type { PolicyWorkbench } from "./ports/policy.js";
import type { PoolDirectory } from "./ports/pool-directory.js";
import type { RequestIds } from "./ports/serial.js";
import type { Scenarios } from "./ports/scenarios.js";
import type { Store } from "./ports/store.js";
import type { QueueReader } from "./ports/queue-reader.js";
import type { Tables } from "./ports/tables.js";
import type { Vault } from "./ports/vault.js";
import type { WhatIfRunner } from "./ports/what-if.js";
import type { WebhookSender } from "./ports/webhook.js";
import type { StatusAttempts } from "./request/status-attempts.js";

/** What use cases need from outside. `main/` puts it together once; a use case names the part it takes. */
export interface AppDeps {
  readonly store: Store;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  readonly idempotency: Idempotency;
  readonly identity: Identity;
  readonly pools: PoolDirectory;
  readonly requestIds: RequestIds;
  readonly statusAttempts: StatusAttempts;
  readonly queueReader: QueueReader;
  readonly vault: Vault;
  readonly policyWorkbench: PolicyWorkbench;
  readonly manifests: ManifestReader;
  readonly tables: Tables;
  readonly importRunner: ImportRunner;
  readonly scenarios: Scenarios;
  readonly whatIfRunner: WhatIfRunner;
  readonly optimiser: Optimiser;
  readonly planSearches: PlanSearches;
  readonly webhookSender: WebhookSender;
}
