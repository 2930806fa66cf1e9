import { z } from "@hono/zod-openapi";
import { shownNames } from "./catalogue.js";
import { instant, localDate, pageQuery, text } from "./common.js";

const reason = text(2_000, 1);

export const drainInput = z.strictObject({
  kind: z.enum(["drain", "cordon", "failover"]).openapi({ description: "`cordon` gives nothing new; `drain` also moves what is held and not begun; `failover` says that it broke: from now, and not refused for dates that law sets." }),
  targetKind: z.enum(["unit", "resource", "asset"]),
  target: text(120, 1).openapi({ description: "A unit's id, or the code of a resource or an asset. Of a unit its staff and material." }),
  from: localDate.optional().openapi({ description: "The first day; absent: from now." }),
  to: localDate.optional().openapi({ description: "The last day; absent: until it is lifted." }),
  reason,
  ground: reason.optional().openapi({ description: "Why it goes before dates that law sets." }),
});

const { targetKind, target, ...common } = drainInput.shape;
export const drainsInput = z.strictObject({ ...common, targets: z.array(z.strictObject({ targetKind, target })).min(1).max(100).openapi({ description: "All of them or none." }) });
export const drainsMade = z.object({ drains: z.array(z.number().int()).openapi({ description: "In the order they were named." }) }).openapi("DrainsMade");

const drainFields = {
  drain: z.number().int(),
  kind: z.enum(["drain", "cordon", "failover"]),
  targetKind: z.enum(["unit", "resource", "asset"]),
  target: z.string(),
  unit: z.string(),
  unitNames: shownNames,
  from: localDate,
  to: localDate.nullable(),
  reason: z.string(),
  ground: z.string().nullable(),
  spares: z.object({ divisions: z.array(z.string()), items: z.array(z.string()) }).nullable().openapi({ description: "Given: nothing is away; what lay outside these places and items (none: all items) was moved, since an agreement serves it no more." }),
  declaredAt: instant,
  liftedAt: instant.nullable(),
  answered: z.boolean().openapi({ description: "The scheduler has done what can be done." }),
};

export const drainRow = z.object({ ...drainFields, moved: z.number().int(), kept: z.number().int(), open: z.number().int().openapi({ description: "Whom somebody must still tell." }) }).openapi("DrainRow");

export const drainShown = z
  .object({
    ...drainFields,
    resources: z.array(z.string()),
    complete: z.boolean().openapi({ description: "Answered, and nobody is left to be told." }),
    notices: z.array(
      z.object({
        notice: z.number().int(),
        step: z.string(),
        state: z.enum(["kept", "chosen", "later", "waits", "refused", "stays", "over"]).openapi({ description: "`kept` at its time · `chosen` by its applicant among the times held · `later` · `waits` for anybody · `refused` nobody can · `stays` a direct claim, or a number set by law, which is not moved · `over` begun or ended since." }),
        request: z.uuid().nullable().openapi({ description: "Null: a direct claim." }),
        number: z.string().nullable(),
        itemNames: shownNames.nullable(),
        unit: z.string(),
        wasAt: instant.nullable(),
        isAt: instant.nullable(),
        dueAt: instant,
        mustBeTold: z.boolean(),
        toldAt: instant.nullable(),
        toldHow: z.string().nullable(),
        held: z.array(instant).openapi({ description: "Times held for the applicant to choose from." }),
        heldUntil: instant.nullable(),
      }),
    ),
  })
  .openapi("Drain");

export const drainQuery = z.strictObject({ ...pageQuery, lifted: z.enum(["true", "false"]).optional().openapi({ description: "Those that are over, too." }) });
export const drainParam = z.object({ pool: z.string(), drain: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
export const noticeParam = drainParam.extend({ notice: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
export const liftInput = z.strictObject({ reason });
export const toldInput = z.strictObject({ how: reason.openapi({ description: "By telephone, by message, in person …" }) });
