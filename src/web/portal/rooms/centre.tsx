import { listAudit } from "../../../app/audit/list-audit.js";
import { listOpenRequests } from "../../../app/demand/list-open-requests.js";
import { readDemand } from "../../../app/demand/read-demand.js";
import { readPlaces } from "../../../app/org/read-places.js";
import { activatePolicy } from "../../../app/policy/activate-policy.js";
import { approvePolicy } from "../../../app/policy/approve-policy.js";
import { nameOfficers } from "../../../app/policy/name-officers.js";
import { proposePolicy } from "../../../app/policy/propose-policy.js";
import { listPolicies, readPolicy } from "../../../app/policy/read-policy.js";
import { withdrawPolicy } from "../../../app/policy/withdraw-policy.js";
import { listQueue, type QueueLine } from "../../../app/scheduling/list-queue.js";
import { poolOverview } from "../../../app/pool/pool-overview.js";
import type { PolicyVersion } from "../../../app/ports/policy.js";
import { dayNumberOf, parseLocalDate, startOfDay } from "../../../domain/instant.js";
import { addWorkingDays, isWorkingDay } from "../../../domain/pool/calendar.js";
import { POLICY_MODELS, type PolicyModel, type PolicyRule } from "../../../domain/policy/rule.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { waitingWords } from "../../../text/explain.js";
import { centreText } from "../../../text/portal-centre.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { AuditPage } from "../pages/audit/page.js";
import { OpenRequestsPage, WHICH } from "../pages/open-requests/page.js";
import { newActs, readNewActs, takeOverNewActs } from "../../../app/policy/new-acts.js";
import { OverviewPage } from "../pages/overview/page.js";
import { PoliciesPage, PolicyPage, ProposePage } from "../pages/policies/page.js";
import { QueuePage } from "../pages/queue/page.js";
import { PAGE_ROWS, queryString, stepClock } from "./common.js";
import { alertPages } from "./alerts.js";
import { decisionRoutes } from "./decision.js";
import { figurePages } from "./figures.js";
import { drainPages } from "./drains.js";
import { emergencyPages } from "./emergency.js";
import { rulePages } from "./rules.js";
import { gapPages } from "./gaps.js";
import { disparityPages } from "./disparity.js";
import { importRoutes } from "./imports.js";
import { orderRoute } from "./order.js";
import { overviewView } from "./overview-view.js";
import { pressurePages } from "./pressure.js";
import { contestPages } from "./contests.js";
import { loanPages } from "./loans.js";
import { planRoutes } from "./plans.js";
import { agreementPages } from "./agreements.js";
import { taskForcePages } from "./task-forces.js";
import { quotaProposalRoutes } from "./quota-proposals.js";
import { quotaRoutes } from "./quotas.js";
import { reorganisationPages } from "./reorganisations.js";
import { resourceRoutes } from "./resources.js";
import { statementRoutes } from "./statement.js";
import { whatIfRoutes } from "./what-ifs.js";

const optional = (text: string): string | undefined => (text === "" ? undefined : text);

const versionOf = (call: PageCall): number => Number(/^\d{1,9}$/.exec(call.param("version"))?.[0] ?? 0);

/** For whoever may read the policy: how much of the release nobody may do here. */
async function newActsCount({ deps, actor, pool }: PageCall): Promise<number> {
  return (await deps.authorizer.may(actor, "policy.read", { poolId: pool })).ok ? (await newActs(deps, deps.store.read(pool))).acts.length : 0;
}

const overview: PageRoute = {
  method: "get",
  path: "/centre",
  access: "overview.read",
  room: "centre",
  here: "overview",
  async handle(call) {
    const { deps, actor, pool, frame, query } = call;
    const { calendar } = await deps.store.read(pool).catalogue.poolMap();
    const today = dayNumberOf(await deps.clock.now(pool));
    // On a day off nobody has capacity: the next working day says more.
    const day = parseLocalDate(query("day")) ?? (isWorkingDay(calendar, today) ? today : addWorkingDays(calendar, today, 1));
    const shown = await poolOverview(deps, actor, pool, { day });
    if (!shown.ok) return refuse(shown.problems);
    const [demand, places] = [await readDemand(deps, actor, pool), await readPlaces(deps, actor, pool)];
    if (!demand.ok) return refuse(demand.problems);
    if (!places.ok) return refuse(places.problems);
    return page(<OverviewPage frame={frame} view={overviewView(shown.value, demand.value, places.value, day)} newActs={await newActsCount(call)} map={query("map") === "open" ? "open" : "waiting"} />);
  },
};

