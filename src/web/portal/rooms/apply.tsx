import { bundleGuide } from "../../../app/catalogue/bundle-guide.js";
import { getItem } from "../../../app/catalogue/read-items.js";
import { readPlaces, type Places } from "../../../app/org/read-places.js";
import { beginDraft, discardDraft, getDraft, saveDraft, type DraftContent, type DraftSubject, type OpenDraft } from "../../../app/request/drafts.js";
import { submitBundle } from "../../../app/request/submit-bundle.js";
import { submitRequest } from "../../../app/request/submit-request.js";
import type { Audience, FormField, Material, Names } from "../../../domain/catalogue/item.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { checkAnswers } from "../../../domain/request/answers.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { hallText } from "../../../text/portal-hall.js";
import type { Place } from "../components/place-field.js";
import { inPool } from "../frame.js";
import { freshKey, generationOf, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { BeginPage, CheckPage, DetailsPage, PapersPage } from "../pages/apply/page.js";
import { groupFields, type ApplyView } from "../pages/apply/view.js";

/** What an application is about: an item, or a bundle with the questions of its items asked once. */
interface Subject {
  readonly subject: DraftSubject;
  readonly names: Names;
  readonly path: string;
  readonly audience: readonly Audience[];
  readonly form: readonly FormField[];
  readonly materials: readonly Material[];
}

async function subjectOf({ deps, actor, pool }: PageCall, subject: DraftSubject): Promise<Result<Subject>> {
  if ("item" in subject) {
    const item = await getItem(deps, actor, pool, subject.item);
    if (!item.ok) return item;
    const { guide } = item.value;
    return ok({ subject, names: guide.names, path: `/items/${encodeURIComponent(subject.item)}`, audience: guide.audience, form: guide.form, materials: guide.materials });
  }
  const opened = await bundleGuide(deps, actor, pool, subject.bundle);
  if (!opened.ok) return opened;
  const { bundle, items, form, materials } = opened.value;
  return ok({
    subject,
    names: bundle.names,
    path: `/bundles/${subject.bundle}`,
    // A bundle is open to those to whom every one of its items is open.
    audience: (["person", "enterprise"] as const).filter((audience) => items.every(({ guide }) => guide.audience.includes(audience))),
    form,
    materials,
  });
}

const ownPapers = (subject: Subject): readonly Material[] => subject.materials.filter(({ waived }) => !waived);

/** The pages of one application, in order. */
function stepsOf(subject: Subject): readonly ("place" | "papers" | "check" | readonly FormField[])[] {
  return ["place", ...groupFields(subject.form), ...(ownPapers(subject).length > 0 ? (["papers"] as const) : []), "check"];
}

const groupsOf = (subject: Subject): readonly (readonly FormField[])[] => groupFields(subject.form);

function applyView(call: PageCall, subject: Subject, at: "place" | "papers" | "check" | readonly FormField[], problems: readonly Problem[]): ApplyView {
  const steps = stepsOf(subject);
  const first = Array.isArray(at) ? (at as readonly FormField[])[0]?.field : undefined;
  const step = steps.findIndex((one) => (first === undefined ? one === at : Array.isArray(one) && (one as readonly FormField[])[0]?.field === first)) + 1;
  return { names: subject.names, guideHref: inPool(call.frame, subject.path), problems, step, steps: steps.length };
}

export const placesOf = ({ counties, townships }: Places): readonly Place[] => {
  const names = new Map(counties.map((county) => [county.code as string, county.names]));
  return counties.flatMap((county): Place[] => {
    const beneath = townships.filter((township) => township.county === county.code);
    const group = names.get(county.code);
    return group === undefined || beneath.length === 0
      ? [{ value: county.code, names: county.names }]
      : [{ value: county.code, names: { zh: `${county.names.zh}（全域）`, en: `${county.names.en} (whole)` }, group }, ...beneath.map(({ code, names: own }) => ({ value: code, names: own, group }))];
  });
};

async function beginPage(call: PageCall, subject: Subject, given: { readonly division?: string | undefined; readonly enterprise?: string | undefined }, problems: readonly Problem[], draft?: OpenDraft): Promise<PageAnswer> {
  const places = await readPlaces(call.deps, call.actor, call.pool);
  if (!places.ok) return refuse(places.problems);
  const who = call.actor.kind === "person" && subject.audience.includes("enterprise") ? call.actor.mandates : [];
  const { frame } = call;
  return page(
    <BeginPage
      frame={frame}
      view={{
        ...applyView(call, subject, "place", problems),
        action: inPool(frame, draft === undefined ? `${subject.path}/apply` : `/drafts/${draft.id}/place`),
        ...(draft === undefined ? {} : { generation: draft.generation }),
        idempotencyKey: freshKey(),
        returning: call.query("return") === "check" || call.form["return"] === "check",
        places: placesOf(places.value),
        division: given.division,
        who: who.map(({ enterpriseCode, enterpriseName }) => ({ code: enterpriseCode, name: enterpriseName })),
        mayBeSelf: subject.audience.includes("person"),
        enterprise: given.enterprise,
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

const optional = (text: string | undefined): string | undefined => (text === undefined || text === "" ? undefined : text);
const placeGiven = (form: PageCall["form"]) => ({ division: optional(form["division"]), enterprise: optional(form["enterprise"]) });
const placeProblems = (form: PageCall["form"]): readonly Problem[] => (optional(form["division"]) === undefined ? [problem("input.missing", {}, { field: "division" })] : []);

const begin = (kind: "item" | "bundle"): readonly PageRoute[] => {
  const path = `/${kind}s/:subject/apply`;
  const asked = (call: PageCall): DraftSubject => (kind === "item" ? { item: call.param("subject") } : { bundle: call.param("subject") });
  return [
    {
      method: "get",
      path,
      access: "draft.write",
      room: "hall",
      async handle(call) {
        const subject = await subjectOf(call, asked(call));
        return subject.ok ? await beginPage(call, subject.value, { division: optional(call.query("division")) }, []) : refuse(subject.problems);
      },
    },
    {
      method: "post",
      path,
      access: "draft.write",
      room: "hall",
      async handle(call) {
        const { deps, actor, pool, frame, form } = call;
        const subject = await subjectOf(call, asked(call));
        if (!subject.ok) return refuse(subject.problems);
        const given = placeGiven(form);
        const missing = placeProblems(form);
        if (missing.length > 0) return await beginPage(call, subject.value, given, missing);
        const done = await once(call, async () => {
          const draft = await beginDraft(deps, actor, pool, subject.value.subject, { ...given, answers: {}, materials: [] });
          return draft.ok ? ok(inPool(frame, `/drafts/${draft.value.id}/${groupsOf(subject.value).length > 0 ? "1" : pathAfterGroups(subject.value)}`)) : draft;
        });
        return "to" in done ? go(done.to) : await beginPage(call, subject.value, given, done.problems);
      },
    },
  ];
};

const pathAfterGroups = (subject: Subject): "papers" | "check" => (ownPapers(subject).length > 0 ? "papers" : "check");

/** A page of a draft that exists: whose it is and what it is about. */
const draftPage = (
  method: "get" | "post",
  path: string,
  handle: (call: PageCall, draft: OpenDraft, subject: Subject) => Promise<PageAnswer>,
): PageRoute => ({
  method,
  path: `/drafts/:draft${path}`,
  access: method === "get" ? "draft.read" : "draft.write",
  room: "hall",
  here: "mine",
  async handle(call) {
    const draft = await getDraft(call.deps, call.actor, call.pool, call.param("draft"));
    if (!draft.ok) return refuse(draft.problems);
    const subject = await subjectOf(call, draft.value.subject);
    return subject.ok ? await handle(call, draft.value, subject.value) : refuse(subject.problems);
  },
});

const href = (call: PageCall, draft: OpenDraft, page_: string | number): string => inPool(call.frame, `/drafts/${draft.id}/${page_}`);

/** Keeps what was typed, whatever it is; then goes on, leaves, or shows what is not right yet. */
async function keep(call: PageCall, draft: OpenDraft, content: DraftContent, problemsOf: () => Promise<readonly Problem[]>, next: string, again: (draft: OpenDraft, problems: readonly Problem[]) => Promise<PageAnswer>): Promise<PageAnswer> {
  const { deps, actor, pool, frame, form } = call;
  const saved = await saveDraft(deps, actor, pool, { id: draft.id, generation: generationOf(form), content });
  if (!saved.ok) return await again(draft, saved.problems);
  if (form["go"] === "save") return go(inPool(frame, "/requests?saved=yes"));
  const problems = await problemsOf();
  if (problems.length > 0) return await again(saved.value, problems);
  return go(form["return"] === "check" ? href(call, draft, "check") : next);
}

const editPlace = draftPage("get", "/place", (call, draft, subject) => beginPage(call, subject, draft.content, [], draft));

const savePlace = draftPage("post", "/place", async (call, draft, subject) => {
  const given = placeGiven(call.form);
  const content = { ...draft.content, ...given };
  return await keep(call, draft, content, async () => placeProblems(call.form), href(call, draft, groupsOf(subject).length > 0 ? 1 : pathAfterGroups(subject)), (now, problems) =>
    beginPage(call, subject, given, problems, now),
  );
});

const groupAt = (call: PageCall): number => Number(call.param("group"));

async function detailsPage(call: PageCall, draft: OpenDraft, subject: Subject, answers: Readonly<Record<string, string>>, problems: readonly Problem[]): Promise<PageAnswer> {
  const at = groupAt(call);
  const fields = groupsOf(subject)[at - 1];
  if (fields === undefined) return refuse([problem("object.not_found", { kind: "page" })]);
  const places = await readPlaces(call.deps, call.actor, call.pool);
  if (!places.ok) return refuse(places.problems);
  return page(
    <DetailsPage
      frame={call.frame}
      view={{
        ...applyView(call, subject, fields, problems),
        action: href(call, draft, at),
        back: href(call, draft, at === 1 ? "place" : at - 1),
        generation: draft.generation,
        fields,
        answers,
        places: placesOf(places.value),
        returning: call.query("return") === "check" || call.form["return"] === "check",
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

const editDetails = draftPage("get", "/:group{[0-9]+}", (call, draft, subject) => detailsPage(call, draft, subject, draft.content.answers, []));

const saveDetails = draftPage("post", "/:group{[0-9]+}", async (call, draft, subject) => {
  const at = groupAt(call);
  const fields = groupsOf(subject)[at - 1];
  if (fields === undefined) return refuse([problem("object.not_found", { kind: "page" })]);
  const typed = Object.fromEntries(fields.map(({ field }) => [field, call.form[`answers.${field}`] ?? ""]));
  const answers = { ...draft.content.answers, ...typed };
  const next = href(call, draft, at < groupsOf(subject).length ? at + 1 : pathAfterGroups(subject));
  const problemsOf = async (): Promise<readonly Problem[]> => {
    const { divisions } = await call.deps.store.read(call.pool).catalogue.poolMap();
    const checked = checkAnswers(fields, typed, { isDivision: (code) => divisions.has(code as never) });
    return checked.ok ? [] : checked.problems;
  };
  return await keep(call, draft, { ...draft.content, answers }, problemsOf, next, (now, problems) => detailsPage(call, now, subject, answers, problems));
});

function papersPage(call: PageCall, draft: OpenDraft, subject: Subject, problems: readonly Problem[]): PageAnswer {
  const groups = groupsOf(subject).length;
  return page(
    <PapersPage
      frame={call.frame}
      view={{
        ...applyView(call, subject, "papers", problems),
        action: href(call, draft, "papers"),
        back: href(call, draft, groups === 0 ? "place" : groups),
        generation: draft.generation,
        returning: call.query("return") === "check" || call.form["return"] === "check",
        materials: ownPapers(subject),
        ready: draft.content.materials,
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

const editPapers = draftPage("get", "/papers", async (call, draft, subject) => papersPage(call, draft, subject, []));

const savePapers = draftPage("post", "/papers", async (call, draft, subject) => {
  const known = new Set(ownPapers(subject).map(({ material }) => material));
  const materials = (call.form["materials"] ?? "").split(",").filter((material) => known.has(material));
  return await keep(call, draft, { ...draft.content, materials }, async () => [], href(call, draft, "check"), async (now, problems) => papersPage(call, now, subject, problems));
});

async function checkPage(call: PageCall, draft: OpenDraft, subject: Subject, problems: readonly Problem[]): Promise<PageAnswer> {
  const { frame, actor } = call;
  const { t, name } = frame.voice;
  const places = await readPlaces(call.deps, call.actor, call.pool);
  if (!places.ok) return refuse(places.problems);
  const { counties, townships } = places.value;
  const nameOf = (code: string | undefined): string => {
    const found = [...counties, ...townships].find((one) => one.code === code);
    if (found === undefined) return "";
    const county = counties.find((one) => one.code === found.county);
    return county === undefined || county === found ? name(found.names) : `${name(county.names)} ${name(found.names)}`;
  };
  const mandate = actor.kind === "person" ? actor.mandates.find(({ enterpriseCode }) => enterpriseCode === draft.content.enterprise) : undefined;
  const groups = groupsOf(subject);
  const shown = (field: FormField, value: string): string =>
    field.type === "choice" ? (field.options?.find((option) => option.value === value) ? name(field.options.find((option) => option.value === value)?.names ?? field.names) : value) : field.type === "division" ? nameOf(value) : value;
  const steps = stepsOf(subject);
  return page(
    <CheckPage
      frame={frame}
      view={{
        ...applyView(call, subject, "check", problems),
        action: href(call, draft, "submission"),
        back: href(call, draft, steps.includes("papers") ? "papers" : groups.length === 0 ? "place" : groups.length),
        generation: draft.generation,
        idempotencyKey: freshKey(),
        place: nameOf(draft.content.division),
        placeHref: `${href(call, draft, "place")}?return=check`,
        applicant: mandate === undefined ? t(hallText["apply.who.self"]) : t(hallText["apply.who.enterprise"], { name: mandate.enterpriseName, code: mandate.enterpriseCode }),
        answers: groups.flatMap((fields, index) =>
          fields.map((field) => {
            const value = draft.content.answers[field.field] ?? "";
            return { field: field.field, label: name(field.names), value: value === "" ? undefined : shown(field, value), href: `${href(call, draft, index + 1)}?return=check` };
          }),
        ),
        materials: subject.materials,
        ready: draft.content.materials,
        papersHref: `${href(call, draft, "papers")}?return=check`,
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

const check = draftPage("get", "/check", (call, draft, subject) => checkPage(call, draft, subject, []));

/** Sends the application and throws the draft away, in one transaction. */
const submission = draftPage("post", "/submission", async (call, draft, subject) => {
  const { deps, actor, pool, frame, form } = call;
  if (form["declaration"] !== "yes") return await checkPage(call, draft, subject, [problem("input.missing", {}, { field: "declaration" })]);
  const { division = "", enterprise, answers, materials } = draft.content;
  const given = Object.fromEntries(Object.entries(answers).filter(([, value]) => value.trim() !== ""));
  const done = await once(call, async () => {
    if (generationOf(form) !== draft.generation) return refused(problem("object.generation_stale", { expected: generationOf(form), actual: draft.generation }));
    const input = { division, answers: given, materials, enterprise };
    let first: string | undefined;
    if ("item" in subject.subject) {
      const receipt = await submitRequest(deps, actor, pool, { item: subject.subject.item, ...input });
      if (!receipt.ok) return receipt;
      first = receipt.value.publicId;
    } else {
      const receipt = await submitBundle(deps, actor, pool, { bundle: subject.subject.bundle, ...input });
      if (!receipt.ok) return receipt;
      first = receipt.value.receipts[0]?.publicId;
    }
    const discarded = await discardDraft(deps, actor, pool, draft.id);
    return discarded.ok ? ok(inPool(frame, `/requests/${first ?? ""}/receipt`)) : discarded;
  });
  return "to" in done ? go(done.to) : await checkPage(call, draft, subject, done.problems);
});

/** Where to go on: the first page that lacks something. */
const resume = draftPage("get", "", async (call, draft, subject) => {
  if (draft.content.division === undefined) return go(href(call, draft, "place"));
  const open = groupsOf(subject).findIndex((fields) => fields.some(({ field, required }) => required && (draft.content.answers[field] ?? "") === ""));
  return go(href(call, draft, open === -1 ? "check" : open + 1));
});

const removal: PageRoute = {
  method: "post",
  path: "/drafts/:draft/removal",
  access: "draft.write",
  room: "hall",
  here: "mine",
  async handle({ deps, actor, pool, frame, param }) {
    const done = await discardDraft(deps, actor, pool, param("draft"));
    return done.ok ? go(inPool(frame, "/requests")) : refuse(done.problems);
  },
};

export const applyRoutes: readonly PageRoute[] = [
  ...begin("item"),
  ...begin("bundle"),
  resume,
  editPlace,
  savePlace,
  editDetails,
  saveDetails,
  editPapers,
  savePapers,
  check,
  submission,
  removal,
];
