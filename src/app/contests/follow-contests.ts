import type { PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf } from "../../domain/instant.js";
import { CONTEST_TERM, type Contest } from "../../domain/org/contest.js";
import type { SystemActor } from "../../domain/policy/subject.js";
import { limitEnds } from "../../domain/request/deadline.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { declaring, entryOf, type DeclaringAct } from "../pool/declaring.js";
import { beginRuling, referLeftBehind } from "./begin-ruling.js";
import { coordinatorNow } from "./contest-matter.js";

type Deps = Pick<AppDeps, "store" | "authorizer" | "clock">;

/** It goes up: to the unit that stands above all parties by the tree as it is now, which has its own days from here. */
export async function escalate(act: DeclaringAct, { id, parties, workingDays, dueAt }: Contest): Promise<void> {
  const { tx, at } = act;
  const [coordinator, { calendar }] = [await coordinatorNow(tx, parties.map(({ unitId }) => unitId)), await tx.catalogue.poolMap()];
  const rulingDueAt = limitEnds(calendar, at, CONTEST_TERM.workingDays);
  await tx.contests.escalate(id, at, rulingDueAt, coordinator);
  await tx.audit.append(entryOf(act, "contest.follow", "contest", String(id), { before: { state: "open", dueAt: new Date(dueAt).toISOString(), workingDays }, after: { state: "escalated", coordinator, rulingDueAt: new Date(rulingDueAt).toISOString() } }));
}

/** What the days bring: contests go up when the units had theirs, rulings begin on their first day and end after their last. Gives how many. */
export async function followContests(deps: Deps, pool: PoolId): Promise<number> {
  const now = await deps.clock.now(pool);
  const today = localDateOf(dayNumberOf(now));
  const { contests } = deps.store.read(pool);
  const [due, turning] = [await contests.due(now), await contests.turning(today)];
  if (due.length + turning.length === 0) return 0;
  const actor: SystemActor = { kind: "system", poolId: pool, task: "contests" };
  const allowed = await deps.authorizer.may(actor, "contest.follow", { poolId: pool });
  if (!allowed.ok) throw new Error(`contests are not followed: ${allowed.problems[0].code}`);
  let touched = 0;
  for (const id of new Set([...due, ...turning])) {
    const done = await declaring(deps, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<boolean>> => {
      const contest = await act.tx.contests.lock(id);
      if (contest?.state === "open" && contest.dueAt <= act.at) {
        await escalate(act, contest);
        return ok(true);
      }
      const began = contest !== null && (await beginRuling(act, id));
      const ended = await endOver(act, id);
      return ok((await referLeftBehind(act, id)) || ended || began);
    });
    if (done.ok && done.value) touched += 1;
  }
  return touched;
}

/** After its last day the matter is whose it was; open cases stay where they are. */
async function endOver(act: DeclaringAct, id: number): Promise<boolean> {
  const contest = await act.tx.contests.lock(id);
  const today = localDateOf(dayNumberOf(act.at));
  const ruling = contest?.rulings.find(({ beganAt, endedAt, validTo }) => beganAt !== null && endedAt === null && validTo !== null && validTo < today);
  if (!ruling) return false;
  const ended = await act.tx.contests.endRoutes(id, act.actorId, act.at);
  await act.tx.contests.endRuling(id, ruling.ordinal, act.at, false);
  await act.tx.audit.append(entryOf(act, "contest.follow", "contest", String(id), { before: { ruling: ruling.ordinal, rules: ended.length }, after: { ruling: ruling.ordinal, ended: true, lastDay: ruling.validTo } }));
  return true;
}
