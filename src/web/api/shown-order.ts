import type { z } from "@hono/zod-openapi";
import type { BetweenOrder, OwnOrder, RequestLine } from "../../app/scheduling/explain-order.js";
import type { PairOrder, PlaceTerms } from "../../app/scheduling/pair-order.js";
import { tellBetween, tellOwnOrder } from "../../app/scheduling/tell-order.js";
import type { orderSchema, ownOrderSchema } from "../../contract/schemas/order.js";
import type { Voice } from "../../text/voice.js";
import { iso } from "./shown-request.js";

export const shownOwnOrder = (voice: Voice, order: OwnOrder): z.input<typeof ownOrderSchema> => ({
  kind: "counts",
  request: order.publicId,
  number: order.number,
  sentences: [...tellOwnOrder(voice, order)],
  unanswered: order.unanswered,
  steps: order.steps.map(({ class: wanted, at, ahead, passed, ...step }) => ({
    ...step,
    class: { class: wanted.id, names: wanted.names },
    at: iso(at),
    ahead: { ...ahead, priority: ahead.priority.map((one) => ({ ...one })) },
    passed: { from: iso(passed.from), grounds: passed.grounds.map((one) => ({ ...one })) },
  })),
});

export const shownOrder = (voice: Voice, order: OwnOrder | BetweenOrder): z.input<typeof orderSchema> =>
  order.kind === "counts"
    ? shownOwnOrder(voice, order)
    : { kind: "between", one: line(order.one), other: line(order.other), sentences: [...tellBetween(voice, order)], pairs: order.pairs.map(pair) };

const line = ({ publicId, ...rest }: RequestLine) => ({ request: publicId, ...rest });

const pair = ({ one, other, classes, served, ...rest }: PairOrder) => ({
  ...rest,
  one: terms(one),
  other: terms(other),
  classes: classes.map(({ id, names }) => ({ class: id as string, names })),
  served: served && { ...served },
});

const terms = ({ dueAt, arrivedAt, keyAt, decided, ground, ...rest }: PlaceTerms) => ({
  ...rest,
  dueAt: iso(dueAt),
  arrivedAt: iso(arrivedAt),
  keyAt: iso(keyAt),
  ground: ground && { ...ground },
  decided: decided && { ...decided, at: iso(decided.at) },
});
