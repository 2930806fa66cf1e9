import { agreementTable } from "../../../app/rebalance/agreement-table.js";
import { approveAgreement, endAgreement, proposeAgreement, refuseAgreement, renewAgreement, resumeAgreement, suspendAgreement, withdrawAgreement } from "../../../app/rebalance/agreements.js";
import { listAgreements, readAgreement, readAgreementUse } from "../../../app/rebalance/read-agreements.js";
import type { Agreement } from "../../../app/ports/agreement.js";
import type { Problem } from "../../../domain/problem.js";
import { servesUnderAgreement } from "../../../domain/rebalance/agreement.js";
import { ok, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { AgreementPage, AgreementsPage, NewAgreementPage, type AgreementNames } from "../pages/agreements/page.js";
import { PAGE_ROWS, queryString } from "./common.js";
import { fileAnswer } from "./file-answer.js";
import { unitsHeld } from "../../../domain/policy/subject.js";

async function namesOf({ deps, pool }: PageCall, agreements: readonly Agreement[]): Promise<AgreementNames> {
  const reading = deps.store.read(pool);
  const codes = [...new Set(agreements.flatMap(({ content }) => content.items))];
  return {
    units: new Map((await reading.units.all()).map(({ id, names }) => [id as string, names])),
    classes: new Map((await reading.classes.all()).map((one) => [one.id as string, one])),
    items: new Map([...(await reading.items.newestAll(codes))].map(([code, { guide }]) => [code, guide.names])),
    divisions: new Map((await reading.divisions.all()).map(({ code, names }) => [code as string, names])),
    traits: new Map((await reading.traits.all()).map(({ id, names }) => [id as string, names])),
  };
}

const mayPropose = async ({ deps, actor, pool }: PageCall): Promise<boolean> => {
  const units = unitsHeld(actor);
  for (const unitId of [null, ...units]) if ((await deps.authorizer.may(actor, "agreement.propose", { poolId: pool, unitId })).ok) return true;
  return false;
};

async function list(call: PageCall): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query } = call;
  const found = await listAgreements(deps, actor, pool, {}, { limit: PAGE_ROWS, ...(query("after") === "" ? {} : { after: query("after") }) });
  if (!found.ok) return refuse(found.problems);
  const next = found.value.next === null ? undefined : `${inPool(frame, "/centre/agreements")}?${queryString({ after: found.value.next })}`;
  return page(<AgreementsPage frame={frame} view={{ ...(await namesOf(call, [])), rows: found.value.rows, next, mayPropose: await mayPropose(call) }} />);
}

async function one(call: PageCall, form = "", problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, param } = call;
  const found = await readAgreement(deps, actor, pool, param("agreement"));
  if (!found.ok) return refuse(found.problems);
  const shown = { ...(await namesOf(call, [found.value.agreement])), view: found.value, done: query("done") !== "", key: freshKey(), problems, form, typed: call.form };
  return page(<AgreementPage frame={frame} page={shown} />, problems.length === 0 ? undefined : 422);
}

async function blank(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, pool, frame } = call;
  const reading = deps.store.read(pool);
  const { name } = frame.voice;
  const units = (await reading.units.all()).filter(({ state }) => state === "active");
  const choice = ({ id, names }: (typeof units)[number]) => ({ value: id as string, label: name(names) });
  return page(
    <NewAgreementPage
      frame={frame}
      view={{
        typed: call.form,
        providers: units.filter(({ kind }) => kind === "supplier").map(choice),
        purchasers: units.filter(({ kind }) => kind === undefined).map(choice),
        classes: (await reading.classes.all()).filter(servesUnderAgreement).map(({ id, names }) => ({ value: id as string, label: name(names) })),
        key: freshKey(),
        problems,
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

/** The form has one class; more go by manifest. */
const typedAgreement = (form: PageCall["form"]) => ({
  agreement: form["agreement"],
  names: { zh: form["names.zh"], en: form["names.en"] },
  provider: form["provider"],
  purchaser: form["purchaser"],
  instrument: form["instrument"],
  from: form["from"],
  until: form["until"],
  divisions: form["divisions"],
  items: form["items"],
  traits: form["traits"],
  quality: form["quality"],
  noticeDays: form["noticeDays"],
  classes: [{ class: form["classes.0.class"], perPeriod: form["classes.0.perPeriod"], inTotal: form["classes.0.inTotal"], priceFen: form["classes.0.priceFen"] }],
});

const route = (method: PageRoute["method"], path: string, access: PageRoute["access"], handle: PageRoute["handle"]): PageRoute => ({ method, path: `/centre/agreements${path}`, access, room: "centre", here: "agreements", handle });

const act = (name: string, access: PageRoute["access"], work: (call: PageCall, id: string) => Promise<Result<Agreement>>): PageRoute =>
  route("post", `/:agreement/${name}`, access, async (call) => {
    const done = await once(call, async () => {
      const result = await work(call, call.param("agreement"));
      return result.ok ? ok(inPool(call.frame, `/centre/agreements/${result.value.id}?done=${name}`)) : result;
    });
    return "to" in done ? go(done.to) : await one(call, name, done.problems);
  });

const versionOf = ({ form }: PageCall): number => Number(form["version"]) || 0;
const reasonOf = ({ form }: PageCall): string => form["reason"] ?? "";

export const agreementPages: readonly PageRoute[] = [
  route("get", "", "agreement.read", list),
  route("get", "/new", "agreement.propose", (call) => blank(call)),
  route("post", "/new", "agreement.propose", async (call) => {
    const done = await once(call, async () => {
      const made = await proposeAgreement(call.deps, call.actor, call.pool, typedAgreement(call.form));
      return made.ok ? ok(inPool(call.frame, `/centre/agreements/${made.value.id}?done=propose`)) : made;
    });
    return "to" in done ? go(done.to) : await blank(call, done.problems);
  }),
  route("get", "/:agreement", "agreement.read", (call) => one(call)),
  ...(["csv", "xlsx"] as const).map((format) =>
    route("get", `/:agreement/use.${format}`, "agreement.read", async (call) => {
      const found = await readAgreementUse(call.deps, call.actor, call.pool, call.param("agreement"));
      return found.ok ? await fileAnswer(call, `agreement-${call.param("agreement")}`, format, agreementTable(found.value)) : refuse(found.problems);
    }),
  ),
  act("approve", "agreement.approve", (call, id) => approveAgreement(call.deps, call.actor, call.pool, id, versionOf(call))),
  act("refuse", "agreement.approve", (call, id) => refuseAgreement(call.deps, call.actor, call.pool, id, versionOf(call), reasonOf(call))),
  act("withdraw", "agreement.propose", (call, id) => withdrawAgreement(call.deps, call.actor, call.pool, id, versionOf(call))),
  act("renew", "agreement.propose", (call, id) => renewAgreement(call.deps, call.actor, call.pool, id, call.form["until"] ?? "")),
  act("suspend", "agreement.suspend", (call, id) => suspendAgreement(call.deps, call.actor, call.pool, id, reasonOf(call))),
  act("resume", "agreement.suspend", (call, id) => resumeAgreement(call.deps, call.actor, call.pool, id)),
  act("end", "agreement.end", (call, id) => endAgreement(call.deps, call.actor, call.pool, id, reasonOf(call))),
];
