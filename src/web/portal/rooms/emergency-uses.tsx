import { lendUnderOrder } from "../../../app/emergency/lend.js";
import { prioritise } from "../../../app/emergency/prioritise.js";
import { takeBackUse } from "../../../app/emergency/settle.js";
import { problem } from "../../../domain/problem.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { once, type PageCall } from "../page-route.js";
import { unitTyped } from "./units.js";
import type { UseView } from "../pages/emergency/use.js";

/** What one of the forms on an order's page brought: somewhere to go, or the page again. */
export type UseOutcome = { readonly to: string } | Pick<UseView, "form" | "problems" | "cases" | "lent" | "seen" | "isChanged">;

export const NOTHING_TRIED = { form: "", problems: [], cases: undefined, lent: undefined, seen: undefined, isChanged: false } as const;

export const USES_DONE = ["first", "lend", "back"] as const;

/** Doing is for exactly what was tried: the fields come along, and another wording is tried anew. */
const FIELDS = { first: ["requests", "reason"], lend: ["class", "lender", "borrower", "amount", "from", "to", "reason"] } as const;
const wordingOf = (form: "first" | "lend", typed: Readonly<Record<string, string>>): string => JSON.stringify(FIELDS[form].map((field) => typed[field] ?? ""));

const whole = (text: string): number => (/^-?\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN);
const given = (text: string | undefined): string | undefined => (text === undefined || text.trim() === "" ? undefined : text.trim());

export async function usePower(call: PageCall, order: number, form: "first" | "lend"): Promise<UseOutcome> {
  const { form: typed } = call;
  const wording = wordingOf(form, typed);
  const isTried = typed["seen"] === wording;
  if (typed["act"] === "do" && isTried) {
    const done = await once(call, async (): Promise<Result<string>> => {
      const used = await tryOrDo(call, order, form, false);
      return used.ok ? ok(inPool(call.frame, `/centre/emergency/${order}?done=${form}`)) : used;
    });
    return "to" in done ? done : { ...NOTHING_TRIED, form, problems: done.problems };
  }
  const tried = await tryOrDo(call, order, form, true);
  return tried.ok ? { ...NOTHING_TRIED, form, ...tried.value, seen: wording, isChanged: typed["act"] === "do" } : { ...NOTHING_TRIED, form, problems: tried.problems };
}

async function tryOrDo({ deps, actor, pool, form }: PageCall, order: number, power: "first" | "lend", trial: boolean): Promise<Result<Pick<UseView, "cases" | "lent">>> {
  const reason = form["reason"] ?? "";
  if (power === "first") {
    const requests = (form["requests"] ?? "").split(/[\s,，;；、]+/).filter((one) => one !== "");
    const cases = await prioritise(deps, actor, pool, order, { requests, reason }, { trial });
    return cases.ok ? ok({ cases: cases.value, lent: undefined }) : cases;
  }
  if (Number.isNaN(whole(form["amount"] ?? ""))) return refused(problem("input.invalid", { expected: "1, 2, 3 …" }, { field: "loans.0.amount" }));
  const units = await deps.store.read(pool).units.all();
  const loan = { class: form["class"] ?? "", lender: unitTyped(units, form["lender"] ?? ""), borrower: unitTyped(units, form["borrower"] ?? ""), amount: whole(form["amount"] ?? ""), from: given(form["from"]), to: given(form["to"]) };
  const lent = await lendUnderOrder(deps, actor, pool, order, { loans: [loan], reason }, { trial });
  return lent.ok ? ok({ cases: undefined, lent: lent.value }) : lent;
}

export async function takeBack(call: PageCall, order: number): Promise<UseOutcome> {
  const { deps, actor, pool, form, frame } = call;
  const use = Number(/^\d{1,15}$/.exec(form["use"] ?? "")?.[0] ?? 0);
  const done = await once(call, async (): Promise<Result<string>> => {
    const back = await takeBackUse(deps, actor, pool, use, form["reason"] ?? "");
    return back.ok ? ok(inPool(frame, `/centre/emergency/${order}?done=back`)) : back;
  });
  return "to" in done ? done : { ...NOTHING_TRIED, form: "back", problems: done.problems };
}
