import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Page, PageAsked } from "../ports/page.js";
import { lineOf, type RequestLine } from "./request-view.js";

/** The person's own requests and those of the enterprises they act for, newest first. */
export async function listMyRequests(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  page: PageAsked & { readonly open?: boolean | undefined },
): Promise<Result<Page<RequestLine>>> {
  const personId = actor.kind === "person" ? actor.personId : null;
  const allowed = await deps.authorizer.may(actor, "request.read", { poolId: pool, personId });
  if (!allowed.ok) return allowed;
  if (actor.kind !== "person") return refused(problem("access.sign_in_required", {}));
  const read = deps.store.read(pool);
  const enterprises = actor.mandates.map(({ enterpriseCode }) => enterpriseCode);
  const [found, map, now] = await Promise.all([
    read.requests.listOf({ person: actor.personId, enterprises, open: page.open ?? false }, page),
    read.catalogue.poolMap(),
    deps.clock.now(pool),
  ]);
  return ok({ rows: found.rows.map((row) => lineOf(map.calendar, row, now)), next: found.next });
}
