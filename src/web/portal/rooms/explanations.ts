import { explainRequest } from "../../../app/scheduling/explain-request.js";
import { explainOrder } from "../../../app/scheduling/explain-order.js";
import { tellOwnOrder } from "../../../app/scheduling/tell-order.js";
import { tellStep } from "../../../app/scheduling/tell.js";
import type { PageCall } from "../page-route.js";

/** Per step of the request: how the pool treated it, in the reader's language. Empty for whoever may not ask. */
export async function explanations({ deps, actor, pool, frame }: PageCall, publicId: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const explained = await explainRequest(deps, actor, pool, publicId);
  if (!explained.ok) return new Map();
  return new Map(explained.value.steps.map((step) => [step.name, tellStep(frame.voice, explained.value, step)]));
}

/** Who is before the steps that wait, in counts. Empty when none waits, and for whoever may not ask. */
export async function orderSentences({ deps, actor, pool, frame }: PageCall, publicId: string): Promise<readonly string[]> {
  const told = await explainOrder(deps, actor, pool, publicId);
  return told.ok && told.value.steps.length > 0 ? tellOwnOrder(frame.voice, told.value) : [];
}
