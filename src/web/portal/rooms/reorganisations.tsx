import { commitProblem, commitReorganisation, draftReorganisation, getReorganisation, isAskedBack, listReorganisations, reorganisationEffect, rollBackReorganisation, takeBackProblem, withdrawReorganisation } from "../../../app/reorganise/reorganisations.js";
import { CHINA_OFFSET_MS } from "../../../domain/instant.js";
import { changeRecord, type Reorganisation } from "../../../domain/org/reorganisation.js";
import type { Action } from "../../../domain/policy/action.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, generationOf, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { CHANGE_KINDS, type ChangeKind } from "../pages/reorganisations/change-fields.js";
import { REFORM_DONE, ReformPage, ReformsPage, type ReformDone } from "../pages/reorganisations/page.js";

const HERE = { room: "centre", here: "reorganisations" } as const;
const PATH = "/centre/reorganisations";

/** A draft's fields for one change, by its kind; a list is typed with commas. */
const many = (text: string | undefined): string[] => (text ?? "").split(/[,，、;；\s]+/).filter((part) => part !== "");
const KIND_RECORDS: Readonly<Record<ChangeKind, (form: Readonly<Record<string, string>>) => Record<string, unknown>>> = {
  merge: (form) => ({ from: many(form["from"]), into: (form["into"] ?? "").trim() }),
  rename: (form) => ({ unit: (form["from"] ?? "").trim(), to: (form["into"] ?? "").trim(), ...namesOf(form) }),
  split: (form) => ({ from: (form["from"] ?? "").trim(), to: (form["into"] ?? "").trim(), names: { zh: (form["unit-zh"] ?? "").trim(), en: (form["unit-en"] ?? "").trim() }, resources: many(form["resources"]), items: many(form["items"]) }),
  move: (form) => ({ from: (form["from"] ?? "").trim(), to: (form["into"] ?? "").trim(), resources: many(form["resources"]), items: many(form["items"]) }),
};

/** A unit that is renamed may keep its names. */
function namesOf(form: Readonly<Record<string, string>>): { readonly names?: { readonly zh: string; readonly en: string } } {
  const [zh, en] = [(form["unit-zh"] ?? "").trim(), (form["unit-en"] ?? "").trim()];
  return zh === "" && en === "" ? {} : { names: { zh, en } };
}

const kindOf = (text: string | undefined): ChangeKind => CHANGE_KINDS.find((kind) => kind === text) ?? "merge";

function changeIn(form: Readonly<Record<string, string>>): Record<string, unknown> {
  const kind = kindOf(form["kind"]);
  return { [kind]: KIND_RECORDS[kind](form) };
}

/** The draft with other changes; whoever changes it has written it. */
async function redrafted({ deps, actor, pool, form }: PageCall, id: string, other: (changes: readonly Readonly<Record<string, unknown>>[]) => readonly Readonly<Record<string, unknown>>[]): Promise<Result<Reorganisation>> {
  const found = await getReorganisation(deps, actor, pool, id);
  if (!found.ok) return found;
  const { names, basis, changes } = found.value;
  return await draftReorganisation(deps, actor, pool, { record: { reorganisation: id, names: { ...names }, basis, changes: other(changes.map(changeRecord)) }, expected: generationOf(form) });
}

const mayDeclare = async ({ deps, actor, pool }: PageCall): Promise<boolean> => (await deps.authorizer.may(actor, "reorganisation.declare", { poolId: pool })).ok;

async function listPage(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, form, query } = call;
  const kind = kindOf(problems.length > 0 ? form["kind"] : query("kind"));
  const found = await listReorganisations(deps, actor, pool);
  if (!found.ok) return refuse(found.problems);
  const units = await deps.store.read(pool).units.all();
  return page(
    <ReformsPage
      frame={frame}
      view={{
        reforms: found.value,
        names: new Map(units.map(({ id, names }) => [id, names])),
        units: units.filter(({ state }) => state === "active").map(({ id, names }) => ({ value: id, label: frame.voice.name(names) })),
        may: await mayDeclare(call),
        kind,
        isDrafting: problems.length > 0 || query("kind") !== "",
        key: freshKey(),
        problems: problems.map(atItsField),
        typed: problems.length === 0 ? {} : form,
      }}
    />,
    problems.length > 0 ? 422 : undefined,
  );
}

/** There is one form, for whichever change it is; and a field of a list is one field of it. */
const atItsField = (found: Problem): Problem =>
  found.field === undefined ? found : { ...found, field: found.field.replace(/^changes\.\d+\./, "changes.0.").replace(/^(changes\.0\.\w+\.(?:from|resources|items))\.\d+$/, "$1") };

