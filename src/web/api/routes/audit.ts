import { listAudit } from "../../../app/audit/list-audit.js";
import { auditQuery, auditRecord } from "../../../contract/schemas/audit.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { ok } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";

const list = defineRoute({
  method: "get",
  path: "/audit-records",
  access: "audit.read",
  tag: "audit",
  summary: "What was done, newest first",
  query: auditQuery,
  response: pageOf(auditRecord),
  async handle({ deps, actor, pool, query: { limit, after, act, object } }) {
    const found = await listAudit(deps, actor, pool, { act, object }, { limit, after });
    if (!found.ok) return found;
    const { rows, next } = found.value;
    return ok({ body: { rows: rows.map(({ actorId, occurredAt, ...rest }) => ({ ...rest, actor: actorId, occurredAt: new Date(occurredAt).toISOString() })), next } });
  },
});

export const auditRoutes: readonly Route[] = [list];
