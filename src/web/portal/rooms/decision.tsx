import { explainStep, type RequestExplanation, type StepAnswer, type StepExplanation } from "../../../app/scheduling/explain-request.js";
import { lastDropped, tellStep } from "../../../app/scheduling/tell.js";
import { requestNamed } from "../../../app/request/request-named.js";
import { reconsiderStep } from "../../../app/request/reconsider-step.js";
import { trusted, type StepId } from "../../../domain/id.js";
import { problem } from "../../../domain/problem.js";
import { ok } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { DecisionPage, type ClaimView, type DecisionView } from "../pages/decision/page.js";

const PATH = "/centre/decisions/:step{[0-9]+}";

const stepIdOf = ({ param }: PageCall): StepId => trusted(/^\d{1,15}$/.test(param("step")) ? Number(param("step")) : 0);

function claimsOf(answer: StepAnswer): readonly ClaimView[] {
  switch (answer.kind) {
    case "granted":
      return answer.claims.map((claim) => ({
        ...shared(claim),
        funnel: claim.funnel ?? undefined,
        dynamic: claim.dynamic,
        candidates: ([["winner", claim.winner], ["runner-up", claim.runnerUp]] as const).flatMap(([role, one]) => (one === null ? [] : [{ role, resource: one.resource, unit: one.unitNames, terms: one.terms }])),
      }));
    case "waiting":
      return answer.claims.map((claim) => ({ ...shared(claim), funnel: claim.funnel, dynamic: [], candidates: [] }));
    case "refused":
      return answer.claims.map((claim) => ({ ...shared(claim), funnel: claim.funnel ?? undefined, dynamic: [lastDropped(claim)].flatMap((one) => one ?? []), candidates: [] }));
    default:
      return [];
  }
}

const shared = (claim: Pick<ClaimView, "ordinal" | "classNames" | "amount" | "measure"> & { readonly period: ClaimView["periodKind"] }) => ({
  ordinal: claim.ordinal,
  classNames: claim.classNames,
  amount: claim.amount,
  measure: claim.measure,
  periodKind: claim.period,
});

const outcomeOf = ({ kind }: StepAnswer): DecisionView["outcome"] => (kind === "granted" || kind === "refused" ? kind : "waiting");

async function shown(call: PageCall, found: RequestExplanation, step: StepExplanation): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const { answer } = step;
  const reading = deps.store.read(pool);
  const lead = (await requestNamed(reading, found.number))?.leadUnitId ?? null;
  const mayReconsider = answer.kind === "refused" && (await deps.authorizer.may(actor, "request.reconsider", { poolId: pool })).ok;
  return page(
    <DecisionPage
      frame={frame}
      view={{
        stepId: step.id,
        number: found.number,
        step: step.names,
        lead: lead === null ? null : ((await reading.units.get(lead))?.names ?? null),
        outcome: outcomeOf(answer),
        decided:
          answer.kind === "granted" || answer.kind === "refused"
            ? { at: answer.decidedAt, seq: answer.seq, policyVersion: answer.policyVersion, attempt: step.attempt, startsAt: answer.kind === "granted" ? answer.startsAt : null }
            : undefined,
        sentences: tellStep(frame.voice, found, step),
        claims: claimsOf(answer),
        reconsider: mayReconsider ? { idempotencyKey: freshKey() } : undefined,
      }}
    />,
  );
}

export const decisionRoutes: readonly PageRoute[] = [
  {
    method: "get",
    path: PATH,
    access: "request.explain",
    room: "centre",
    here: "queue",
    async handle(call) {
      const found = await explainStep(call.deps, call.actor, call.pool, stepIdOf(call));
      if (!found.ok) return refuse(found.problems);
      const [step] = found.value.steps;
      return step === undefined ? refuse([problem("object.not_found", { kind: "step" })]) : await shown(call, found.value, step);
    },
  },
  {
    method: "post",
    path: `${PATH}/reconsideration`,
    access: "request.reconsider",
    room: "centre",
    here: "queue",
    async handle(call) {
      const { deps, actor, pool, frame, param } = call;
      const found = await explainStep(deps, actor, pool, stepIdOf(call));
      if (!found.ok) return refuse(found.problems);
      const [step] = found.value.steps;
      if (step === undefined) return refuse([problem("object.not_found", { kind: "step" })]);
      const done = await once(call, async () => {
        const again = await reconsiderStep(deps, actor, pool, { publicId: found.value.publicId, step: step.name });
        return again.ok ? ok(inPool(frame, `/centre/decisions/${param("step")}`)) : again;
      });
      return "to" in done ? go(done.to) : refuse(done.problems);
    },
  },
];
