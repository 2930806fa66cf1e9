import { getRequest } from "../../../app/request/get-request.js";
import { annulNumber } from "../../../app/work/annul-number.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, generationOf, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { AnnulmentPage } from "../pages/annulment/page.js";

async function annulmentPage(call: PageCall, problems: readonly Problem[]): Promise<PageAnswer> {
  const { deps, actor, pool, frame, form, param } = call;
  const request = await getRequest(deps, actor, pool, param("request"));
  if (!request.ok) return refuse(request.problems);
  const step = request.value.steps.find(({ name }) => name === param("step"));
  // Whoever may not, and who comes a second time: the step has nothing they could annul.
  const [first] = problems;
  if (!step || (first === undefined && !request.value.may.annul.includes(step.name))) return refuse([problem("object.not_found", { kind: "step" })]);
  if (first !== undefined && first.field === undefined) return refuse([first]);
  return page(
    <AnnulmentPage
      frame={frame}
      view={{
        publicId: request.value.publicId,
        number: request.value.number,
        item: request.value.itemNames,
        step: step.name,
        stepNames: step.names,
        basis: form["basis"] ?? "",
        grounds: form["grounds"] ?? "",
        generation: request.value.generation,
        idempotencyKey: freshKey(),
        problems,
      }}
    />,
    first === undefined ? undefined : 422,
  );
}

const path = "/requests/:request/steps/:step/annulment";

export const annulmentRoutes: readonly PageRoute[] = [
  { method: "get", path, access: "step.annul", room: "desk", handle: (call) => annulmentPage(call, []) },
  {
    method: "post",
    path,
    access: "step.annul",
    room: "desk",
    async handle(call) {
      const { deps, actor, pool, frame, form, param } = call;
      const done = await once(call, async () => {
        const annulled = await annulNumber(deps, actor, pool, {
          publicId: param("request"),
          step: param("step"),
          basis: form["basis"] ?? "",
          grounds: form["grounds"] ?? "",
          generation: generationOf(form),
        });
        return annulled.ok ? ok(inPool(frame, `/requests/${param("request")}`)) : annulled;
      });
      return "to" in done ? go(done.to) : await annulmentPage(call, done.problems);
    },
  },
];
