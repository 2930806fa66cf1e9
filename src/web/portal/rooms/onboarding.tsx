import { unitChecklist } from "../../../app/onboarding/checklist.js";
import { publishUnit } from "../../../app/org/declare-unit.js";
import type { Problem } from "../../../domain/problem.js";
import { ok } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, generationOf, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { NoUnitPage } from "../pages/desk/page.js";
import { OnboardingPage } from "../pages/onboarding/page.js";
import { deskUnits } from "./units.js";

const PATH = "/desk/onboarding";
const of = (call: PageCall, unit: string): string => inPool(call.frame, `${PATH}?unit=${encodeURIComponent(unit)}`);

async function show(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const { unit } = await deskUnits(call);
  if (unit === undefined) return page(<NoUnitPage frame={frame} />);
  const found = await unitChecklist(deps, actor, pool, unit.id);
  if (!found.ok) return refuse(found.problems);
  const publish = await deps.authorizer.may(actor, "unit.publish", { poolId: pool, unitId: unit.id, public: true });
  return page(<OnboardingPage frame={frame} view={{ ...found.value, may: { publish: publish.ok }, idempotencyKey: freshKey(), problems }} />, problems.length === 0 ? undefined : 422);
}

async function publish(call: PageCall): Promise<PageAnswer> {
  const done = await once(call, async () => {
    const published = await publishUnit(call.deps, call.actor, call.pool, call.form["unit"] ?? "", generationOf(call.form));
    return published.ok ? ok(of(call, published.value.id)) : published;
  });
  return "to" in done ? go(done.to) : await show(call, done.problems);
}

export const onboardingRoutes: readonly PageRoute[] = [
  { method: "get", path: PATH, access: "onboarding.read", room: "desk", here: "onboarding", handle: (call) => show(call) },
  { method: "post", path: `${PATH}/publication`, access: "unit.publish", room: "desk", here: "onboarding", handle: publish },
];
