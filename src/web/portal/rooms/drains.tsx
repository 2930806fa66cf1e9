import { declareDrain, DRAINABLE } from "../../../app/drain/declare-drain.js";
import { liftDrain } from "../../../app/drain/lift-drain.js";
import { listDrains, mustBeTold, readDrain, recordTold } from "../../../app/drain/read-drains.js";
import type { StepId } from "../../../domain/id.js";
import type { Problem } from "../../../domain/problem.js";
import { ok } from "../../../domain/result.js";
import type { Choice } from "../components/field.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { DrainPage, DRAINS_DONE, DrainsPage } from "../pages/drains/page.js";
import { deskUnits, type DeskUnit } from "./units.js";

type Room = "centre" | "desk";

const KINDS = ["drain", "cordon", "failover"] as const;
const TARGETS = ["unit", "resource", "asset"] as const;
/** Assets of a unit that are suggested. */
const ASSETS_MAX = 200;
const baseOf = (room: Room): string => `/${room}/drains`;
/** What no number is finds nothing. */
const idOf = (text: string): number => Number(/^\d{1,15}$/.exec(text)?.[0] ?? 0);

async function drainsPage(room: Room, call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, form } = call;
  const lifted = query("lifted") === "true";
  const found = await listDrains(deps, actor, pool, { lifted });
  if (!found.ok) return refuse(found.problems);
  const own = room === "desk" ? (await deskUnits(call)).unit : undefined;
  const object = { poolId: pool, ...(own && { unitId: own.id }) };
  const [declare, report] = [await deps.authorizer.may(actor, "drain.declare", object), await deps.authorizer.may(actor, "drain.report-failure", object)];
  return page(
    <DrainsPage
      frame={frame}
      view={{
        base: baseOf(room),
        own: room === "desk",
        drains: found.value,
        lifted,
        names: own ? await ownThings(call, own) : await unitChoices(call),
        kinds: KINDS.filter((kind) => (kind === "failover" ? report : declare).ok),
        key: freshKey(),
        problems,
        typed: problems.length === 0 ? {} : form,
      }}
    />,
    problems.length > 0 ? 422 : undefined,
  );
}

async function unitChoices({ deps, pool, frame }: PageCall): Promise<Choice[]> {
  const units = await deps.store.read(pool).units.all();
  return units.filter(({ state }) => state === "active").map(({ id, names }) => ({ value: id, label: frame.voice.name(names) }));
}

/** Of a desk's unit: itself, what it gives, and who or what stands behind that. */
async function ownThings({ deps, pool, frame }: PageCall, { id, names }: DeskUnit): Promise<Choice[]> {
  const read = deps.store.read(pool);
  const [resources, assets] = await Promise.all([read.drains.covered("unit", id), read.assets.list({ units: [id] }, { limit: ASSETS_MAX, after: undefined })]);
  return [
    { value: id, label: frame.voice.name(names) },
    ...resources.flatMap(({ code, kind }) => (DRAINABLE.has(kind) ? [{ value: code, label: code }] : [])),
    ...assets.rows.flatMap(({ code, label, state }) => (state === "in-service" ? [{ value: code, label }] : [])),
  ];
}

async function drainPage(room: Room, call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
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
        base: baseOf(room),
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

/** The centre shows all of the pool, a desk its own unit's: a clerk reports what broke, a head takes out of service. */
export function drainPages(room: Room): readonly PageRoute[] {
  const base = baseOf(room);
  const route = (method: PageRoute["method"], path: string, access: PageRoute["access"], handle: PageRoute["handle"]): PageRoute => ({ method, path: `${base}${path}`, access, room, here: "drains", handle });
  return [
    route("get", "", "drain.read", (call) => drainsPage(room, call)),
    route("post", "", room === "desk" ? "drain.report-failure" : "drain.declare", async (call) => {
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
        return made.ok ? ok(inPool(call.frame, `${base}/${made.value.id}?done=saved`)) : made;
      });
      return "to" in done ? go(done.to) : await drainsPage(room, call, done.problems);
    }),
    route("get", "/:drain", "drain.read", (call) => drainPage(room, call)),
    route("post", "/:drain/lift", "drain.lift", async (call) => {
      const { deps, actor, pool, form } = call;
      const id = idOf(call.param("drain"));
      const done = await once(call, async () => {
        const lifted = await liftDrain(deps, actor, pool, id, form["reason"] ?? "");
        return lifted.ok ? ok(inPool(call.frame, `${base}/${id}?done=lifted`)) : lifted;
      });
      return "to" in done ? go(done.to) : await drainPage(room, call, done.problems);
    }),
    route("post", "/:drain/told/:step", "drain.tell", async (call) => {
      const { deps, actor, pool, form } = call;
      const id = idOf(call.param("drain"));
      const done = await once(call, async () => {
        const told = await recordTold(deps, actor, pool, id, idOf(call.param("step")) as StepId, form["how"] ?? "");
        return told.ok ? ok(inPool(call.frame, `${base}/${id}?done=told`)) : told;
      });
      return "to" in done ? go(done.to) : await drainPage(room, call, done.problems);
    }),
  ];
}
