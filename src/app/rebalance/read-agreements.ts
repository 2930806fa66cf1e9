import type { PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type Instant } from "../../domain/instant.js";
import type { Action } from "../../domain/policy/action.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import type { Problem } from "../../domain/problem.js";
import { ok, type Result } from "../../domain/result.js";
import type { Agreement, AgreedResource, AgreementFilter, AgreementUse } from "../ports/agreement.js";
import type { Drain, DrainCounts } from "../ports/drain.js";
import type { Page, PageAsked } from "../ports/page.js";
import { agreementsSystem } from "./agreement-drains.js";
import { agreementNotFound, agreementObstacles, type AgreementDeps } from "./agreements.js";

/** Everything somebody needs to decide on an agreement, or to pay by it. */
export interface AgreementView {
  /** In force or suspended, else the newest. */
  readonly agreement: Agreement;
  readonly versions: readonly Agreement[];
  /** What waits for a second person. */
  readonly pending: Agreement | null;
  readonly obstacles: readonly Problem[];
  readonly resources: readonly AgreedResource[];
  readonly use: readonly AgreementUse[];
  /** Classes of which as much is given as was bought in all, since when: nothing new is given, what is held stays. */
  readonly usedUp: ReadonlyMap<string, Instant>;
  /** What was moved for its sake, and how many must be told. */
  readonly drains: readonly (Drain & DrainCounts)[];
  readonly may: { readonly propose: boolean; readonly approve: boolean; readonly withdraw: boolean; readonly suspend: boolean; readonly end: boolean };
}

/** What is owed for what was used, in fen: whole units at a whole price. */
export const owedFen = ({ settled, priceFen }: Pick<AgreementUse, "settled" | "priceFen">): bigint => BigInt(settled) * BigInt(priceFen);

export const owedInAll = (use: readonly AgreementUse[]): bigint => use.reduce((sum, one) => sum + owedFen(one), 0n);

export async function listAgreements({ store, authorizer }: AgreementDeps, actor: Actor, poolId: PoolId, filter: AgreementFilter, page: PageAsked): Promise<Result<Page<Agreement>>> {
  const allowed = await authorizer.may(actor, "agreement.read", { poolId, unitId: null });
  return allowed.ok ? ok(await store.read(poolId).agreements.list(filter, page)) : allowed;
}

export async function readAgreement(deps: AgreementDeps, actor: Actor, poolId: PoolId, id: string): Promise<Result<AgreementView>> {
  const allowed = await deps.authorizer.may(actor, "agreement.read", { poolId, unitId: null });
  if (!allowed.ok) return allowed;
  const reading = deps.store.read(poolId);
  const agreement = await reading.agreements.get(id);
  if (!agreement) return agreementNotFound;
  const versions = await reading.agreements.versions(agreement.id);
  const pending = versions.find(({ state }) => state === "proposed") ?? null;
  const { provider, purchaser, classes } = agreement.content;
  const may = async (action: Action): Promise<boolean> => (await deps.authorizer.may(actor, action, { poolId, unitId: purchaser })).ok;
  return ok({
    agreement,
    versions,
    pending,
    obstacles: pending ? await agreementObstacles(reading, pending, localDateOf(dayNumberOf(await deps.clock.now(poolId)))) : [],
    resources: await reading.agreements.resources(provider, classes.map(({ classId }) => classId)),
    use: await reading.agreements.use(agreement.id),
    drains: (await reading.drains.list({ units: [provider], lifted: false })).filter(({ declaredBy }) => declaredBy === actorIdOf(agreementsSystem(poolId))),
    usedUp: await reading.agreements.usedUp(agreement.id, agreement.version),
    may: {
      propose: await may("agreement.propose"),
      approve: actor.kind === "person" && pending !== null && actor.personId !== pending.proposed.by && (await may("agreement.approve")),
      withdraw: pending !== null && (await may("agreement.propose")),
      suspend: (agreement.state === "active" || agreement.state === "suspended") && (await may("agreement.suspend")),
      end: (agreement.state === "active" || agreement.state === "suspended") && agreement.endedFrom === null && (await may("agreement.end")),
    },
  });
}

/** What was used under it, by class and month: what is paid by. */
export async function readAgreementUse({ store, authorizer }: AgreementDeps, actor: Actor, poolId: PoolId, id: string): Promise<Result<readonly AgreementUse[]>> {
  const allowed = await authorizer.may(actor, "agreement.read", { poolId, unitId: null });
  if (!allowed.ok) return allowed;
  const reading = store.read(poolId);
  return (await reading.agreements.get(id)) ? ok(await reading.agreements.use(id)) : agreementNotFound;
}
