import type { PoolId } from "../../domain/id.js";
import { nextResourceState, type ResourceEvent } from "../../domain/pool/lifecycle.js";
import type { Resource } from "../../domain/pool/resource.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { secondLeadProblems } from "../duties/second-lead.js";
import { endLoansOf } from "../rebalance/end-loans-of.js";
import { declaring, entryOf, type DeclareDeps } from "./declaring.js";
import { agreementRowProblems, ceilingProblems } from "./under-agreement.js";
import { isAuthority, tellWriter } from "./write-resources.js";

/** Offers a registered resource to the pool. */
export const publishResource = (deps: DeclareDeps, actor: Actor, poolId: PoolId, code: string, expected: number): Promise<Result<Resource>> =>
  moveResource(deps, actor, poolId, code, expected, "publish");

/** Takes a resource out of the pool for good: nothing new is allocated from it, and what is unstarted moves elsewhere. */
export const retireResource = (deps: DeclareDeps, actor: Actor, poolId: PoolId, code: string, expected: number): Promise<Result<Resource>> =>
  moveResource(deps, actor, poolId, code, expected, "retire");

async function moveResource(deps: DeclareDeps, actor: Actor, poolId: PoolId, code: string, expected: number, event: Extract<ResourceEvent, "publish" | "retire">): Promise<Result<Resource>> {
  return declaring(deps, actor, poolId, 0, async (plain) => {
    const there = await plain.tx.resources.lock(code);
    if (!there) return refused(problem("object.not_found", { kind: "resource" }));
    const allowed = await deps.authorizer.may(actor, `resource.${event}`, { poolId, unitId: there.unitId });
    if (!allowed.ok) return allowed;
    if (there.generation !== expected) return refused(problem("object.generation_stale", { expected, actual: there.generation }));
    if ((await plain.tx.resources.dated([there.id])).size > 0) return refused(problem("loan.dated_resource", { resource: code }));
    const next = nextResourceState(there.state, event);
    if (!next.ok) return next;
    const published = { declaration: { ...there, state: "published" as const }, place: {} };
    const [kept] = event === "publish" ? [...(await agreementRowProblems(plain.tx, plain.at, [published])), ...(await secondLeadProblems(plain.tx, plain.at, [published]))] : [];
    if (kept) return refused(kept);
    const act = { ...plain, policyVersion: allowed.value.policyVersion };
    await act.tx.resources.setState(there.id, next.value);
    const [above] = event === "publish" ? await ceilingProblems(act.tx, [there.unitId]) : [];
    if (above) return refused(above);
    await act.tx.audit.append(entryOf(act, `resource.${event}`, "resource", code, { before: { state: there.state }, after: { state: next.value } }));
    await tellWriter(act, [there.id]);
    if (event === "retire") await endLoansOf(act, [there.id]);
    if (event === "retire" && isAuthority(there.classId)) await act.tx.policies.raiseRevocations();
    return ok({ ...there, state: next.value, generation: there.generation + 1 });
  });
}
