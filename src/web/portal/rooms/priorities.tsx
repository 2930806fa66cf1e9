import { listPriorityClasses } from "../../../app/pool/read-basics.js";
import { factsOf } from "../../../app/request/act-on-case.js";
import { claimPriority, decidePriority, listPriorities, withdrawPriority } from "../../../app/request/priorities.js";
import { requestNamed } from "../../../app/request/request-named.js";
import type { Action } from "../../../domain/policy/action.js";
import { problem, type Problem } from "../../../domain/problem.js";
import type { PriorityState } from "../../../domain/request/priority.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { PrioritiesPage } from "../pages/priorities/page.js";

async function prioritiesPage(call: PageCall, problems: readonly Problem[]): Promise<PageAnswer> {
  const { deps, actor, pool, frame, param, form } = call;
  const [claimed, classes, owned] = [
    await listPriorities(deps, actor, pool, param("request")),
    await listPriorityClasses(deps, actor, pool),
    await requestNamed(deps.store.read(pool), param("request")),
  ];
  if (!claimed.ok) return refuse(claimed.problems);
  if (!classes.ok) return refuse(classes.problems);
  if (!owned) return refuse([problem("object.not_found", { kind: "request" })]);
  const may = async (action: Action): Promise<boolean> => (await deps.authorizer.may(actor, action, factsOf(pool, owned))).ok;
  return page(
    <PrioritiesPage
      frame={frame}
      view={{
        publicId: owned.publicId,
        number: owned.number,
        classes: classes.value,
        claimed: claimed.value,
        may: { claim: await may("request.claim-priority"), confirm: await may("request.confirm-priority"), withdraw: await may("request.withdraw-priority") },
        key: freshKey,
        problems,
        typed: problems.length === 0 ? { code: "", evidence: "" } : { code: form["code"] ?? "", evidence: form["evidence"] ?? "" },
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

function act({ deps, actor, pool, form, param }: PageCall): Promise<Result<PriorityState>> {
  const on = { publicId: param("request"), code: form["code"] ?? "" };
  switch (form["act"]) {
    case "claim":
      if (on.code === "") return Promise.resolve(refused(problem("input.missing", {}, { field: "code" })));
      return claimPriority(deps, actor, pool, { ...on, evidence: form["evidence"] ?? null });
    case "confirm":
    case "decline":
      return decidePriority(deps, actor, pool, { ...on, confirm: form["act"] === "confirm" });
    case "withdraw":
      return withdrawPriority(deps, actor, pool, on);
    default:
      return Promise.resolve(refused(problem("input.invalid", { expected: "claim, confirm, decline, withdraw" }, { field: "act" })));
  }
}

export const priorityPages: readonly PageRoute[] = [
  { method: "get", path: "/requests/:request/priorities", access: "request.read", room: "hall", here: "mine", handle: (call) => prioritiesPage(call, []) },
  {
    method: "post",
    path: "/requests/:request/priorities",
    access: "request.claim-priority",
    room: "hall",
    here: "mine",
    async handle(call) {
      const done = await once(call, async () => {
        const acted = await act(call);
        return acted.ok ? ok(inPool(call.frame, `/requests/${call.param("request")}/priorities`)) : acted;
      });
      return "to" in done ? go(done.to) : await prioritiesPage(call, done.problems);
    },
  },
];
