import { explainOrder, explainOrderBetween } from "../../../app/scheduling/explain-order.js";
import { problem } from "../../../domain/problem.js";
import { tellBetween, tellOwnOrder } from "../../../app/scheduling/tell-order.js";
import { problemTitle } from "../../../text/problems.js";
import { page, type PageRoute } from "../page-route.js";
import { OrderPage, type OrderView } from "../pages/order/page.js";

const EMPTY: Pick<OrderView, "errors" | "sentences" | "pairs" | "numbers"> = { errors: {}, sentences: [], pairs: [], numbers: { one: "", other: "" } };

/** Two requests beside one another: for whoever may read both. */
export const orderRoute: PageRoute = {
  method: "get",
  path: "/centre/order",
  access: "request.explain",
  room: "centre",
  here: "queue",
  async handle({ deps, actor, pool, frame, query }) {
    const { voice } = frame;
    const asked = { one: query("one").trim(), other: query("other").trim() };
    const shown = (view: Partial<OrderView>) => page(<OrderPage frame={frame} view={{ ...EMPTY, query: asked, ...view }} />);
    if (asked.one === "" && asked.other === "") return shown({});
    // Who is not there and who may not be read are the same word, for either of the two.
    const [mine, its] = [await explainOrder(deps, actor, pool, asked.one), await explainOrder(deps, actor, pool, asked.other)];
    const wrong = (name: string) => problemTitle(voice.language, name === "" ? problem("input.missing", {}) : problem("object.not_found", { kind: "request" }));
    if (!mine.ok || !its.ok) return shown({ errors: { one: mine.ok ? undefined : wrong(asked.one), other: its.ok ? undefined : wrong(asked.other) } });
    const told = await explainOrderBetween(deps, actor, pool, asked.one, asked.other);
    if (!told.ok) return shown({ errors: { one: wrong(asked.one) } });
    return told.value.kind === "counts"
      ? shown({ sentences: tellOwnOrder(voice, told.value) })
      : shown({ sentences: tellBetween(voice, told.value), pairs: told.value.pairs, numbers: { one: told.value.one.number, other: told.value.other.number } });
  },
};