const openRequests: PageRoute = {
  method: "get",
  path: "/centre/requests",
  access: "overview.read",
  room: "centre",
  here: "overview",
  async handle({ deps, actor, pool, frame, query }) {
    const which = WHICH.find((one) => one === query("which")) ?? "open";
    const places = await readPlaces(deps, actor, pool);
    if (!places.ok) return refuse(places.problems);
    const county = places.value.counties.find(({ code }) => code === query("division"));
    const found = await listOpenRequests(deps, actor, pool, { which, county: county?.code }, { limit: PAGE_ROWS, after: optional(query("after")) });
    if (!found.ok) return refuse(found.problems);
    const demand = await readDemand(deps, actor, pool);
    if (!demand.ok) return refuse(demand.problems);
    return page(
      <OpenRequestsPage
        frame={frame}
        view={{
          which,
          counts: demand.value.requests,
          county,
          rows: found.value.rows,
          next: found.value.next === null ? undefined : queryString({ which, division: county?.code, after: found.value.next }),
        }}
      />,
    );
  },
};

const queue: PageRoute = {
  method: "get",
  path: "/centre/queue",
  access: "queue.read",
  room: "centre",
  here: "queue",
  async handle(call) {
    const { deps, actor, pool, frame, query } = call;
    const state = query("state") === "refused" ? "refused" : "waiting";
    const asked = { class: query("class"), division: query("division"), unit: query("unit"), due: query("due") === "passed" ? "passed" : "" };
    const places = await readPlaces(deps, actor, pool);
    if (!places.ok) return refuse(places.problems);
    const division = places.value.counties.find(({ code }) => code === asked.division)?.code;
    const reading = deps.store.read(pool);
    const [classes, units] = [await reading.classes.all(), await reading.units.all()];
    const classId = classes.find(({ id }) => id === asked.class)?.id;
    const unit = units.find(({ id }) => id === asked.unit)?.id;
    // As lights have it: a date is passed when its day is over.
    const dueBefore = asked.due === "" ? undefined : startOfDay(dayNumberOf(await deps.clock.now(pool)));
    const found = await listQueue(deps, actor, pool, { state, classId, division, unit, dueBefore }, { limit: PAGE_ROWS, after: optional(query("after")) });
    if (!found.ok) return refuse(found.problems);
    const { standing, now } = await stepClock(call);
    return page(
      <QueuePage
        frame={frame}
        view={{
          state,
          counts: found.value.counts,
          query: asked,
          classes: classes.map(({ id, names }) => ({ id, names })),
          divisions: places.value.counties,
          units: units.filter(({ id }) => found.value.readable?.includes(id) ?? true).map(({ id, names }) => ({ id, names })),
          rows: found.value.rows.map((row) => ({
            stepId: row.step,
            asks: row.asks.kind === "request" ? { kind: row.asks.kind, number: row.asks.number, item: row.asks.itemNames } : { kind: row.asks.kind, title: row.asks.title, unit: row.unitNames, state: row.asks.state },
            step: row.stepNames,
            needs: row.needs.map(({ names, amount, measure }) => ({ names, amount, measure })),
            place: row.divisionNames,
            readyAt: row.readyAt,
            // Nobody was promised a date for a direct claim.
            deadline: row.asks.kind === "request" ? standing(row.dueAt, now) : { kind: "none" },
            reason: reasonOf(call, row, state),
          })),
          next: found.value.next === null ? undefined : queryString({ state: state === "refused" ? state : "", ...asked, after: found.value.next }),
        }}
      />,
    );
  },
};

function reasonOf({ frame }: PageCall, { waitingFor }: QueueLine, state: "waiting" | "refused"): string {
  const { t, name } = frame.voice;
  if (state === "refused") return t(centreText["queue.reason.refused"]);
  if (waitingFor === undefined) return t(centreText["queue.reason.unknown"]);
  return t(centreText["queue.rank"], { reason: t(waitingWords[waitingFor.rule]), class: name(waitingFor.classNames), rank: waitingFor.rank });
}

