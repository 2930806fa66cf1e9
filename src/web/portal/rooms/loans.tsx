import { recallLoan, returnLoan } from "../../../app/rebalance/bring-back-loan.js";
import { getLoan, listLoans, readLoanBalances } from "../../../app/rebalance/read-loans.js";
import { renewLoan } from "../../../app/rebalance/renew-loan.js";
import type { LoanRow } from "../../../app/ports/loan.js";
import { dayNumberOf, localDateOf } from "../../../domain/instant.js";
import type { CapacityClass } from "../../../domain/pool/class.js";
import { firstRecallDay, LOAN_STATES } from "../../../domain/rebalance/loan.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok } from "../../../domain/result.js";
import { loanText } from "../../../text/loan.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { LOAN_DONE, LoanPage, LoansPage, type LoanView } from "../pages/loans/page.js";
import { PAGE_ROWS, queryString } from "./common.js";
import { deskUnits } from "./units.js";

/** The centre shows all loans of the pool, a desk those of one's own unit. */
export function loanPages(room: "centre" | "desk"): readonly PageRoute[] {
  const base = `/${room}/loans`;
  const route = (method: PageRoute["method"], path: string, access: PageRoute["access"], handle: PageRoute["handle"]): PageRoute => ({ method, path: `${base}${path}`, access, room, here: "loans", handle });

  const list = async (call: PageCall): Promise<PageAnswer> => {
    const { deps, actor, pool, frame, query } = call;
    const own = room === "desk" ? await deskUnits(call) : undefined;
    if (own && !own.unit) return refuse([problem("access.forbidden", { action: "loan.read" })]);
    const unit = own?.unit ? own.unit.id : query("unit");
    const state = LOAN_STATES.find((one) => one === query("state"));
    const after = query("after");
    const found = await listLoans(deps, actor, pool, { ...(unit !== "" && { unit }), ...(state && { state }), limit: PAGE_ROWS, after: after === "" ? undefined : after });
    if (!found.ok) return refuse(found.problems);
    const balances = await readLoanBalances(deps, actor, pool, unit === "" ? {} : { unit });
    if (!balances.ok) return refuse(balances.problems);
    const words = await wordsOf(call);
    const shown = queryString({ unit, state });
    const address = (more: string): string => inPool(frame, `${base}?${[shown, more].filter(Boolean).join("&")}`);
    return page(
      <LoansPage
        frame={frame}
        view={{
          base,
          query: { unit, state: state ?? "" },
          units: own ? own.units.map(({ id, names }) => ({ value: id, label: frame.voice.name(names) })) : words.choices(frame.voice.name),
          rows: found.value.rows.map(words.of),
          next: found.value.next === null ? undefined : address(`after=${encodeURIComponent(found.value.next)}`),
          first: after === "" ? undefined : address(""),
          balances: balances.value.map((one) => ({ ...one, class: words.classOf(one.classId), unit: words.unitOf(one.unitId) })),
        }}
      />,
    );
  };

  const show = async (call: PageCall, form = "", problems: readonly Problem[] = []): Promise<PageAnswer> => {
    const { deps, actor, pool, frame, query, param } = call;
    const id = idOf(param("loan"));
    const found = await getLoan(deps, actor, pool, id);
    if (!found.ok) return refuse(found.problems);
    const loan = found.value;
    const words = await wordsOf(call);
    const may = async (act: "recall" | "return"): Promise<boolean> =>
      loan.state === "active" && (await deps.authorizer.may(actor, `loan.${act}`, { poolId: pool, unitId: act === "recall" ? loan.lender : loan.borrower })).ok;
    return page(
      <LoanPage
        frame={frame}
        view={{
          ...words.of(loan),
          base,
          earliest: firstRecallDay(localDateOf(dayNumberOf(await deps.clock.now(pool)))),
          may: { recall: await may("recall"), return: await may("return"), renew: await mayRenew(call, loan) },
          key: freshKey(),
          done: LOAN_DONE.find((one) => one === query("done")),
          problems,
          form,
          typed: call.form,
        }}
      />,
      problems.length === 0 ? undefined : 422,
    );
  };

  const bringBack = (act: "recall" | "return") =>
    route("post", `/:loan/${act}`, `loan.${act}`, async (call) => {
      const { deps, actor, pool, frame, form, param } = call;
      const id = idOf(param("loan"));
      const work = act === "recall" ? recallLoan : returnLoan;
      const done = await once(call, async () => {
        const back = await work(deps, actor, pool, id, { grounds: form["grounds"] ?? "", from: form["from"] === "" ? undefined : form["from"], amount: form["amount"] === "" ? undefined : form["amount"] });
        return back.ok ? ok(inPool(frame, `${base}/${id}?done=${back.value.state === "active" ? "part" : act === "recall" ? "recalled" : "returned"}`)) : back;
      });
      return "to" in done ? go(done.to) : await show(call, act, done.problems);
    });

  const renew = route("post", "/:loan/renew", "plan.draft", async (call) => {
    const { deps, actor, pool, frame, form, param } = call;
    const id = idOf(param("loan"));
    const done = await once(call, async () => {
      const made = await renewLoan(deps, actor, pool, id, { until: form["to"] ?? "", title: frame.voice.t(loanText["renew.title"], { loan: String(id) }) });
      return made.ok ? ok(inPool(frame, `/centre/plans/${made.value.id}?done=kept`)) : made;
    });
    return "to" in done ? go(done.to) : await show(call, "renew", done.problems.map((one) => (one.field?.endsWith(".to") ? { ...one, field: "to" } : one)));
  });

  return [renew, route("get", "", "loan.read", list), route("get", "/:loan", "loan.read", (call) => show(call)), bringBack("recall"), bringBack("return")];
}

async function mayRenew({ deps, actor, pool }: PageCall, { state, lender, borrower }: LoanRow): Promise<boolean> {
  if (state !== "active") return false;
  for (const unitId of [lender, borrower]) if ((await deps.authorizer.may(actor, "plan.draft", { poolId: pool, unitId })).ok) return true;
  return false;
}

const idOf = (text: string): number => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0);

async function wordsOf({ deps, pool }: PageCall) {
  const reading = deps.store.read(pool);
  const [units, classes] = [await reading.units.all(), await reading.classes.all()];
  const names = new Map(units.map((unit) => [unit.id as string, unit.names]));
  const byId = new Map(classes.map((one) => [one.id as string, one]));
  const unitOf = (id: string) => names.get(id) ?? { zh: id, en: id };
  const classOf = (id: string) => byId.get(id) as CapacityClass;
  return {
    unitOf,
    classOf,
    of: (loan: LoanRow): LoanView => ({ loan, class: classOf(loan.classId), lender: unitOf(loan.lender), borrower: unitOf(loan.borrower) }),
    choices: (name: (names: { readonly zh: string; readonly en: string }) => string) => units.map((unit) => ({ value: unit.id as string, label: name(unit.names) })),
  };
}