async function onePage(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, form, query, param } = call;
  const found = await getReorganisation(deps, actor, pool, param("reorganisation"));
  if (!found.ok) return refuse(found.problems);
  const open = found.value.state === "draft" || found.value.state === "scheduled";
  const effect = open ? await reorganisationEffect(deps, actor, pool, found.value.id) : undefined;
  if (effect && !effect.ok) return refuse(effect.problems);
  const reading = deps.store.read(pool);
  const [units, divisions] = [await reading.units.all(), await reading.divisions.all()];
  return page(
    <ReformPage
      frame={frame}
      view={{
        reform: found.value,
        effect: effect?.value,
        names: new Map(units.map(({ id, names }) => [id, names])),
        divisions: new Map(divisions.map(({ code, names }) => [code, names])),
        may: await mayDeclare(call),
        mayCommit: found.value.state === "draft" && (await deps.authorizer.may(actor, "reorganisation.commit", { poolId: pool })).ok,
        notSecond: found.value.state === "draft" ? await commitProblem(reading, actor, found.value) : undefined,
        back: await backOf(call, found.value),
        adding: {
          kind: kindOf(problems.length > 0 ? form["kind"] : query("kind")),
          isOpen: form["kind"] !== undefined || query("kind") !== "",
          units: units.filter(({ state }) => state === "active").map(({ id, names }) => ({ value: id, label: frame.voice.name(names) })),
          typed: problems.length === 0 ? {} : form,
        },
        key: freshKey(),
        done: REFORM_DONE.find((one) => one === query("done")),
        problems: problems.map(atItsField),
      }}
    />,
    problems.length > 0 ? 422 : undefined,
  );
}

async function backOf({ deps, actor, pool }: PageCall, reform: Reorganisation) {
  const decided = reform.state === "scheduled" || reform.state === "applied";
  const asked = decided && isAskedBack(reform, await deps.clock.now(pool));
  return {
    may: decided && (await deps.authorizer.may(actor, "reorganisation.roll-back", { poolId: pool })).ok,
    askedAt: asked ? reform.backAsked?.at : undefined,
    notSecond: asked ? await takeBackProblem(deps.store.read(pool), actor, reform) : undefined,
  };
}

const act = (path: string, access: Action, done: ReformDone, work: (call: PageCall, id: string) => Promise<Result<Reorganisation>>): PageRoute => ({
  method: "post",
  path: `${PATH}/:reorganisation/${path}`,
  access,
  ...HERE,
  async handle(call) {
    const id = call.param("reorganisation");
    const acted = await once(call, async () => {
      const answer = await work(call, id);
      return answer.ok ? ok(inPool(call.frame, `${PATH}/${id}?done=${answer.value.backAsked === null ? done : "asked"}`)) : answer;
    });
    return "to" in acted ? go(acted.to) : await onePage(call, acted.problems);
  },
});

/** `2027-01-01 00:00`, in China's time. */
function momentOf(text: string | undefined): Result<number | null> {
  const typed = (text ?? "").trim().replace("T", " ");
  if (typed === "") return ok(null);
  const at = /^\d{4}-\d\d-\d\d( \d\d:\d\d)?$/.test(typed) ? Date.parse(`${typed.slice(0, 10)}T${typed.slice(11) || "00:00"}:00Z`) - CHINA_OFFSET_MS : Number.NaN;
  return Number.isNaN(at) ? refused(problem("input.invalid", { expected: "2027-01-01 00:00" }, { field: "effectiveAt" })) : ok(at);
}

export const reorganisationPages: readonly PageRoute[] = [
  { method: "get", path: PATH, access: "reorganisation.read", ...HERE, handle: (call) => listPage(call) },
  {
    method: "post",
    path: PATH,
    access: "reorganisation.declare",
    ...HERE,
    async handle(call) {
      const { deps, actor, pool, form } = call;
      const saved = await once(call, async () => {
        const text = (name: string): string => (form[name] ?? "").trim();
        const record = { reorganisation: text("reorganisation"), names: { zh: text("zh"), en: text("en") }, basis: text("basis"), changes: [changeIn(form)] };
        const made = await draftReorganisation(deps, actor, pool, { record, expected: null });
        return made.ok ? ok(inPool(call.frame, `${PATH}/${made.value.id}?done=saved`)) : made;
      });
      return "to" in saved ? go(saved.to) : await listPage(call, saved.problems);
    },
  },
  { method: "get", path: `${PATH}/:reorganisation`, access: "reorganisation.read", ...HERE, handle: (call) => onePage(call) },
  act("changes", "reorganisation.declare", "changed", (call, id) => redrafted(call, id, (changes) => [...changes, changeIn(call.form)])),
  act("changes/:at/removal", "reorganisation.declare", "changed", (call, id) => redrafted(call, id, (changes) => changes.filter((_, at) => String(at) !== call.param("at")))),
  act("commitment", "reorganisation.commit", "committed", async ({ deps, actor, pool, form }, id) => {
    const at = momentOf(form["at"]);
    return at.ok ? await commitReorganisation(deps, actor, pool, id, at.value, generationOf(form)) : at;
  }),
  act("withdrawal", "reorganisation.read", "withdrawn", ({ deps, actor, pool, form }, id) => withdrawReorganisation(deps, actor, pool, id, generationOf(form))),
  act("rollback", "reorganisation.roll-back", "rolled-back", ({ deps, actor, pool, form }, id) => rollBackReorganisation(deps, actor, pool, id, generationOf(form))),
];