const audit: PageRoute = {
  method: "get",
  path: "/centre/audit",
  access: "audit.read",
  room: "centre",
  here: "audit",
  async handle({ deps, actor, pool, frame, query }) {
    const asked = { act: query("act").trim(), object: query("object").trim() };
    const found = await listAudit(deps, actor, pool, { act: optional(asked.act), object: optional(asked.object) }, { limit: PAGE_ROWS, after: optional(query("after")) });
    if (!found.ok) return refuse(found.problems);
    return page(
      <AuditPage
        frame={frame}
        view={{
          query: asked,
          rows: found.value.rows.map((row) => ({ ...row, at: row.occurredAt, who: row.actorId })),
          next: found.value.next === null ? undefined : queryString({ ...asked, after: found.value.next }),
        }}
      />,
    );
  },
};

async function officersOf(call: PageCall, versions: readonly PolicyVersion[]): Promise<ReadonlyMap<string, string>> {
  const persons = versions.flatMap(({ proposedBy, approvedBy }) => [proposedBy, ...(approvedBy === null ? [] : [approvedBy])]);
  const names = await nameOfficers(call.deps, call.actor, persons);
  return names.ok ? names.value : new Map();
}

const policies: PageRoute = {
  method: "get",
  path: "/centre/policies",
  access: "policy.read",
  room: "centre",
  here: "policies",
  handle: (call) => policiesPage(call),
};

async function policiesPage(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const versions = await listPolicies(deps, actor, pool);
  if (!versions.ok) return refuse(versions.problems);
  const news = await readNewActs(deps, actor, pool);
  if (!news.ok) return refuse(news.problems);
  const mayPropose = await deps.authorizer.may(actor, "policy.propose", { poolId: pool });
  const view = { versions: versions.value, names: await officersOf(call, versions.value), mayPropose: mayPropose.ok, news: news.value, idempotencyKey: freshKey(), problems };
  return page(<PoliciesPage frame={frame} view={view} />, problems.length === 0 ? undefined : 422);
}

/** The release's rules about what the pool's never heard of, proposed like any other change. */
const newActsProposal: PageRoute = {
  method: "post",
  path: "/centre/policies/new-acts",
  access: "policy.propose",
  room: "centre",
  here: "policies",
  async handle(call) {
    const { deps, actor, pool, frame } = call;
    const done = await once(call, async () => {
      const proposed = await takeOverNewActs(deps, actor, pool, frame.voice.t(centreText["policies.new.reason"]));
      return proposed.ok ? ok(inPool(frame, `/centre/policies/${proposed.value.version}`)) : proposed;
    });
    return "to" in done ? go(done.to) : await policiesPage(call, done.problems);
  },
};

const ruleLine = (rule: PolicyRule): string => [rule.model, ...rule.cells, rule.effect].join(", ");

/** Lines as the form shows them. What is wrong with the cells is the use case's business. */
export function rulesFromText(text: string): Result<readonly PolicyRule[]> {
  const rules: PolicyRule[] = [];
  const problems: Problem[] = [];
  text.split("\n").forEach((line, index) => {
    if (line.trim() === "" || line.trim().startsWith("#")) return;
    const cells = line.split(",").map((cell) => cell.trim());
    const [model, ...rest] = cells;
    const effect = rest.pop();
    if (!(POLICY_MODELS as readonly (string | undefined)[]).includes(model) || (effect !== "allow" && effect !== "deny")) {
      problems.push(problem("input.invalid", { expected: `${POLICY_MODELS.join(" | ")}, …, allow | deny` }, { field: "rules", line: index + 1 }));
      return;
    }
    rules.push({ model: model as PolicyModel, cells: rest, effect });
  });
  const [first, ...rest] = problems;
  return first ? refused(first, ...rest) : ok(rules);
}

const newPolicy: PageRoute = {
  method: "get",
  path: "/centre/policies/new",
  access: "policy.propose",
  room: "centre",
  here: "policies",
  async handle({ deps, actor, pool, frame }) {
    const mayPropose = await deps.authorizer.may(actor, "policy.propose", { poolId: pool });
    if (!mayPropose.ok) return refuse(mayPropose.problems);
    const versions = await listPolicies(deps, actor, pool);
    if (!versions.ok) return refuse(versions.problems);
    const active = versions.value.find(({ state }) => state === "active");
    const detail = active === undefined ? undefined : await readPolicy(deps, actor, pool, active.version);
    const rules = detail?.ok ? detail.value.rules.map(ruleLine).join("\n") : "";
    return page(<ProposePage frame={frame} view={{ reason: "", rules, idempotencyKey: freshKey(), problems: [] }} />);
  },
};

