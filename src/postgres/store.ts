import { AsyncLocalStorage } from "node:async_hooks";
import type { TransactionSql } from "postgres";
import type { Idempotency } from "../app/ports/idempotency.js";
import type { Reading, Store, Transaction } from "../app/ports/store.js";
import type { PoolId } from "../domain/id.js";
import { commandBell } from "./command-bell.js";
import type { Connection, Sql } from "./connection.js";
import { assets } from "./queries/asset.js";
import { auditLog } from "./queries/audit.js";
import { auditTrail } from "./queries/audit-trail.js";
import { bundles } from "./queries/bundle.js";
import { calendarBook } from "./queries/calendar.js";
import { catalogue, catalogueCopies, type CatalogueCopies } from "./queries/catalogue.js";
import { classes, traits } from "./queries/class.js";
import { commandLog } from "./queries/command.js";
import { decisions } from "./queries/decision.js";
import { drains } from "./queries/drain.js";
import { delegations } from "./queries/delegation.js";
import { demand } from "./queries/demand.js";
import { disparities } from "./queries/disparity.js";
import { directClaims } from "./queries/direct-claim.js";
import { agreements } from "./queries/agreement.js";
import { alerts } from "./queries/alert.js";
import { divisions, zones } from "./queries/division.js";
import { drafts } from "./queries/draft.js";
import { duties } from "./queries/duty.js";
import { emergencies } from "./queries/emergency.js";
import { enterprises } from "./queries/enterprise.js";
import { idempotency } from "./queries/idempotency.js";
import { exports } from "./queries/export.js";
import { figures } from "./queries/figures.js";
import { imports } from "./queries/import.js";
import { ItemCopies, items } from "./queries/item.js";
import { orderBook } from "./queries/order.js";
import { people, tokenSubjects } from "./queries/person.js";
import { policyStore } from "./queries/policy.js";
import { pools } from "./queries/pool.js";
import { priorities } from "./queries/priority.js";
import { queueGauge, type QueueGauge } from "./queries/queue-gauge.js";
import { numbers } from "./queries/number.js";
import { plans } from "./queries/plan.js";
import { planSearches } from "./queries/plan-search.js";
import { proposals } from "./queries/proposal.js";
import { loans } from "./queries/loan.js";
import { quotas } from "./queries/quota.js";
import { recusals } from "./queries/recusal.js";
import { referrals } from "./queries/referral.js";
import { contests } from "./queries/contest.js";
import { reorganisations } from "./queries/reorganisation.js";
import { replayBook } from "./queries/replay.js";
import { requests, type Submitting } from "./queries/request.js";
import { resources } from "./queries/resource.js";
import { publicRegister } from "./queries/public-register.js";
import { roleGrants } from "./queries/role-grant.js";
import { standingRules } from "./queries/standing-rule.js";
import { units } from "./queries/unit.js";
import { pressure } from "./queries/pressure.js";
import { usage } from "./queries/usage.js";
import { taskForces } from "./queries/task-force.js";
import { whatIfs } from "./queries/what-if.js";
import { workQueue } from "./queries/work.js";
import { Submissions } from "./submissions.js";

/** Deadlock and serialization failure: nothing was done, the same work may be tried again. */
const RETRYABLE = new Set(["40P01", "40001"]);
const ATTEMPTS_MAX = 5;

/** Throwing is the only way to make a transaction forget what was written before the refusal. */
class RolledBack {
  constructor(readonly refusal: unknown) {}
}

function kept<T>(outcome: T): T {
  if (typeof outcome === "object" && outcome !== null && "ok" in outcome && outcome.ok === false) throw new RolledBack(outcome);
  return outcome;
}

/** A transaction under way. */
class Open implements Submitting {
  /** A command was written: the pool's writer is to be told once it is committed. */
  announced = false;

  constructor(
    readonly pool: PoolId,
    readonly sql: Sql,
    readonly submissions?: Submissions | undefined,
  ) {}

