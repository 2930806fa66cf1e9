import type { Names } from "../../domain/catalogue/item.js";
import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { deadlineStanding, type DeadlineStanding } from "../../domain/request/deadline.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { WorkFilter, WorkItem } from "../ports/work.js";
import { stepNames } from "../request/request-view.js";

/** A row of the desk: the step in the recipe's words, and how it stands to its date. */
export interface WorkRow extends WorkItem {
  readonly names: Names;
  readonly divisionNames: Names | null;
  readonly deadline: DeadlineStanding;
}

export interface WorkCounts {
  readonly granted: number;
  readonly working: number;
  readonly waiting: number;
  readonly overdue: number;
}

export interface WorkQueueAsked extends Omit<WorkFilter, "unit" | "dueBefore" | "startedBy">, PageAsked {
  readonly unit: string;
  /** Only what is past its date. */
  readonly overdue?: boolean | undefined;
  /** Only what I have begun. */
  readonly mine?: boolean | undefined;
}

/** What lies on a unit's desk, what is due first on top. */
export async function workQueue(deps: AppDeps, actor: Actor, pool: PoolId, asked: WorkQueueAsked): Promise<Result<Page<WorkRow> & { readonly counts: WorkCounts }>> {
  const read = deps.store.read(pool);
  const unit = await read.units.get((await read.reorganisations.successor(asked.unit)) ?? asked.unit);
  if (!unit) return refused(problem("object.not_found", { kind: "unit" }));
  const allowed = await deps.authorizer.may(actor, "work-queue.read", { poolId: pool, unitId: unit.id });
  if (!allowed.ok) return allowed;
  const now = await deps.clock.now(pool);
  const { overdue, mine, unit: _, ...filter } = asked;
  const [page, counts, map] = await Promise.all([
    read.work.list(
      {
        ...filter,
        unit: unit.id,
        dueBefore: overdue === true ? now : undefined,
        startedBy: mine === true && actor.kind === "person" ? actor.personId : undefined,
      },
      asked,
    ),
    read.work.counts(unit.id, now),
    read.catalogue.poolMap(),
  ]);
  const versions = [...new Set(page.rows.map(({ item, itemVersion }) => `${item} ${itemVersion}`))];
  const items = new Map(
    await Promise.all(
      versions.map(async (key) => {
        const [code = "", version] = key.split(" ");
        return [key, await read.items.version(code, Number(version))] as const;
      }),
    ),
  );
  const rows = page.rows.map((row): WorkRow => {
    const item = items.get(`${row.item} ${row.itemVersion}`);
    return {
      ...row,
      names: item ? stepNames(item.guide, row.name) : { zh: row.name, en: row.name },
      divisionNames: map.divisions.get(row.division) ?? null,
      deadline: deadlineStanding(map.calendar, { receivedAt: row.receivedAt, dueAt: row.dueAt, pausedAt: row.pausedAt, closedAt: null }, now),
    };
  });
  return ok({ rows, next: page.next, counts });
}

