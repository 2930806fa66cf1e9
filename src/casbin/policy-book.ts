import { createHash } from "node:crypto";
import type { PolicySource } from "../app/ports/policy.js";
import type { PoolId } from "../domain/id.js";
import { canonicalRules, POLICY_MODELS, type PolicyModel, type PolicyRule } from "../domain/policy/rule.js";
import { buildEvaluator, type Evaluator } from "./evaluator.js";
import type { PolicyFiles } from "./policy-files.js";

/** One version of one pool's policy, ready to answer. */
export interface OpenPolicy {
  readonly version: number;
  readonly evaluators: Readonly<Record<PolicyModel, Evaluator>>;
}

/** How old an answer's version may be. A second is promised; the rest is for the read itself. */
const VERSION_AGE_MAX_MS = 500;

/** Versions kept open for a pool: the active one, and those a writer still works with. */
const OPEN_MAX = 4;

export const hashRules = (rules: readonly PolicyRule[]): string =>
  createHash("sha256").update(canonicalRules(rules)).digest("hex");

export const openRules = (files: PolicyFiles, version: number, rules: readonly PolicyRule[]): OpenPolicy => ({
  version,
  evaluators: Object.fromEntries(
    POLICY_MODELS.map((model) => [model, buildEvaluator(model, files.models[model], rules)]),
  ) as Record<PolicyModel, Evaluator>,
});

interface Shelf {
  readonly open: Map<number, Promise<OpenPolicy>>;
  current: OpenPolicy | undefined;
  readAtMs: number;
  reading: Promise<OpenPolicy> | undefined;
}

/**
 * The policies of all pools. A new version is built and verified beside the old one, and one reference is swapped:
 * while it is being read, and when reading fails, nobody is answered by half a policy. A failed read refuses everything
 * that the age limit no longer covers.
 *
 * @param nowMs a monotonic clock, for the age of what was read.
 */
export class PolicyBook {
  readonly #shelves = new Map<PoolId, Shelf>();

  constructor(
    private readonly source: PolicySource,
    private readonly files: PolicyFiles,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** The active version, at most half a second old. Pools without one are answered by the release's own rules, as version 0. */
  async current(pool: PoolId): Promise<OpenPolicy> {
    const shelf = this.#shelf(pool);
    if (shelf.current && this.nowMs() - shelf.readAtMs < VERSION_AGE_MAX_MS) return shelf.current;
    shelf.reading ??= this.#refresh(pool, shelf).finally(() => {
      shelf.reading = undefined;
    });
    return shelf.reading;
  }

  /** A certain version, for whoever began with it. */
  async at(pool: PoolId, version: number): Promise<OpenPolicy> {
    const { open } = this.#shelf(pool);
    const known = open.get(version);
    if (known) return known;
    const opening = this.#open(pool, version);
    open.set(version, opening);
    opening.catch(() => open.delete(version));
    for (const oldest of [...open.keys()].sort((a, b) => a - b)) {
      if (open.size <= OPEN_MAX) break;
      if (oldest !== version) open.delete(oldest);
    }
    return opening;
  }

  async #refresh(pool: PoolId, shelf: Shelf): Promise<OpenPolicy> {
    const askedAt = this.nowMs();
    const version = await this.source.activeVersion(pool);
    const policy = shelf.current?.version === version ? shelf.current : await this.at(pool, version);
    shelf.current = policy;
    shelf.readAtMs = askedAt;
    return policy;
  }

  async #open(pool: PoolId, version: number): Promise<OpenPolicy> {
    if (version === 0) return openRules(this.files, 0, this.files.rules);
    const { contentHash, rules } = await this.source.load(pool, version);
    // Rules that were changed behind our back answer nothing.
    if (hashRules(rules) !== contentHash) throw new Error(`policy ${version} of ${pool} does not match its hash`);
    return openRules(this.files, version, rules);
  }

  #shelf(pool: PoolId): Shelf {
    let shelf = this.#shelves.get(pool);
    if (!shelf) {
      shelf = { open: new Map(), current: undefined, readAtMs: 0, reading: undefined };
      this.#shelves.set(pool, shelf);
    }
    return shelf;
  }
}