  announce(): void {
    this.announced = true;
  }
}

/** What one process remembers between calls. */
interface Shared {
  readonly copies: CatalogueCopies;
  readonly itemCopies: ItemCopies;
  readonly gauge: QueueGauge;
  readonly subjectOfToken: ReturnType<typeof tokenSubjects>;
}

export interface PostgresStore extends Store {
  readonly idempotency: Idempotency;
}

/** Carries what a rehearsal gave past the rollback that throwing it causes. */
class Rehearsed<T> {
  constructor(readonly outcome: T) {}
}

/** Work inside `idempotency.once` joins its transaction, so that an act and the answer to it commit together. */
export function createStore({ sql, side }: Connection): PostgresStore {
  const ambient = new AsyncLocalStorage<Open>();
  const bell = commandBell(side);
  const itemCopies = new ItemCopies();
  const shared: Shared = { copies: catalogueCopies(itemCopies), itemCopies, gauge: queueGauge(), subjectOfToken: tokenSubjects(sql) };

  async function begin<T>(pool: PoolId, work: (open: Open) => Promise<T>, isShared = false): Promise<T> {
    const joined = ambient.getStore();
    if (joined) {
      if (joined.pool !== pool) throw new Error(`a transaction of pool ${joined.pool} cannot span pool ${pool}`);
      return await work(joined);
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        let open: Open | undefined;
        const outcome = (await sql.begin(async (t) => {
          const own = t as unknown as Sql;
          open = new Open(pool, own, isShared ? new Submissions(own, pool) : undefined);
          return kept(await work(open));
        })) as T;
        if (open?.announced) bell.ring(pool);
        return outcome;
      } catch (error) {
        if (error instanceof RolledBack) return error.refusal as T;
        if (attempt >= ATTEMPTS_MAX || !RETRYABLE.has((error as { code?: string }).code ?? "")) throw error;
      }
    }
  }

  return {
    transact: (pool, work) => begin(pool, (open) => work(transaction(open, shared))),
    async rehearse<T>(pool: PoolId, work: (tx: Transaction) => Promise<T>): Promise<T> {
      const open = ambient.getStore();
      const rehearsal = async (t: unknown): Promise<never> => {
        throw new Rehearsed(await work(transaction(new Open(pool, t as Sql), shared)));
      };
      try {
        // A joined transaction goes on afterwards, so only this part may be taken back.
        await (open ? (open.sql as unknown as TransactionSql).savepoint(rehearsal) : sql.begin(rehearsal));
      } catch (error) {
        if (error instanceof Rehearsed) return error.outcome as T;
        throw error;
      }
      throw new Error("a rehearsal neither ended nor failed");
    },
    read: (pool) => reading(ambient.getStore() ?? new Open(pool, sql), pool, shared),
    idempotency: idempotency((pool, work, isShared) => begin(pool, (open) => ambient.run(open, () => work(open.sql)), isShared)),
  };
}
/** The repositories that read, one for each noun. Made when it is asked for: few calls need more than two. */
class PoolReading implements Reading {
  constructor(
    protected readonly open: Open,
    readonly poolId: PoolId,
    private readonly shared: Shared,
  ) {}

