import { dissolveTaskForce } from "../../../app/rebalance/dissolve-task-force.js";
import { listTaskForces, readTaskForce, taskForcesToConsent } from "../../../app/rebalance/read-task-forces.js";
import { approveTaskForce, consentToTaskForce, refuseTaskForce, withdrawTaskForce } from "../../../app/rebalance/task-forces.js";
import type { TaskForce } from "../../../app/ports/task-force.js";
import { trusted, type UnitId } from "../../../domain/id.js";
import type { Problem } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { TaskForcePage, TaskForcesPage, type TaskForceNames } from "../pages/task-forces/page.js";
import { mayProposeTaskForce, taskForceFormPages } from "./task-force-form.js";
import { PAGE_ROWS, queryString } from "./common.js";

async function namesOf({ deps, pool }: PageCall, forces: readonly TaskForce[]): Promise<TaskForceNames> {
  const reading = deps.store.read(pool);
  const codes = [...new Set(forces.flatMap(({ content }) => content.items.map(({ item }) => item)))];
  return {
    units: new Map((await reading.units.all()).map(({ id, names }) => [id as string, names])),
    classes: new Map((await reading.classes.all()).map((one) => [one.id as string, one])),
    items: new Map([...(await reading.items.newestAll(codes))].map(([code, { guide }]) => [code, guide.names])),
    divisions: new Map((await reading.divisions.all()).map(({ code, names }) => [code as string, names])),
  };
}

async function list(call: PageCall): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query } = call;
  const found = await listTaskForces(deps, actor, pool, {}, { limit: PAGE_ROWS, ...(query("after") === "" ? {} : { after: query("after") }) });
  if (!found.ok) return refuse(found.problems);
  const waiting = await taskForcesToConsent(deps, actor, pool);
  const next = found.value.next === null ? undefined : `${inPool(frame, "/centre/task-forces")}?${queryString({ after: found.value.next })}`;
  return page(<TaskForcesPage frame={frame} view={{ ...(await namesOf(call, [])), rows: found.value.rows, next, waiting: waiting.ok ? waiting.value.map(({ force }) => force) : [], mayPropose: await mayProposeTaskForce(call) }} />);
}

async function one(call: PageCall, form = "", problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, param } = call;
  const found = await readTaskForce(deps, actor, pool, param("taskForce"));
  if (!found.ok) return refuse(found.problems);
  const shown = { ...(await namesOf(call, [found.value.force])), view: found.value, done: query("done") !== "", key: freshKey(), problems, form, typed: call.form };
  return page(<TaskForcePage frame={frame} page={shown} />, problems.length === 0 ? undefined : 422);
}

const route = (method: PageRoute["method"], path: string, access: PageRoute["access"], handle: PageRoute["handle"]): PageRoute => ({ method, path: `/centre/task-forces${path}`, access, room: "centre", here: "task-forces", handle });

const act = (name: string, access: PageRoute["access"], work: (call: PageCall, id: string) => Promise<Result<TaskForce>>): PageRoute =>
  route("post", `/:taskForce/${name}`, access, async (call) => {
    const done = await once(call, async () => {
      const result = await work(call, call.param("taskForce"));
      return result.ok ? ok(inPool(call.frame, `/centre/task-forces/${result.value.id}?done=${name}`)) : result;
    });
    return "to" in done ? go(done.to) : await one(call, name, done.problems);
  });

export const taskForcePages: readonly PageRoute[] = [
  route("get", "", "task-force.read", list),
  ...taskForceFormPages,
  route("get", "/:taskForce", "task-force.read", (call) => one(call)),
  act("consent", "task-force.consent", ({ deps, actor, pool, form }, id) => consentToTaskForce(deps, actor, pool, id, trusted<UnitId>(form["unit"] ?? ""))),
  act("approve", "task-force.approve", ({ deps, actor, pool }, id) => approveTaskForce(deps, actor, pool, id)),
  act("withdraw", "task-force.withdraw", ({ deps, actor, pool }, id) => withdrawTaskForce(deps, actor, pool, id)),
  act("refuse", "task-force.refuse", ({ deps, actor, pool, form }, id) => refuseTaskForce(deps, actor, pool, id, form["reason"] ?? "")),
  act("dissolve", "task-force.dissolve", ({ deps, actor, pool, form }, id) => dissolveTaskForce(deps, actor, pool, id, form["reason"] ?? "")),
];
