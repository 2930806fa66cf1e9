import { openProposed, reservesProposed } from "../../../app/rules/open-proposed.js";
import { approveRule, changeRule, listFirings, listRules, readRule, type RuleAct } from "../../../app/rules/rules.js";
import type { Problem } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { ruleFormPages } from "./rule-form.js";
import { namesOf } from "./units.js";
import { RulePage, RulesPage } from "../pages/rules/page.js";

const HERE = { room: "centre", here: "rules" } as const;
const PATH = "/centre/rules";
const FIRINGS_MAX = 200;
const ACTS: readonly RuleAct[] = ["refuse", "pause", "resume", "retire"];

async function rulePage(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const id = call.param("rule");
  const found = await readRule(deps, actor, pool, id);
  if (!found.ok) return refuse(found.problems);
  const firings = await listFirings(deps, actor, pool, id, { limit: FIRINGS_MAX });
  if (!firings.ok) return refuse(firings.problems);
  const own = actor.kind === "person" && actor.personId === found.value.proposed.by;
  const view = {
    rule: found.value,
    firings: firings.value.rows,
    mayApprove: !own && (await deps.authorizer.may(actor, "standing-rule.approve", { poolId: pool })).ok,
    mayPause: (await deps.authorizer.may(actor, "standing-rule.pause", { poolId: pool })).ok,
    nameOf: await namesOf(deps.store.read(pool), frame.voice),
    reserves: (await reservesProposed(deps.store.read(pool), found.value)).map(({ target }) => target),
    mayPropose: (await deps.authorizer.may(actor, "standing-rule.propose", { poolId: pool })).ok,
    key: freshKey(),
    problems,
  };
  return page(<RulePage frame={frame} view={view} />, problems.length > 0 ? 422 : undefined);
}

async function after(call: PageCall, does: () => Promise<Result<unknown>>): Promise<PageAnswer> {
  const done = await once(call, async () => {
    const made = await does();
    return made.ok ? ok(inPool(call.frame, `${PATH}/${encodeURIComponent(call.param("rule"))}`)) : made;
  });
  return "to" in done ? go(done.to) : await rulePage(call, done.problems);
}

export const rulePages: readonly PageRoute[] = [
  {
    method: "get",
    path: PATH,
    access: "standing-rule.read",
    ...HERE,
    async handle({ deps, actor, pool, frame }) {
      const found = await listRules(deps, actor, pool);
      const mayPropose = (await deps.authorizer.may(actor, "standing-rule.propose", { poolId: pool })).ok;
      return found.ok ? page(<RulesPage frame={frame} rules={found.value} nameOf={await namesOf(deps.store.read(pool), frame.voice)} mayPropose={mayPropose} />) : refuse(found.problems);
    },
  },
  ...ruleFormPages,
  { method: "get", path: `${PATH}/:rule`, access: "standing-rule.read", ...HERE, handle: (call) => rulePage(call) },
  { method: "post", path: `${PATH}/:rule/approve`, access: "standing-rule.approve", ...HERE, handle: (call) => after(call, () => approveRule(call.deps, call.actor, call.pool, call.param("rule"), call.form["hash"] ?? "")) },
  { method: "post", path: `${PATH}/:rule/open`, access: "standing-rule.approve", ...HERE, handle: (call) => after(call, () => openProposed(call.deps, call.actor, call.pool, call.param("rule"))) },
  {
    method: "post",
    path: `${PATH}/:rule/change`,
    access: "standing-rule.pause",
    ...HERE,
    handle: (call) => after(call, () => changeRule(call.deps, call.actor, call.pool, call.param("rule"), ACTS.find((one) => one === call.form["act"]) ?? "pause", call.form["reason"] ?? "")),
  },
];
