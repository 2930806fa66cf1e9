import { bundleGuide } from "../../../app/catalogue/bundle-guide.js";
import { openAppointments } from "../../../app/direct/pick-time.js";
import { getItem } from "../../../app/catalogue/read-items.js";
import { listDrafts } from "../../../app/request/drafts.js";
import { getRequest } from "../../../app/request/get-request.js";
import { listMyRequests } from "../../../app/request/list-my-requests.js";
import { statusByNumber } from "../../../app/request/status-by-number.js";
import { supplyRequest } from "../../../app/request/supply-request.js";
import { withdrawalEffect, withdrawRequest } from "../../../app/request/withdraw-request.js";
import type { Names } from "../../../domain/catalogue/item.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok } from "../../../domain/result.js";
import { signInCall } from "../../middleware/session.js";
import { inPool } from "../frame.js";
import { freshKey, generationOf, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { ReceiptPage } from "../pages/receipt/page.js";
import { RequestPage } from "../pages/request/page.js";
import { RequestsPage } from "../pages/requests/page.js";
import { StatusFoundPage, StatusPage } from "../pages/status/page.js";
import { SupplementPage } from "../pages/supplement/page.js";
import { WithdrawalPage } from "../pages/withdrawal/page.js";
import { annulmentRoutes } from "./annulment.js";
import { appointmentRoute } from "./appointment.js";
import { PAGE_ROWS, queryString } from "./common.js";
import { requestView } from "./request-view.js";

const optional = (text: string): string | undefined => (text === "" ? undefined : text);

const mine: PageRoute = {
  method: "get",
  path: "/requests",
  access: "request.read",
  room: "hall",
  here: "mine",
  async handle({ deps, actor, pool, frame, query }) {
    const [requests, drafts] = [await listMyRequests(deps, actor, pool, { limit: PAGE_ROWS, after: optional(query("after")) }), await listDrafts(deps, actor, pool)];
    if (!requests.ok) return refuse(requests.problems);
    if (!drafts.ok) return refuse(drafts.problems);
    const names = await Promise.all(
      drafts.value.map(async ({ subject }): Promise<Names> => {
        if ("item" in subject) {
          const item = await getItem(deps, actor, pool, subject.item);
          return item.ok ? item.value.guide.names : { zh: subject.item, en: subject.item };
        }
        const opened = await bundleGuide(deps, actor, pool, subject.bundle);
        return opened.ok ? opened.value.bundle.names : { zh: subject.bundle, en: subject.bundle };
      }),
    );
    return page(
      <RequestsPage
        frame={frame}
        view={{
          saved: query("saved") === "yes",
          drafts: drafts.value.map(({ id, updatedAt }, index) => ({ id, item: names[index] ?? { zh: "", en: "" }, updatedAt })),
          requests: requests.value.rows.map((row) => ({ publicId: row.publicId, number: row.number, item: row.itemNames, state: row.state, receivedAt: row.receivedAt, deadline: row.deadline })),
          next: requests.value.next === null ? undefined : queryString({ after: requests.value.next }),
        }}
      />,
    );
  },
};

const one: PageRoute = {
  method: "get",
  path: "/requests/:request",
  access: "request.read",
  room: "hall",
  here: "mine",
  async handle(call) {
    const { deps, actor, pool, frame, param } = call;
    const found = await getRequest(deps, actor, pool, param("request"));
    if (!found.ok) return refuse(found.problems);
    const appointments = found.value.closedAt === null ? await openAppointments(deps, actor, pool, found.value.publicId) : [];
    return page(<RequestPage frame={frame} view={await requestView(call, found.value, appointments)} />);
  },
};

const receipt: PageRoute = {
  method: "get",
  path: "/requests/:request/receipt",
  access: "request.read",
  room: "hall",
  here: "mine",
  async handle({ deps, actor, pool, frame, param }) {
    const found = await getRequest(deps, actor, pool, param("request"));
    if (!found.ok) return refuse(found.problems);
    const siblings = await Promise.all(found.value.siblings.map(({ publicId }) => getRequest(deps, actor, pool, publicId)));
    const all = [found.value, ...siblings.flatMap((sibling) => (sibling.ok ? [sibling.value] : []))].toSorted((a, b) => (a.number < b.number ? -1 : 1));
    return page(
      <ReceiptPage
        frame={frame}
        view={{
          item: found.value.itemNames,
          requests: all.map((request) => ({ publicId: request.publicId, number: request.number, item: request.itemNames, unit: request.unit.names, lead: request.lead?.names ?? null, dueAt: request.promisedDueAt, secret: request.statusCode })),
        }}
      />,
    );
  },
};

async function withdrawalPage(call: PageCall, problems: readonly Problem[]): Promise<PageAnswer> {
  const { deps, actor, pool, frame, param } = call;
  const publicId = param("request");
  const [request, effect] = [await getRequest(deps, actor, pool, publicId), await withdrawalEffect(deps, actor, pool, publicId)];
  if (!request.ok) return refuse(request.problems);
  if (!effect.ok) return refuse(effect.problems);
  const steps = new Map(request.value.steps.map((step) => [step.name, step.names]));
  return page(
    <WithdrawalPage
      frame={frame}
      view={{
        publicId,
        number: effect.value.number,
        item: request.value.itemNames,
        generation: effect.value.generation,
        idempotencyKey: freshKey(),
        cancelled: effect.value.cancelled.map((name) => steps.get(name) ?? { zh: name, en: name }),
        alsoEnding: effect.value.alsoEnding,
        problems,
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

const withdrawal: readonly PageRoute[] = [
  { method: "get", path: "/requests/:request/withdrawal", access: "request.withdraw", room: "hall", here: "mine", handle: (call) => withdrawalPage(call, []) },
  {
    method: "post",
    path: "/requests/:request/withdrawal",
    access: "request.withdraw",
    room: "hall",
    here: "mine",
    async handle(call) {
      const { deps, actor, pool, frame, form, param } = call;
      const done = await once(call, async () => {
        const withdrawn = await withdrawRequest(deps, actor, pool, { publicId: param("request"), grounds: form["grounds"], generation: generationOf(form) });
        return withdrawn.ok ? ok(inPool(frame, `/requests/${param("request")}`)) : withdrawn;
      });
      return "to" in done ? go(done.to) : await withdrawalPage(call, done.problems);
    },
  },
];

async function supplementPage(call: PageCall, problems: readonly Problem[]): Promise<PageAnswer> {
  const { deps, actor, pool, frame, form, param } = call;
  const request = await getRequest(deps, actor, pool, param("request"));
  if (!request.ok) return refuse(request.problems);
  if (!request.value.may.supply) return refuse([problem("object.transition_illegal", { kind: "request", state: request.value.state, event: "supply" })]);
  const asked = request.value.timeline.findLast(({ event }) => event === "supplement-asked");
  return page(
    <SupplementPage
      frame={frame}
      view={{
        publicId: request.value.publicId,
        number: request.value.number,
        item: request.value.itemNames,
        asked: request.value.grounds ?? asked?.grounds ?? "",
        answer: form["note"] ?? "",
        generation: request.value.generation,
        idempotencyKey: freshKey(),
        problems,
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

const supplement: readonly PageRoute[] = [
  { method: "get", path: "/requests/:request/supplement", access: "request.supplement", room: "hall", here: "mine", handle: (call) => supplementPage(call, []) },
  {
    method: "post",
    path: "/requests/:request/supplement",
    access: "request.supplement",
    room: "hall",
    here: "mine",
    async handle(call) {
      const { deps, actor, pool, frame, form, param } = call;
      const done = await once(call, async () => {
        const supplied = await supplyRequest(deps, actor, pool, { publicId: param("request"), note: form["note"], generation: generationOf(form) });
        return supplied.ok ? ok(inPool(frame, `/requests/${param("request")}`)) : supplied;
      });
      return "to" in done ? go(done.to) : await supplementPage(call, done.problems);
    },
  },
];

const status: readonly PageRoute[] = [
  { method: "get", path: "/status", access: "portal.read", room: "hall", here: "status", handle: async ({ frame }) => page(<StatusPage frame={frame} number="" wrong={false} />) },
  {
    method: "post",
    path: "/status",
    access: "portal.read",
    room: "hall",
    here: "status",
    async handle({ c, deps, actor, pool, frame, form }) {
      const number = (form["number"] ?? "").trim();
      const found = await statusByNumber(deps, actor, pool, { number, code: form["secret"] ?? "", address: signInCall(c).remoteAddress });
      if (found.ok) return page(<StatusFoundPage frame={frame} view={found.value} />);
      const wrong = found.problems[0].code === "object.not_found";
      return page(<StatusPage frame={frame} number={number.slice(0, 40)} wrong={wrong} problems={wrong ? [] : found.problems} />, 422);
    },
  },
];

export const requestRoutes: readonly PageRoute[] = [mine, receipt, ...withdrawal, ...supplement, appointmentRoute, ...annulmentRoutes, one, ...status];
