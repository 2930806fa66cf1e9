import type { PoolId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Action } from "../../domain/policy/action.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem, type Problem, type ProblemPlace } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { AuditEntry } from "../ports/audit.js";
import type { Transaction } from "../ports/store.js";

export type DeclareDeps = Pick<AppDeps, "store" | "authorizer">;

/** One act of declaring: who, when, under which policy. Everything it writes is in one transaction. */
export interface DeclaringAct {
  readonly tx: Transaction;
  readonly actor: Actor;
  readonly actorId: string;
  readonly at: Instant;
  readonly policyVersion: number;
  /** Compares and says what would change; writes nothing. */
  readonly dryRun: boolean;
  readonly importId?: string;
  /** A second person has agreed to what is promised above what is there, or nobody's promise can change yet: the pool is being made. */
  readonly overcommitApproved?: boolean;
}

/** One object as it was declared, and where its declaration stands. */
export interface DeclaredRow<D> {
  readonly declaration: D;
  readonly place: ProblemPlace;
  /** The generation the declarer saw; null: it must not exist yet; absent: whatever there is. */
  readonly expected?: number | null;
}

export type Change = "created" | "changed" | "unchanged";

/** What became of one declared object. `before` and `after` are its fields, as records compare them. */
export interface RowOutcome {
  readonly key: string;
  readonly change: Change;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>>;
  /** Null: it was not there. */
  readonly seenGeneration: number | null;
  readonly generation: number;
}

/** How many rows travel to the record or the writer in one statement or one command. */
const PART_MAX = 5_000;

export function* partsOf<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += PART_MAX) yield rows.slice(at, at + PART_MAX);
}

/** May the actor do all of this to things of these units? `null` stands for what belongs to no unit. */
export async function mayForUnits(
  { authorizer }: Pick<AppDeps, "authorizer">,
  actor: Actor,
  poolId: PoolId,
  action: Action,
  units: Iterable<UnitId | null>,
  /** Anybody may know of them: a refusal then says "not permitted" instead of "not there". */
  known = false,
): Promise<Result<number>> {
  let policyVersion = 0;
  for (const unitId of new Set(units)) {
    const allowed = await authorizer.may(actor, action, { poolId, unitId, public: known });
    if (!allowed.ok) return allowed;
    ({ policyVersion } = allowed.value);
  }
  return ok(policyVersion);
}

/**
 * Runs one act of declaring; a refusal rolls everything back. Acts of one pool wait for each other.
 *
 * @param rollBack rolls back even what was not refused: a trial run in full.
 */
export async function declaring<T>(
  { store }: Pick<AppDeps, "store">,
  actor: Actor,
  poolId: PoolId,
  policyVersion: number,
  work: (act: DeclaringAct) => Promise<Result<T>>,
  { dryRun = false, rollBack = false, importId }: { readonly dryRun?: boolean; readonly rollBack?: boolean; readonly importId?: string } = {},
): Promise<Result<T>> {
  const run = rollBack ? store.rehearse : store.transact;
  return run(poolId, async (tx): Promise<Result<T>> => {
    await tx.pools.lockDeclaring();
    const at = await tx.pools.now();
    return work({ tx, actor, actorId: actorIdOf(actor), at, policyVersion, dryRun, ...(importId === undefined ? {} : { importId }) });
  });
}

export const entryOf = (act: DeclaringAct, name: Action, objectKind: string, objectId: string, change: Pick<AuditEntry, "before" | "after">): AuditEntry => ({
  occurredAt: act.at,
  actorId: act.actorId,
  act: name,
  objectKind,
  objectId,
  policyVersion: act.policyVersion,
  ...change,
});

/** What stands in the way of writing the row onto what is there. */
export function expectationProblem<D>(row: DeclaredRow<D>, kind: string, id: string, generation: number | null): Problem | undefined {
  const { expected, place } = row;
  if (expected === undefined || expected === generation) return undefined;
  if (expected === null) return problem("object.exists", { kind, id }, place);
  if (generation === null) return problem("object.not_found", { kind }, place);
  return problem("object.generation_stale", { expected, actual: generation }, place);
}

/** Names that occur in two rows: the second and every later one is refused. */
export function duplicateProblems<D>(rows: readonly DeclaredRow<D>[], kind: string, field: string, keyOf: (declaration: D) => string): Problem[] {
  const seen = new Set<string>();
  return rows.flatMap(({ declaration, place }) => {
    const key = keyOf(declaration);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [problem("input.duplicate", { kind, id: key }, { field, ...place })];
  });
}

/** A refusal when there are problems; otherwise what `work` gives. */
export async function orRefused<T>(problems: readonly Problem[], work: () => Promise<T>): Promise<Result<T>> {
  const [first, ...rest] = problems;
  return first ? refused(first, ...rest) : ok(await work());
}
