import { agreementTable } from "../../../app/rebalance/agreement-table.js";
import { approveAgreement, endAgreement, proposeAgreement, refuseAgreement, renewAgreement, resumeAgreement, suspendAgreement, withdrawAgreement } from "../../../app/rebalance/agreements.js";
import { listAgreements, readAgreement, readAgreementUse } from "../../../app/rebalance/read-agreements.js";
import type { Agreement } from "../../../app/ports/agreement.js";
import type { Problem } from "../../../domain/problem.js";
import { servesUnderAgreement } from "../../../domain/rebalance/agreement.js";
import { ok, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { AgreementPage, AgreementsPage, NewAgreementPage, type AgreementNames, type AgreementRoom } from "../pages/agreements/page.js";
import { PAGE_ROWS, queryString } from "./common.js";
import { fileAnswer } from "./file-answer.js";
import { deskUnits } from "./units.js";
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

async function list(call: PageCall, room: AgreementRoom): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query } = call;
  const found = await listAgreements(deps, actor, pool, room === "desk" ? { party: (await deskUnits(call)).unit?.id ?? "" } : {}, { limit: PAGE_ROWS, ...(query("after") === "" ? {} : { after: query("after") }) });
  if (!found.ok) return refuse(found.problems);
  const next = found.value.next === null ? undefined : `${inPool(frame, `/${room}/agreements`)}?${queryString({ after: found.value.next })}`;
  return page(<AgreementsPage frame={frame} view={{ room, ...(await namesOf(call, [])), rows: found.value.rows, next, mayPropose: await mayPropose(call) }} />);
}

async function one(call: PageCall, room: AgreementRoom, form = "", problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, param } = call;
  const found = await readAgreement(deps, actor, pool, param("agreement"));
  if (!found.ok) return refuse(found.problems);
  const shown = { room, ...(await namesOf(call, [found.value.agreement])), view: found.value, done: query("done") !== "", key: freshKey(), problems, form, typed: call.form };
  return page(<AgreementPage frame={frame} page={shown} />, problems.length === 0 ? undefined : 422);
}

async function blank(call: PageCall, room: AgreementRoom, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, pool, frame } = call;
  const reading = deps.store.read(pool);
  const { name } = frame.voice;
  const units = (await reading.units.all()).filter(({ state }) => state === "active");
  const choice = ({ id, names }: (typeof units)[number]) => ({ value: id as string, label: name(names) });
  return page(
    <NewAgreementPage
      frame={frame}
      view={{
        room,
        typed: call.form,
        classRows: Math.min(CLASSES_MAX, Math.max(1, Number(call.form["more"]) || 0, classesTyped(call.form).length)),
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

/** Rows of classes that the form shows at most; whoever buys more has a manifest. */
const CLASSES_MAX = 20;

/** Those up to the last that something was typed of. */
function classesTyped(form: PageCall["form"]) {
  const rows = Array.from({ length: CLASSES_MAX }, (_, nth) => ({ class: form[`classes.${nth}.class`], perPeriod: form[`classes.${nth}.perPeriod`], inTotal: form[`classes.${nth}.inTotal`], priceFen: form[`classes.${nth}.priceFen`] }));
  const last = rows.findLastIndex((row) => Object.values(row).some((typed) => (typed ?? "") !== ""));
  return rows.slice(0, Math.max(1, last + 1));
}

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
  classes: classesTyped(form),
});

const versionOf = ({ form }: PageCall): number => Number(form["version"]) || 0;
const reasonOf = ({ form }: PageCall): string => form["reason"] ?? "";

/** The centre shows all of the pool, a desk what its unit buys or provides. */
export function agreementPages(room: AgreementRoom): readonly PageRoute[] {
  const route = (method: PageRoute["method"], path: string, access: PageRoute["access"], handle: PageRoute["handle"]): PageRoute => ({ method, path: `/${room}/agreements${path}`, access, room, here: "agreements", handle });
  const act = (name: string, access: PageRoute["access"], work: (call: PageCall, id: string) => Promise<Result<Agreement>>): PageRoute =>
    route("post", `/:agreement/${name}`, access, async (call) => {
      const done = await once(call, async () => {
        const result = await work(call, call.param("agreement"));
        return result.ok ? ok(inPool(call.frame, `/${room}/agreements/${result.value.id}?done=${name}`)) : result;
      });
      return "to" in done ? go(done.to) : await one(call, room, name, done.problems);
    });
  return [
    route("get", "", "agreement.read", (call) => list(call, room)),
    route("get", "/new", "agreement.propose", (call) => blank(call, room)),
    route("post", "/new", "agreement.propose", async (call) => {
      if ((call.form["more"] ?? "") !== "") return await blank(call, room);
      const done = await once(call, async () => {
        const made = await proposeAgreement(call.deps, call.actor, call.pool, typedAgreement(call.form));
        return made.ok ? ok(inPool(call.frame, `/${room}/agreements/${made.value.id}?done=propose`)) : made;
      });
      return "to" in done ? go(done.to) : await blank(call, room, done.problems);
    }),
    route("get", "/:agreement", "agreement.read", (call) => one(call, room)),
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
}
