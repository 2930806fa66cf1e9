import { explainOrder, explainOrderBetween } from "../../../app/scheduling/explain-order.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { tellBetween, tellOwnOrder } from "../../../app/scheduling/tell-order.js";
import { page, type PageRoute } from "../page-route.js";
import { OrderPage, type OrderView } from "../pages/order/page.js";

const EMPTY: Pick<OrderView, "problems" | "sentences" | "pairs" | "numbers"> = { problems: [], sentences: [], pairs: [], numbers: { one: "", other: "" } };

/** Two requests beside one another: for whoever may read both. */
export const orderRoute: PageRoute = {
  method: "get",
  path: "/centre/order",
  access: "request.explain",
  room: "centre",
  here: "queue",
  async handle({ c, deps, actor, pool, frame, query }) {
    const { voice } = frame;
    const asked = { one: query("one").trim(), other: query("other").trim() };
    const shown = (view: Partial<OrderView>) => page(<OrderPage frame={frame} view={{ ...EMPTY, query: asked, ...view }} />);
    // Whoever comes from a decision has named one of them, and not sent the form yet.
    if ((asked.one === "" && asked.other === "") || c.req.query("other") === undefined) return shown({});
    // Who is not there and who may not be read are the same word, for either of the two.
    const [mine, its] = [await explainOrder(deps, actor, pool, asked.one), await explainOrder(deps, actor, pool, asked.other)];
    const wrong = (field: "one" | "other"): Problem => (asked[field] === "" ? problem("input.missing", {}, { field }) : problem("object.not_found", { kind: "request" }, { field }));
    if (!mine.ok || !its.ok) return shown({ problems: [...(mine.ok ? [] : [wrong("one")]), ...(its.ok ? [] : [wrong("other")])] });
    const told = await explainOrderBetween(deps, actor, pool, asked.one, asked.other);
    if (!told.ok) return shown({ problems: [wrong("one")] });
    return told.value.kind === "counts"
      ? shown({ sentences: tellOwnOrder(voice, told.value) })
      : shown({ sentences: tellBetween(voice, told.value), pairs: told.value.pairs, numbers: { one: told.value.one.number, other: told.value.other.number } });
  },
};
