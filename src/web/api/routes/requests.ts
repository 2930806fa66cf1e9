import { z } from "@hono/zod-openapi";
import { askSupplement } from "../../../app/request/ask-supplement.js";
import { beginDraft, discardDraft, getDraft, listDrafts, saveDraft, type DraftContent, type OpenDraft } from "../../../app/request/drafts.js";
import { getRequest } from "../../../app/request/get-request.js";
import { listMyRequests } from "../../../app/request/list-my-requests.js";
import { rejectRequest } from "../../../app/request/reject-request.js";
import { statusCodeOf } from "../../../app/request/status-code.js";
import { submitBundle } from "../../../app/request/submit-bundle.js";
import { submitRequest } from "../../../app/request/submit-request.js";
import { supplyRequest } from "../../../app/request/supply-request.js";
import { withdrawalEffect, withdrawRequest } from "../../../app/request/withdraw-request.js";
import type { ActOutcome } from "../../../app/request/act-on-case.js";
import {
  actOutcome,
  bundleReceipt,
  draftChange,
  draftInput,
  draftSaved,
  draftSchema,
  groundsInput,
  myRequestsQuery,
  newBundleRequest,
  newRequest,
  receiptSchema,
  requestPage,
  requestSchema,
  supplementInput,
  withdrawalInput,
  withdrawalShown,
} from "../../../contract/schemas/request.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { problem } from "../../../domain/problem.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { defineRoute, type Answer, type Call, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";
import { iso, shownAmount, shownLine, shownReceipt, shownRequest } from "../shown-request.js";

const one = z.object({ pool: z.string(), request: z.uuid() });
/** To read, the number on the receipt does as well. */
const named = z.object({ pool: z.string(), request: z.string().max(60).openapi({ description: "Id, or readable number." }) });
const oneDraft = z.object({ pool: z.string(), draft: z.uuid() });

const acted = (result: Result<ActOutcome>): Result<Answer<z.input<typeof actOutcome>>> => {
  if (!result.ok) return result;
  const { publicId, number, state, generation } = result.value;
  return ok({ body: { request: publicId, number, state: state as z.input<typeof actOutcome>["state"], generation }, generation });
};

/** The code opens the status page: only its hash is stored anywhere, and a repeated call has it worked out anew. */
type KeptReceipt = z.output<typeof receiptSchema>;
const withoutCode = (receipt: KeptReceipt): KeptReceipt => ({ ...receipt, statusCode: "" });
const withCode = (receipt: KeptReceipt, { deps }: Pick<Call<unknown, unknown, unknown>, "deps">): KeptReceipt => ({ ...receipt, statusCode: statusCodeOf(deps.vault, receipt.request) });

const submit = defineRoute({
  method: "post",
  path: "/requests",
  access: "request.submit",
  tag: "requests",
  summary: "Apply for an item: answers with number, office and dates",
  body: newRequest,
  together: true,
  status: 201,
  response: receiptSchema,
  again: { without: withoutCode, made: withCode },
  problems: [
    "request.no_competent_unit",
    "request.line_absent",
    "request.audience_wrong",
    "request.mandate_required",
    "request.too_many_open",
    "request.too_many_of_item",
    "request.too_many_holds",
    "request.too_many_holds_of_item",
    "input.missing",
    "input.unknown_field",
    "input.unknown_reference",
    "input.forbidden_character",
    "input.not_whole_number",
    "input.too_long",
    "identity.number_invalid",
    "identity.phone_invalid",
  ],
  async handle({ deps, actor, pool, body }) {
    const receipt = await submitRequest(deps, actor, pool, body);
    return receipt.ok ? ok({ body: shownReceipt(receipt.value), location: `/requests/${receipt.value.publicId}`, generation: 1 }) : receipt;
  },
});

const submitMany = defineRoute({
  method: "post",
  path: "/bundle-requests",
  access: "request.submit",
  tag: "requests",
  summary: "Apply for a bundle: a request for each of its items, linked and in order",
  body: newBundleRequest,
  status: 201,
  response: bundleReceipt,
  again: {
    without: (body) => ({ ...body, receipts: body.receipts.map(withoutCode) }),
    made: (body, call) => ({ ...body, receipts: body.receipts.map((receipt) => withCode(receipt, call)) }),
  },
  problems: ["request.no_competent_unit", "request.line_absent", "request.audience_wrong", "request.mandate_required", "request.too_many_open", "request.too_many_of_item", "request.too_many_holds", "request.too_many_holds_of_item", "input.unknown_reference"],
  async handle({ deps, actor, pool, body }) {
    const made = await submitBundle(deps, actor, pool, body);
    return made.ok ? ok({ body: { bundleRequest: made.value.bundleRequest, receipts: made.value.receipts.map(shownReceipt) } }) : made;
  },
});

const mine = defineRoute({
  method: "get",
  path: "/requests",
  access: "request.read",
  tag: "requests",
  summary: "My requests and those of the enterprises I act for, newest first",
  query: myRequestsQuery,
  response: requestPage,
  async handle({ deps, actor, pool, query }) {
    const page = await listMyRequests(deps, actor, pool, { limit: query.limit, after: query.after, open: query.open === "true" });
    return shownPage(page, shownLine);
  },
});

const read = defineRoute({
  method: "get",
  path: "/requests/{request}",
  access: "request.read",
  tag: "requests",
  summary: "One request: states with dates, units, steps, and what can be done now",
  params: named,
  response: requestSchema,
  async handle({ deps, actor, pool, params }) {
    const view = await getRequest(deps, actor, pool, params.request);
    return view.ok ? ok({ body: shownRequest(view.value), generation: view.value.generation }) : view;
  },
});

const showWithdrawal = defineRoute({
  method: "get",
  path: "/requests/{request}/withdrawal",
  access: "request.withdraw",
  tag: "requests",
  summary: "What withdrawing would do",
  params: one,
  response: withdrawalShown,
  problems: ["object.transition_illegal"],
  async handle({ deps, actor, pool, params }) {
    const effect = await withdrawalEffect(deps, actor, pool, params.request);
    if (!effect.ok) return effect;
    const { done, cancelled, alsoEnding, released, ...rest } = effect.value;
    return ok({
      body: {
        ...rest,
        done: [...done],
        cancelled: [...cancelled],
        alsoEnding: [...alsoEnding],
        released: released.map(({ classId, amount }) => ({ class: classId, amount: shownAmount(classId, amount) })),
      },
      generation: rest.generation,
    });
  },
});

const withdraw = defineRoute({
  method: "post",
  path: "/requests/{request}/withdrawal",
  access: "request.withdraw",
  tag: "requests",
  summary: "Take a request back, at any time before it is closed",
  params: one,
  body: withdrawalInput,
  ifMatch: true,
  response: actOutcome,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) =>
    acted(await withdrawRequest(deps, actor, pool, { publicId: params.request, grounds: body.grounds, generation: ifMatch })),
});