const proposal: PageRoute = {
  method: "post",
  path: "/centre/policies",
  access: "policy.propose",
  room: "centre",
  here: "policies",
  async handle(call) {
    const { deps, actor, pool, frame, form } = call;
    const done = await once(call, async () => {
      const rules = rulesFromText(form["rules"] ?? "");
      if (!rules.ok) return rules;
      const proposed = await proposePolicy(deps, actor, pool, { reason: form["reason"] ?? "", rules: rules.value });
      return proposed.ok ? ok(inPool(frame, `/centre/policies/${proposed.value.version}`)) : proposed;
    });
    if ("to" in done) return go(done.to);
    return page(<ProposePage frame={frame} view={{ reason: form["reason"] ?? "", rules: form["rules"] ?? "", idempotencyKey: freshKey(), problems: done.problems }} />, 422);
  },
};

async function policyPage(call: PageCall, problems: readonly Problem[] = []) {
  const { deps, actor, pool, frame } = call;
  const detail = await readPolicy(deps, actor, pool, versionOf(call));
  if (!detail.ok) return refuse(detail.problems);
  const { version } = detail.value;
  const may = async (action: "policy.approve" | "policy.activate" | "policy.withdraw"): Promise<boolean> => (await deps.authorizer.may(actor, action, { poolId: pool })).ok;
  const own = actor.kind === "person" && actor.personId === version.proposedBy;
  return page(
    <PolicyPage
      frame={frame}
      view={{
        detail: detail.value,
        names: await officersOf(call, [version]),
        may: {
          approve: version.state === "proposed" && !own && (await may("policy.approve")),
          activate: version.state === "approved" && (await may("policy.activate")),
          withdraw: (version.state === "proposed" || version.state === "approved") && (await may("policy.withdraw")),
        },
        idempotencyKey: freshKey(),
        problems,
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

const policy: PageRoute = { method: "get", path: "/centre/policies/:version{[0-9]+}", access: "policy.read", room: "centre", here: "policies", handle: (call) => policyPage(call) };

const policyAct = (noun: "approval" | "activation" | "withdrawal", access: PageRoute["access"], act: (call: PageCall, version: number) => Promise<Result<void>>): PageRoute => ({
  method: "post",
  path: `/centre/policies/:version{[0-9]+}/${noun}`,
  access,
  room: "centre",
  here: "policies",
  async handle(call) {
    const version = versionOf(call);
    const done = await once(call, async () => {
      const acted = await act(call, version);
      return acted.ok ? ok(inPool(call.frame, `/centre/policies/${version}`)) : acted;
    });
    return "to" in done ? go(done.to) : await policyPage(call, done.problems);
  },
});

export const centreRoutes: readonly PageRoute[] = [
  overview,
  openRequests,
  queue,
  orderRoute,
  ...disparityPages,
  ...decisionRoutes,
  ...figurePages,
  ...pressurePages,
  ...drainPages("centre"),
  ...emergencyPages,
  ...rulePages,
  ...gapPages,
  ...reorganisationPages,
  ...alertPages,
  ...statementRoutes("pool"),
  ...resourceRoutes("centre"),
  ...importRoutes("centre"),
  ...whatIfRoutes,
  ...contestPages("centre"),
  ...loanPages("centre"),
  ...planRoutes,
  ...agreementPages("centre"),
  ...taskForcePages,
  ...quotaRoutes,
  ...quotaProposalRoutes,
  policies,
  newActsProposal,
  newPolicy,
  proposal,
  policy,
  policyAct("approval", "policy.approve", ({ deps, actor, pool, form }, version) => approvePolicy(deps, actor, pool, version, form["hash"] ?? "")),
  policyAct("activation", "policy.activate", ({ deps, actor, pool }, version) => activatePolicy(deps, actor, pool, version)),
  policyAct("withdrawal", "policy.withdraw", ({ deps, actor, pool }, version) => withdrawPolicy(deps, actor, pool, version)),
  audit,
];
