import { declareDrain } from "../../../app/drain/declare-drain.js";
import { liftDrain } from "../../../app/drain/lift-drain.js";
import { listDrains, mustBeTold, readDrain, recordTold } from "../../../app/drain/read-drains.js";
import type { StepId } from "../../../domain/id.js";
import type { Problem } from "../../../domain/problem.js";
import { ok } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { DrainPage, DRAINS_DONE, DrainsPage } from "../pages/drains/page.js";

const HERE = { room: "centre", here: "drains" } as const;
const PATH = "/centre/drains";

const KINDS = ["drain", "cordon", "failover"] as const;
const TARGETS = ["unit", "resource", "asset"] as const;
/** What no number is finds nothing. */
const idOf = (text: string): number => Number(/^\d{1,15}$/.exec(text)?.[0] ?? 0);

async function drainsPage(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, form } = call;
  const lifted = query("lifted") === "true";
  const found = await listDrains(deps, actor, pool, { lifted });
  if (!found.ok) return refuse(found.problems);
  const units = await deps.store.read(pool).units.all();
  const may = await deps.authorizer.may(actor, "drain.declare", { poolId: pool });
  return page(
    <DrainsPage
      frame={frame}
      view={{
        drains: found.value,
        lifted,
        units: units.filter(({ state }) => state === "active").map(({ id, names }) => ({ value: id, label: frame.voice.name(names) })),
        may: may.ok,
        key: freshKey(),
        problems,
        typed: problems.length === 0 ? {} : form,
      }}
    />,
    problems.length > 0 ? 422 : undefined,
  );
}

async function drainPage(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query } = call;
  const found = await readDrain(deps, actor, pool, idOf(call.param("drain")));
  if (!found.ok) return refuse(found.problems);
  const { notices } = found.value;
  const moved = notices.filter(({ state }) => state !== "stays");
  const units = await deps.store.read(pool).units.all();
  return page(
    <DrainPage
      frame={frame}
      view={{
        seen: found.value,
        counts: { moved: moved.length, kept: moved.filter(({ state }) => state === "kept").length, open: notices.filter(mustBeTold).length },
        unitNames: new Map(units.map(({ id, names }) => [id, frame.voice.name(names)])),
        key: freshKey(),
        done: DRAINS_DONE.find((one) => one === query("done")),
        problems,
      }}
    />,
    problems.length > 0 ? 422 : undefined,
  );
}

const filled = (text: string | undefined): string | undefined => (text === undefined || text.trim() === "" ? undefined : text.trim());

export const drainPages: readonly PageRoute[] = [
  { method: "get", path: PATH, access: "drain.read", ...HERE, handle: (call) => drainsPage(call) },
  {
    method: "post",
    path: PATH,
    access: "drain.declare",
    ...HERE,
    async handle(call) {
      const { deps, actor, pool, form } = call;
      const done = await once(call, async () => {
        const made = await declareDrain(deps, actor, pool, {
          kind: KINDS.find((one) => one === form["kind"]) ?? "drain",
          targetKind: TARGETS.find((one) => one === form["targetKind"]) ?? "resource",
          target: (form["target"] ?? "").trim(),
          from: filled(form["from"]),
          to: filled(form["to"]),
          reason: form["reason"] ?? "",
          ground: filled(form["ground"]),
        });
        return made.ok ? ok(inPool(call.frame, `${PATH}/${made.value.id}?done=saved`)) : made;
      });
      return "to" in done ? go(done.to) : await drainsPage(call, done.problems);
    },
  },
  { method: "get", path: `${PATH}/:drain`, access: "drain.read", ...HERE, handle: (call) => drainPage(call) },
  {
    method: "post",
    path: `${PATH}/:drain/lift`,
    access: "drain.lift",
    ...HERE,
    async handle(call) {
      const { deps, actor, pool, form } = call;
      const id = idOf(call.param("drain"));
      const done = await once(call, async () => {
        const lifted = await liftDrain(deps, actor, pool, id, form["reason"] ?? "");
        return lifted.ok ? ok(inPool(call.frame, `${PATH}/${id}?done=lifted`)) : lifted;
      });
      return "to" in done ? go(done.to) : await drainPage(call, done.problems);
    },
  },
  {
    method: "post",
    path: `${PATH}/:drain/told/:step`,
    access: "drain.tell",
    ...HERE,
    async handle(call) {
      const { deps, actor, pool, form } = call;
      const id = idOf(call.param("drain"));
      const done = await once(call, async () => {
        const told = await recordTold(deps, actor, pool, id, idOf(call.param("step")) as StepId, form["how"] ?? "");
        return told.ok ? ok(inPool(call.frame, `${PATH}/${id}?done=told`)) : told;
      });
      return "to" in done ? go(done.to) : await drainPage(call, done.problems);
    },
  },
];
