import { createMiddleware } from "hono/factory";
import { problem } from "../../domain/problem.js";
import { textProblem } from "../../domain/text.js";
import type { Env } from "../env.js";
import type { Refuse } from "./csrf.js";

/**
 * Refuses an address with characters nobody should send, before anything is looked up by it. Nothing of ours is named
 * with one, and PostgreSQL answers a NUL with an error (22021), which would count as a fault of ours.
 */
export const plainAddress = (refuse: Refuse) =>
  createMiddleware<Env>(async (c, next) => {
    if (textProblem(c.req.path, Number.POSITIVE_INFINITY)) return await refuse(c, problem("object.not_found", { kind: "page" }));
    for (const [field, values] of Object.entries(c.req.queries())) {
      const wrong = textProblem(values.join(""), Number.POSITIVE_INFINITY, { field }) ?? textProblem(field, Number.POSITIVE_INFINITY);
      if (wrong) return await refuse(c, wrong);
    }
    return await next();
  });
