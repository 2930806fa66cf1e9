import { z } from "@hono/zod-openapi";
import { instant } from "./common.js";

export const importKind = z.enum(["units", "resources", "assets", "items"]);
export const exportName = z.enum(["units", "resources", "assets", "items", "requests", "queue", "allocations", "audit"]);
export const tableFormat = z.enum(["csv", "xlsx"]);

const rowProblem = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  field: z.string().optional(),
  line: z.number().int().optional(),
  facts: z.record(z.string(), z.unknown()),
});

export const importSchema = z
  .object({
    import: z.uuid(),
    kind: importKind,
    fileName: z.string(),
    state: z.enum(["reading", "previewed", "applying", "applied", "reverting", "reverted", "failed"]),
    unit: z.string().nullable().openapi({ description: "Whose list the table is; null: it may touch the whole pool." }),
    absent: z.enum(["keep", "retire"]),
    rowsTotal: z.number().int().nullable().openapi({ description: "An estimate until the table has been read." }),
    rowsDone: z.number().int(),
    created: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    removed: z.number().int(),
    bad: z.number().int(),
    skipBad: z.boolean(),
    problems: z.array(rowProblem),
    createdBy: z.string(),
    createdAt: instant,
    endedAt: instant.nullable(),
  })
  .openapi("Import");

export const importChangeSchema = z
  .object({
    line: z.number().int().openapi({ description: "Line of the table; past its end for objects the table leaves out." }),
    object: z.string(),
    change: z.enum(["created", "changed", "removed", "bad"]),
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
    problems: z.array(rowProblem),
  })
  .openapi("ImportChange");

export const confirmation = z.strictObject({ skipBad: z.boolean().default(false).openapi({ description: "Leave bad rows out instead of refusing the whole table." }) });
