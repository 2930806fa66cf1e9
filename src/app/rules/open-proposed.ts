import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Drain } from "../ports/drain.js";
import type { StoredRule } from "../ports/standing-rule.js";
import type { Reading } from "../ports/store.js";
import { entryOf } from "../pool/declaring.js";
import { secondPersonProblem } from "../rebalance/second-person.js";
import { APPROVERS, onRule } from "./rules.js";

/** The reserves a rule that only proposes would have opened now: those that stand behind their cordon still. */
export async function reservesProposed(reading: Pick<Reading, "drains" | "standingRules">, { content, isOn }: StoredRule): Promise<readonly Drain[]> {
  if (!isOn || content.mode !== "propose" || content.does.kind !== "open") return [];
  const ids = (await reading.standingRules.lastFiring(content.id, "on"))?.drains ?? [];
  return (await Promise.all(ids.map((id) => reading.drains.get(id)))).flatMap((drain) => (drain && drain.liftedAt === null ? [drain] : []));
}

/** A person opens what a rule proposes to open: another than whoever proposed the rule. It closes again when the rule is off. */
export function openProposed(deps: Pick<AppDeps, "store" | "authorizer">, actor: Actor, pool: PoolId, id: string): Promise<Result<StoredRule>> {
  return onRule(deps, actor, pool, id, "standing-rule.approve", async (act, rule, person) => {
    const { content } = rule;
    const proposed = await reservesProposed(act.tx, rule);
    if (proposed.length === 0) return refused(problem("rule.proposes_nothing", { rule: id }));
    const other = await secondPersonProblem(act.tx, person.personId, { ...rule.proposed, gains: [] }, APPROVERS);
    if (other) return refused(other);
    for (const drain of proposed) {
      await act.tx.drains.lift(drain.id, act.actorId, act.at, content.title);
      await act.tx.commands.append(act.actorId, act.at, { kind: "resource.declared", resources: (await act.tx.drains.ofDrain(drain.id)).map(({ resource }) => resource) });
      await act.tx.audit.append(entryOf(act, "drain.lift", "drain", String(drain.id), { before: { kind: "cordon", target: drain.target }, after: { rule: content.id } }));
    }
    return ok();
  });
}