const callForSupplement = defineRoute({
  method: "post",
  path: "/requests/{request}/supplement-call",
  access: "request.ask-supplement",
  tag: "work",
  summary: "Call for what is missing: the clock stops until the applicant supplies it",
  params: one,
  body: groundsInput,
  ifMatch: true,
  response: actOutcome,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) =>
    acted(await askSupplement(deps, actor, pool, { publicId: params.request, grounds: body.grounds, generation: ifMatch })),
});

const supplement = defineRoute({
  method: "post",
  path: "/requests/{request}/supplement",
  access: "request.supplement",
  tag: "requests",
  summary: "Supply what was called for: the clock goes on, the pause does not count",
  params: one,
  body: supplementInput,
  ifMatch: true,
  response: actOutcome,
  problems: ["object.transition_illegal", "input.missing", "input.unknown_field"],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) =>
    acted(await supplyRequest(deps, actor, pool, { publicId: params.request, generation: ifMatch, ...body })),
});

const reject = defineRoute({
  method: "post",
  path: "/requests/{request}/rejection",
  access: "step.reject",
  tag: "work",
  summary: "Refuse a request as a whole, on legal grounds",
  params: one,
  body: groundsInput,
  ifMatch: true,
  response: actOutcome,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) =>
    acted(await rejectRequest(deps, actor, pool, { publicId: params.request, grounds: body.grounds, generation: ifMatch })),
});

