import { z } from "@hono/zod-openapi";
import { PASSING_GROUNDS } from "../../domain/pool/order.js";
import { shownNames } from "./catalogue.js";
import { instant } from "./common.js";
import { REQUEST_ID, stepState } from "./request.js";

const count = z.number().int();
const sentences = z.array(z.string()).openapi({ description: "All of it in the reader's language." });
const wanted = z.object({ class: z.string(), names: shownNames });

const counts = z
  .object({
    kind: z.literal("counts"),
    request: REQUEST_ID,
    number: z.string(),
    sentences,
    unanswered: count.openapi({ description: "Waiting steps of which the scheduler says nothing at the moment." }),
    steps: z.array(
      z.object({
        step: z.string(),
        names: shownNames,
        class: wanted,
        at: instant,
        fresh: z.boolean(),
        ahead: z
          .object({
            total: count,
            dueEarlier: count,
            filedEarlier: count,
            priority: z.array(z.object({ ground: z.string().nullable(), names: shownNames.nullable(), count })),
          })
          .openapi({ description: "Before it among those that need the same: due earlier with the work still to do reckoned in, due at the same moment and here earlier, moved before it by a confirmed ground. `ground` null: so few share a ground that its code is not told." }),
        own: z.object({ ground: z.string(), names: shownNames.nullable() }).nullable(),
        passed: z
          .object({ from: instant, grounds: z.array(z.object({ ground: z.enum(PASSING_GROUNDS).nullable(), count })) })
          .openapi({ description: "Arranged since `from` although they stood behind it, by the ground recorded with each decision." }),
      }),
    ),
  })
  .openapi("OwnOrder");

const terms = z.object({
  step: z.string(),
  names: shownNames,
  state: stepState,
  dueAt: instant,
  expectedMinutes: count,
  arrivedAt: instant,
  ground: z.object({ code: z.string(), names: shownNames.nullable(), minutes: count.nullable().openapi({ description: "Null: before everybody without one." }) }).nullable(),
  keyAt: instant.openapi({ description: "Due date less the work still to do, less what a ground moves it ahead." }),
  decided: z.object({ seq: count, at: instant, outcome: z.enum(["granted", "refused"]), policyVersion: count }).nullable(),
});
const which = z.enum(["one", "other"]);
const line = z.object({ request: REQUEST_ID, number: z.string(), itemNames: shownNames, unitNames: shownNames });

const between = z
  .object({
    kind: z.literal("between"),
    one: line,
    other: line,
    sentences,
    pairs: z.array(
      z.object({
        one: terms,
        other: terms,
        classes: z.array(wanted),
        from: z.enum(["engine", "books"]),
        first: which.nullable().openapi({ description: "Null: nothing that could serve one could serve the other." }),
        by: z.enum(["priority", "key", "arrival", "id", "acceptance", "quota", "share"]).nullable(),
        sameAsk: z.boolean().nullable(),
        served: z
          .object({ first: which, ground: z.enum(PASSING_GROUNDS).nullable(), direct: z.boolean() })
          .nullable()
          .openapi({ description: "Who was answered first; `ground`: on what the later in order went before; `direct`: its decision names this very step." }),
      }),
    ),
  })
  .openapi("OrderBetween");

export const ownOrderSchema = counts;
export const orderSchema = z.discriminatedUnion("kind", [counts, between]);
