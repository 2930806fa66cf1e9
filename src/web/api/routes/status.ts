import { statusByNumber } from "../../../app/request/status-by-number.js";
import { statusInput, statusSchema } from "../../../contract/schemas/request.js";
import { ok } from "../../../domain/result.js";
import { signInCall } from "../../middleware/session.js";
import { defineRoute, type Route } from "../route.js";
import { iso, isoOrNull, shownDeadline } from "../shown-request.js";

/** A POST, so that the code of a receipt stands in no log and no history. */
const status = defineRoute({
  method: "post",
  path: "/status",
  access: "portal.read",
  tag: "requests",
  summary: "How a request stands, by the number and code of its receipt, without signing in",
  body: statusInput,
  readOnly: true,
  response: statusSchema,
  problems: ["request.status_attempts"],
  async handle({ deps, actor, pool, body, context }) {
    const found = await statusByNumber(deps, actor, pool, { ...body, address: signInCall(context).remoteAddress });
    if (!found.ok) return found;
    const { receivedAt, promisedDueAt, closedAt, deadline, steps, ...rest } = found.value;
    return ok({
      body: {
        ...rest,
        receivedAt: iso(receivedAt),
        promisedDueAt: iso(promisedDueAt),
        closedAt: isoOrNull(closedAt),
        deadline: shownDeadline(deadline),
        steps: steps.map((step) => ({ ...step, startedAt: isoOrNull(step.startedAt), endedAt: isoOrNull(step.endedAt) })),
      },
    });
  },
});

export const statusRoutes: readonly Route[] = [status];
