import { z } from "@hono/zod-openapi";

/** Files of declarations as they lie in a folder: YAML documents and `units.csv`, `resources.csv`, `assets.csv`. */
export const manifestBody = z.strictObject({
  files: z.array(z.strictObject({ path: z.string().min(1).max(300), content: z.string() })).min(1).max(2_000),
});

export const manifestQuery = z.object({ dryRun: z.enum(["true", "false"]).default("false") });

export const applyReport = z
  .object({
    pool: z.string(),
    dryRun: z.boolean(),
    nouns: z.array(z.object({ noun: z.string(), created: z.number().int(), changed: z.number().int(), unchanged: z.number().int() })),
    proposed: z
      .object({ proposal: z.number().int().nullable(), hash: z.string(), isNew: z.boolean(), changes: z.array(z.object({ kind: z.string(), id: z.string() })) })
      .nullable()
      .openapi({ description: "What was said of quotas, cohorts, limits and overcommit that are in force: it waits for a second person. `proposal` is null on a dry run." }),
    changes: z.array(z.object({ noun: z.string(), key: z.string(), change: z.enum(["created", "changed", "unchanged"]) })),
  })
  .openapi("ApplyReport");
