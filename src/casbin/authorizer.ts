import type { Allowed, Authorizer } from "../app/ports/authorizer.js";
import type { PolicySource } from "../app/ports/policy.js";
import { ACTIONS, isAction, partsOf, type Action } from "../domain/policy/action.js";
import { RELATIONS, standingsOf, type ObjectFacts, type Standing } from "../domain/policy/relation.js";
import type { Actor } from "../domain/policy/subject.js";
import { problem } from "../domain/problem.js";
import { ok, refused, type Refused, type Result } from "../domain/result.js";
import type { OpenPolicy, PolicyBook } from "./policy-book.js";

/** Answers `access` by the pool's active policy. */
export function createAuthorizer(book: PolicyBook, source: Pick<PolicySource, "ancestorsOf">): Authorizer {
  const standings = async (actor: Actor, facts: ObjectFacts): Promise<readonly Standing[]> => {
    const { unitId } = facts;
    const wantsTree =
      actor.kind === "person" &&
      unitId != null &&
      facts.poolId === actor.poolId &&
      actor.roles.some((held) => "unitId" in held && held.unitId !== unitId);
    return standingsOf(actor, facts, wantsTree ? await source.ancestorsOf(facts.poolId, unitId) : []);
  };

  return {
    async may(actor, action, object) {
      const policy = await book.current(object.poolId);
      const held = await standings(actor, object);
      const answer = ask(policy, held, action);
      if (answer.ok) return answer;
      if (actor.kind === "anonymous" && !openToPublic(policy, action)) {
        return refused(problem("access.sign_in_required", {}));
      }
      return mayKnow(policy, held, action) ? refused(problem("access.forbidden", { action })) : notFound(action);
    },
    async needsSignIn(actor, action) {
      return actor.kind === "anonymous" && !openToPublic(await book.current(actor.poolId), action);
    },
    async version(pool) {
      return (await book.current(pool)).version;
    },
  };
}

/** Every standing is asked: one `allow` suffices, and one `deny` refuses whatever the others say. */
function ask(policy: OpenPolicy, standings: readonly Standing[], action: Action): Result<Allowed> {
  const { object, act } = partsOf(action);
  let rule: string | null = null;
  for (const { role, relation } of standings) {
    const verdict = policy.evaluators.access.ask([role, object, act, relation]);
    if (verdict.effect === "deny") return refused(problem("access.forbidden", { action }));
    if (verdict.effect === "allow") rule ??= verdict.rule;
  }
  return rule === null
    ? refused(problem("access.forbidden", { action }))
    : ok({ policyVersion: policy.version, rule });
}

const openToPublic = (policy: OpenPolicy, action: Action): boolean => {
  const { object, act } = partsOf(action);
  return RELATIONS.some((relation) => policy.evaluators.access.ask(["public", object, act, relation]).effect === "allow");
};

/** Whoever may not read a thing is not told that it exists. Things without a `read` of their own are no secret. */
function mayKnow(policy: OpenPolicy, standings: readonly Standing[], action: Action): boolean {
  const read = `${partsOf(action).object}.read`;
  return !isAction(read) || (read !== action && ask(policy, standings, read).ok);
}

const notFound = (action: Action): Refused => refused(problem("object.not_found", { kind: partsOf(action).object }));

/** Actions no rule allows to anybody: a release with one of those has a page nobody can open. */
export const actionsWithoutRule = (policy: OpenPolicy, roles: readonly string[]): readonly Action[] =>
  ACTIONS.filter((action) => {
    const { object, act } = partsOf(action);
    return !roles.some((role) =>
      RELATIONS.some((relation) => policy.evaluators.access.ask([role, object, act, relation]).effect === "allow"),
    );
  });