const shownDraft = ({ id, subject, itemVersion, content, updatedAt, generation }: OpenDraft): z.input<typeof draftSchema> => ({
  draft: id,
  item: "item" in subject ? subject.item : null,
  bundle: "bundle" in subject ? subject.bundle : null,
  itemVersion,
  division: content.division ?? null,
  enterprise: content.enterprise ?? null,
  answers: { ...content.answers },
  materials: [...content.materials],
  updatedAt: iso(updatedAt),
  generation,
});

const savedDraft = (draft: Result<OpenDraft>): Result<Answer<z.input<typeof draftSaved>>> => {
  if (!draft.ok) return draft;
  const { id, generation, updatedAt } = draft.value;
  return ok({ body: { draft: id, generation, updatedAt: iso(updatedAt) }, generation, location: `/drafts/${id}` });
};

const contentOf = ({ division, enterprise, answers, materials }: z.output<typeof draftChange>): DraftContent => ({ division, enterprise, answers, materials });

const drafts = defineRoute({
  method: "get",
  path: "/drafts",
  access: "draft.read",
  tag: "drafts",
  summary: "My half-filled applications, newest first",
  response: pageOf(draftSchema),
  async handle({ deps, actor, pool }) {
    const found = await listDrafts(deps, actor, pool);
    return found.ok ? ok({ body: { rows: found.value.map(shownDraft), next: null } }) : found;
  },
});

const makeDraft = defineRoute({
  method: "post",
  path: "/drafts",
  access: "draft.write",
  tag: "drafts",
  summary: "Begin an application that can be left and taken up again",
  body: draftInput,
  status: 201,
  response: draftSaved,
  problems: ["draft.too_many", "input.unknown_reference"],
  async handle({ deps, actor, pool, body }) {
    const { item, bundle } = body;
    if ((item === undefined) === (bundle === undefined)) return refused(problem("input.invalid", { expected: "item | bundle" }, { field: "item" }));
    return savedDraft(await beginDraft(deps, actor, pool, item !== undefined ? { item } : { bundle: bundle ?? "" }, contentOf(body)));
  },
});

const readDraft = defineRoute({
  method: "get",
  path: "/drafts/{draft}",
  access: "draft.read",
  tag: "drafts",
  summary: "A half-filled application",
  params: oneDraft,
  response: draftSchema,
  async handle({ deps, actor, pool, params }) {
    const draft = await getDraft(deps, actor, pool, params.draft);
    return draft.ok ? ok({ body: shownDraft(draft.value), generation: draft.value.generation }) : draft;
  },
});

const changeDraft = defineRoute({
  method: "put",
  path: "/drafts/{draft}",
  access: "draft.write",
  tag: "drafts",
  summary: "Save a half-filled application",
  params: oneDraft,
  body: draftChange,
  ifMatch: true,
  response: draftSaved,
  handle: async ({ deps, actor, pool, params, body, ifMatch }) =>
    savedDraft(await saveDraft(deps, actor, pool, { id: params.draft, generation: ifMatch, content: contentOf(body) })),
});

const removeDraft = defineRoute({
  method: "delete",
  path: "/drafts/{draft}",
  access: "draft.write",
  tag: "drafts",
  summary: "Throw a half-filled application away",
  params: oneDraft,
  response: z.object({ draft: z.uuid() }).openapi("DraftDiscarded"),
  async handle({ deps, actor, pool, params }) {
    const gone = await discardDraft(deps, actor, pool, params.draft);
    return gone.ok ? ok({ body: { draft: params.draft } }) : gone;
  },
});

export const requestRoutes: readonly Route[] = [
  submit,
  submitMany,
  mine,
  read,
  showWithdrawal,
  withdraw,
  callForSupplement,
  supplement,
  reject,
  drafts,
  makeDraft,
  readDraft,
  changeDraft,
  removeDraft,
];
