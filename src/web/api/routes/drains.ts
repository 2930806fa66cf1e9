import type { z } from "@hono/zod-openapi";
import { declareDrain, declareDrains } from "../../../app/drain/declare-drain.js";
import { liftDrain } from "../../../app/drain/lift-drain.js";
import { listDrains, mustBeTold, readDrain, recordTold, type SeenDrain } from "../../../app/drain/read-drains.js";
import type { Drain } from "../../../app/ports/drain.js";
import { pageOfAll } from "../../../app/ports/page.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { drainInput, drainParam, drainQuery, drainRow, drainShown, drainsInput, drainsMade, liftInput, noticeParam, toldInput } from "../../../contract/schemas/drain.js";
import type { StepId } from "../../../domain/id.js";
import { ok } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { iso, isoOrNull } from "../shown-request.js";

const shown = (drain: Drain) => ({
  drain: drain.id,
  kind: drain.kind,
  targetKind: drain.targetKind,
  target: drain.target,
  unit: drain.unitId,
  unitNames: drain.unitNames,
  from: drain.from,
  to: drain.to,
  reason: drain.reason,
  ground: drain.ground,
  spares: drain.spares && { divisions: [...drain.spares.divisions], items: [...drain.spares.items] },
  declaredAt: iso(drain.declaredAt),
  liftedAt: isoOrNull(drain.liftedAt),
  answered: drain.answered,
});

const whole = ({ drain, resources, complete, notices }: SeenDrain): z.input<typeof drainShown> => ({
  ...shown(drain),
  resources: [...resources],
  complete,
  notices: notices.map((one) => ({
    notice: one.step,
    step: one.stepName,
    state: one.state,
    request: one.request?.publicId ?? null,
    number: one.request?.number ?? null,
    itemNames: one.request?.itemNames ?? null,
    unit: one.unitId,
    wasAt: isoOrNull(one.wasAt),
    isAt: isoOrNull(one.isAt),
    dueAt: iso(one.dueAt),
    mustBeTold: mustBeTold(one),
    toldAt: isoOrNull(one.toldAt),
    toldHow: one.toldHow,
    held: one.held.map(iso),
    heldUntil: isoOrNull(one.heldUntil),
  })),
});

const list = defineRoute({
  method: "get",
  path: "/drains",
  access: "drain.read",
  tag: "drains",
  summary: "What is out of service, newest first, and how far it is drained",
  query: drainQuery,
  response: pageOf(drainRow),
  async handle({ deps, actor, pool, query }) {
    const found = await listDrains(deps, actor, pool, { lifted: query.lifted === "true" });
    if (!found.ok) return found;
    const { rows, next } = pageOfAll(found.value, query, ({ id }) => String(id));
    return ok({ body: { rows: rows.map((one) => ({ ...shown(one), moved: one.moved, kept: one.kept, open: one.open })), next } });
  },
});

const one = defineRoute({
  method: "get",
  path: "/drains/{drain}",
  access: "drain.read",
  tag: "drains",
  summary: "One drain: what moved, what cannot be kept, who must be told",
  params: drainParam,
  response: drainShown,
  async handle({ deps, actor, pool, params }) {
    const found = await readDrain(deps, actor, pool, params.drain);
    return found.ok ? ok({ body: whole(found.value) }) : found;
  },
});

const declare = defineRoute({
  method: "post",
  path: "/drains",
  access: "drain.declare",
  tag: "drains",
  summary: "Take a unit's staff and material, a resource or an asset out of service for some days",
  body: drainInput,
  status: 201,
  response: drainShown,
  problems: ["drain.not_drainable", "drain.nothing", "drain.asset_not_counted", "drain.exists", "drain.days_past", "drain.breaks_law", "validity.reversed"],
  async handle({ deps, actor, pool, body }) {
    const made = await declareDrain(deps, actor, pool, body);
    if (!made.ok) return made;
    const seen = await readDrain(deps, actor, pool, made.value.id);
    return seen.ok ? ok({ body: whole(seen.value), location: `/drains/${made.value.id}` }) : seen;
  },
});

const together = defineRoute({
  method: "post",
  path: "/drains/together",
  access: "drain.declare",
  tag: "drains",
  summary: "Take several out of service at once, all or none: nothing is moved from one of them to another",
  body: drainsInput,
  status: 201,
  response: drainsMade,
  problems: ["drain.not_drainable", "drain.nothing", "drain.asset_not_counted", "drain.exists", "drain.days_past", "drain.breaks_law", "validity.reversed", "input.duplicate"],
  async handle({ deps, actor, pool, body }) {
    const made = await declareDrains(deps, actor, pool, body);
    return made.ok ? ok({ body: { drains: made.value.map(({ id }) => id) } }) : made;
  },
});

const lift = defineRoute({
  method: "post",
  path: "/drains/{drain}/lift",
  access: "drain.lift",
  tag: "drains",
  summary: "It is back in service; what was moved stays where it is",
  params: drainParam,
  body: liftInput,
  response: drainShown,
  problems: ["object.transition_illegal"],
  async handle({ deps, actor, pool, params, body }) {
    const lifted = await liftDrain(deps, actor, pool, params.drain, body.reason);
    if (!lifted.ok) return lifted;
    const seen = await readDrain(deps, actor, pool, params.drain);
    return seen.ok ? ok({ body: whole(seen.value) }) : seen;
  },
});

const tell = defineRoute({
  method: "post",
  path: "/drains/{drain}/notices/{notice}/told",
  access: "drain.tell",
  tag: "drains",
  summary: "Record that whoever must come at another time was told",
  params: noticeParam,
  body: toldInput,
  response: drainShown,
  problems: ["object.transition_illegal"],
  async handle({ deps, actor, pool, params, body }) {
    const told = await recordTold(deps, actor, pool, params.drain, params.notice as StepId, body.how);
    return told.ok ? ok({ body: whole(told.value) }) : told;
  },
});

export const drainRoutes: readonly Route[] = [list, one, declare, together, lift, tell];
