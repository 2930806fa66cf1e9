import { z } from "@hono/zod-openapi";
import { FIRST_DATE } from "../../domain/instant.js";
import { problem, type Problem } from "../../domain/problem.js";
import { AMOUNT_MAX, parseAmount } from "../../domain/quantity.js";
import { normalised, textProblem } from "../../domain/text.js";

/** Lets a schema answer with one of our problems instead of the validator's own words. */
export function refine<T>(check: (value: T) => Problem | undefined) {
  return (value: T, context: z.RefinementCtx): void => {
    const found = check(value);
    if (found) context.addIssue({ code: "custom", message: found.code, params: { problem: found } });
  };
}

/** Text a person wrote: at most `max` characters, no control or direction characters, NFC, trimmed. */
export const text = (max: number, min = 0) =>
  z
    .string()
    .min(min)
    .superRefine(refine((value: string) => textProblem(value, max)))
    .transform(normalised)
    .openapi({ type: "string", maxLength: max, ...(min > 0 ? { minLength: min } : {}) });

/** A whole number from `min` to `max`. */
export const whole = (min = 0, max = AMOUNT_MAX) =>
  z
    .number()
    .superRefine(
      refine((value: number) => {
        if (!Number.isInteger(value)) return problem("input.not_whole_number", { value: String(value) });
        return value < min || value > max ? problem("input.out_of_range", { min, max }) : undefined;
      }),
    )
    .openapi({ type: "integer", minimum: min, maximum: max });

/** Money: fen as a decimal string, since a JSON number loses the last digit above 2^53. */
export const fen = z
  .string()
  .superRefine(
    refine((value: string) => {
      const parsed = parseAmount(value);
      return parsed.ok ? undefined : parsed.problems[0];
    }),
  )
  .openapi({ type: "string", pattern: "^(0|[1-9]\\d{0,15})$", example: "120000" });

export const names = z.strictObject({ zh: text(200, 1), en: text(200, 1) });

/** ISO 8601 in UTC. */
export const instant = z.iso.datetime().openapi({ example: "2026-11-22T01:30:00.000Z" });
export const localDate = z.iso
  .date()
  .superRefine(refine((date: string) => (date < FIRST_DATE ? problem("input.invalid", { expected: `≥ ${FIRST_DATE}` }) : undefined)))
  .openapi({ example: "2026-11-22" });

/** Keyset paging: `after` is the cursor of the page before. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  after: z.string().max(400).optional(),
};

export const pageOf = <T extends z.ZodType>(rows: T) =>
  z.object({ rows: z.array(rows), next: z.string().nullable().openapi({ description: "Cursor of the next page, or null." }) });

/** RFC 9457, with our stable code, the facts behind it, and every further problem of the same input. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: "https://govpool.dev/problems#input.out_of_range" }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().openapi({ description: "What to do." }),
    instance: z.string(),
    code: z.string(),
    field: z.string().optional(),
    facts: z.record(z.string(), z.unknown()),
    problems: z.array(z.object({ code: z.string(), title: z.string(), detail: z.string(), field: z.string().optional(), facts: z.record(z.string(), z.unknown()) })),
  })
  .openapi("Problem");