  get assets() {
    return assets(this.open.sql, this.poolId);
  }
  get auditTrail() {
    return auditTrail(this.open.sql, this.poolId);
  }
  get bundles() {
    return bundles(this.open.sql, this.poolId);
  }
  get calendars() {
    return calendarBook(this.open.sql, this.poolId);
  }
  get catalogue() {
    return catalogue(this.open.sql, this.poolId, this.shared.copies);
  }
  get classes() {
    return classes(this.open.sql, this.poolId);
  }
  get decisions() {
    return decisions(this.open.sql, this.poolId);
  }
  get drains() {
    return drains(this.open.sql, this.poolId);
  }
  get delegations() {
    return delegations(this.open.sql, this.poolId);
  }
  get demand() {
    return demand(this.open.sql, this.poolId);
  }
  get disparities() {
    return disparities(this.open.sql, this.poolId);
  }
  get directClaims() {
    return directClaims(this.open.sql, this.poolId);
  }
  get divisions() {
    return divisions(this.open.sql, this.poolId);
  }
  get drafts() {
    return drafts(this.open.sql, this.poolId);
  }
  get duties() {
    return duties(this.open.sql, this.poolId);
  }
  get emergencies() {
    return emergencies(this.open.sql, this.poolId);
  }
  get enterprises() {
    return enterprises(this.open.sql);
  }
  get exports() {
    return exports(this.open.sql, this.poolId);
  }
  get alerts() {
    return alerts(this.open.sql, this.poolId);
  }
  get figures() {
    return figures(this.open.sql, this.poolId);
  }
  get imports() {
    return imports(this.open.sql, this.poolId);
  }
  get items() {
    return items(this.open.sql, this.poolId, this.shared.itemCopies);
  }
  get order() {
    return orderBook(this.open.sql, this.poolId);
  }
  get people() {
    return people(this.open.sql, this.shared.subjectOfToken);
  }
  get policies() {
    return policyStore(this.open.sql, this.poolId);
  }
  get pools() {
    return pools(this.open.sql, this.poolId);
  }
  get priorities() {
    return priorities(this.open.sql, this.poolId);
  }
  get numbers() {
    return numbers(this.open.sql, this.poolId);
  }
  get planSearches() {
    return planSearches(this.open.sql, this.poolId);
  }
  get plans() {
    return plans(this.open.sql, this.poolId);
  }
  get proposals() {
    return proposals(this.open.sql, this.poolId);
  }
  get loans() {
    return loans(this.open.sql, this.poolId);
  }
  get quotas() {
    return quotas(this.open.sql, this.poolId);
  }
  get recusals() {
    return recusals(this.open.sql, this.poolId);
  }
  get referrals() {
    return referrals(this.open.sql, this.poolId);
  }
  get contests() {
    return contests(this.open.sql, this.poolId);
  }
  get reorganisations() {
    return reorganisations(this.open.sql, this.poolId);
  }
  get replay() {
    return replayBook(this.open.sql, this.poolId);
  }
  get requests() {
    return requests(this.open.sql, this.poolId, this.shared.gauge, this.open);
  }
  get resources() {
    return resources(this.open.sql, this.poolId);
  }
  get publicRegister() {
    return publicRegister(this.open.sql, this.poolId);
  }
  get roleGrants() {
    return roleGrants(this.open.sql, this.poolId);
  }
  get traits() {
    return traits(this.open.sql, this.poolId);
  }
  get pressure() {
    return pressure(this.open.sql, this.poolId);
  }
  get usage() {
    return usage(this.open.sql, this.poolId);
  }
  get standingRules() {
    return standingRules(this.open.sql, this.poolId);
  }
  get units() {
    return units(this.open.sql, this.poolId);
  }
  get work() {
    return workQueue(this.open.sql, this.poolId);
  }
  get agreements() {
    return agreements(this.open.sql, this.poolId);
  }
  get taskForces() {
    return taskForces(this.open.sql, this.poolId);
  }
  get whatIfs() {
    return whatIfs(this.open.sql, this.poolId);
  }
  get zones() {
    return zones(this.open.sql, this.poolId);
  }
}

class PoolTransaction extends PoolReading implements Transaction {
  get audit() {
    return auditLog(this.open.sql, this.poolId);
  }
  get commands() {
    return commandLog(this.open.sql, this.poolId, () => this.open.announce());
  }
}

const reading = (open: Open, poolId: PoolId, shared: Shared): Reading => new PoolReading(open, poolId, shared);
const transaction = (open: Open, shared: Shared): Transaction => new PoolTransaction(open, open.pool, shared);
