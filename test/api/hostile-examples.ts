import { randomUUID } from "node:crypto";

/** One call of a route that is right in itself: what is thrown at the route is this with one thing wrong. */
export interface Example {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Where the generation for `If-Match` is read. */
  readonly seen?: string;
}

/** Things that are there when the calls begin. */
export interface Things {
  readonly request: string;
  readonly draft: string;
  readonly imported: string;
  readonly whatIf: string;
  readonly token: string;
  readonly person: string;
  readonly grant: string;
}

let serial = 0;
const fresh = (): string => `hostile-${(serial += 1)}`;

const names = { zh: "试", en: "Trial" };
const UNIT = "qxn-education";
const formOf = () => [{ field: "field-one", names, type: "choice", required: true, options: [{ value: "a", names }], hint: names, personal: false }];

const unit = () => ({ parent: "qxn-education", names, division: "522301", line: "education", level: "township", creditCode: null, address: "试", phone: "0859-1234567", calendar: "cn", published: false });
const resource = () => ({
  unit: UNIT, class: "staff.review", total: 300, reserved: 5, overcommit: 100, min: 5, max: 240, step: 5, traits: ["knows-education"], jurisdiction: ["522301"], calendar: "cn",
  validFrom: "2026-01-01", validTo: "2027-01-01", earmark: null, legalBasis: null, automated: false, source: "试",
});
const asset = () => ({ unit: UNIT, resource: null, label: "试", calendar: "cn", amount: 10, traits: ["knows-education"], validFrom: "2026-01-01", validTo: "2027-01-01" });
const klass = () => ({ names, measure: "minute", period: "day", horizon: 5, per: "unit", lend: "work", act: "assisting", consumable: false, limits: { min: 5, max: 60, step: 5 }, source: "试" });
const quota = () => ({ cohort: "hostile-cohort", nominal: "own", borrowingLimit: 5, lendingLimit: null, weight: 100 });
const calendar = () => ({ layer: "unit", base: "cn", names, week: Object.fromEntries(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, ["09:00-12:00"]])), days: [{ date: "2026-12-31", off: false, hours: ["09:00-12:00"], name: names }], breaks: ["10:00-10:30"] });
const bundle = () => ({ names, lifeEvent: "birth", items: [{ item: "522300-ca-marriage", after: [] }, { item: "522300-ca-divorce", after: ["522300-ca-marriage"] }], form: formOf(), source: "试" });
const item = () => ({
  names, taskType: "public-service", audience: ["person"], theme: "trial", themeNames: names, lifeEvents: ["birth"], line: "education", level: "county", unit: UNIT,
  basis: [{ law: names, article: "一" }], limits: { statutory: 5, promised: 3, unit: "working-day" }, visits: 0, modes: ["online"], conditions: [names],
  materials: [{ material: "paper", names, source: "applicant", form: "copy", copies: 1, waived: false, note: names }],
  fee: { fen: "100", basis: "试" }, result: { names }, form: formOf(),
  recipe: {
    steps: [
      { step: "review", stage: "review", names, mode: "human", after: [], claims: [{ class: "staff.review", amount: 30, traits: ["knows-education"], scope: "pool", together: false, spread: false }] },
      { step: "decide", stage: "decide", names, mode: "human", after: ["review"], claims: [{ class: "material.counter", amount: 1, scope: "pool", slots: 1 }, { class: "funds.education-aid", amount: 100_000, scope: "competent", purpose: "education-aid" }] },
    ],
  },
  source: "试",
});
const directPart = () => ({
  class: "staff.review", amount: 30, traits: ["knows-education"], unit: UNIT, scope: "competent", together: true, slots: 2, spread: false, purpose: "education-aid",
  resource: "hostile-resource", generation: 1, start: "2026-11-23T01:00:00Z",
});
const answers = () => ({ "business-name": "试", scope: "零售", "site-address": "一号", delivery: "post" });
const settle = [{ claim: 1, amount: 5 }];
const ITEM = "522300-mr-individual-business";
const rule = () => ({ model: "access", cells: ["clerk", "request.read", "unit", "own", "*"], effect: "allow" });

/** By method and path below the pool; every route must have one. */
export const examples = (things: Things): Readonly<Record<string, () => Example>> => {
  const request = { request: things.request };
  const generation = { seen: `/requests/${things.request}` };
  const step = { ...request, step: "accept" };
  const existing = (noun: string, id: string) => ({ seen: `/${noun}/${id}` });
  return {
    "get /catalogue": () => ({ query: { limit: "5", after: "", q: "证", audience: "person", theme: "trial", line: "education", taskType: "licence", unit: UNIT, division: "522301" } }),
    "get /catalogue/{item}": () => ({ params: { item: ITEM }, query: { division: "522301" } }),
    "get /life-events": () => ({}),
    "get /life-events/{bundle}": () => ({ params: { bundle: "a-child-is-born" } }),
    "post /requests": () => ({ body: { item: ITEM, division: "522301", answers: answers(), materials: ["id-card"], enterprise: "91522301MADEM0011J" } }),
    "post /paper-records": () => ({
      body: { unit: UNIT, serial: fresh(), village: "下坝村", occurredAt: "2026-01-05T01:00:00Z", item: "no-such-item", division: "522301", resident: { name: "试", idNumber: "522301199001011234", phone: "13800001234" }, answers: { "person-name": "试" }, materials: ["id-card"] },
    }),
    "post /paper-record-tables": () => ({ query: { unit: UNIT, fileName: "sheets.csv" } }),
    "post /bundle-requests": () => ({ body: { bundle: "a-child-is-born", division: "522301", answers: { "person-name": "试" }, materials: ["id-card"], enterprise: "91522301MADEM0011J" } }),
    "get /requests": () => ({ query: { limit: "5", after: "", open: "true" } }),
    "get /requests/{request}": () => ({ params: request }),
    "get /requests/{request}/withdrawal": () => ({ params: request }),
    "post /requests/{request}/withdrawal": () => ({ params: request, body: { grounds: "试" }, ...generation }),
    "post /requests/{request}/supplement-call": () => ({ params: request, body: { grounds: "试" }, ...generation }),
    "post /requests/{request}/supplement": () => ({ params: request, body: { answers: answers(), materials: ["id-card"], note: "试" }, ...generation }),
    "post /requests/{request}/rejection": () => ({ params: request, body: { grounds: "试" }, ...generation }),
    "get /drafts": () => ({}),
    "post /drafts": () => ({ body: { item: ITEM, division: "522301", enterprise: "", answers: answers(), materials: ["id-card"] } }),
    "get /drafts/{draft}": () => ({ params: { draft: things.draft } }),
    "put /drafts/{draft}": () => ({ params: { draft: things.draft }, body: { division: "522301", answers: answers(), materials: ["id-card"] }, ...existing("drafts", things.draft) }),
    "delete /drafts/{draft}": () => ({ params: { draft: randomUUID() } }),
    "get /units/{unit}/work": () => ({ params: { unit: UNIT }, query: { limit: "5", after: "", state: "waiting", stage: "accept", item: ITEM, number: "522301", overdue: "true", mine: "true" } }),
    "get /requests/{request}/desk": () => ({ params: request }),
    "post /requests/{request}/answers-reading": () => ({ params: request, body: { reason: "试" } }),
    "post /requests/{request}/steps/{step}/start": () => ({ params: step }),
    "post /requests/{request}/steps/{step}/completion": () => ({ params: step, body: { settle, note: "试" } }),
    "post /requests/{request}/steps/{step}/annulment": () => ({ params: step, body: { grounds: "试", basis: "试" }, ...generation }),
    "post /requests/{request}/steps/{step}/rejection": () => ({ params: step, body: { grounds: "试", settle }, ...generation }),
    "post /requests/{request}/steps/{step}/reconsideration": () => ({ params: step, ...generation }),
    "get /recusals": () => ({ query: { limit: "5", after: "", unit: UNIT } }),
    "post /recusals": () => ({ body: { unit: UNIT, officer: things.person, ground: "kinship", request: things.request, to: "2030-01-01" } }),
    "delete /recusals/{recusal}": () => ({ params: { recusal: "1" } }),
    "get /drains": () => ({ query: { lifted: "true" } }),
    "get /drains/{drain}": () => ({ params: { drain: "1" } }),
    "post /drains": () => ({ body: { kind: "drain", targetKind: "unit", target: UNIT, from: "2030-01-01", to: "2030-01-02", reason: "试", ground: "试" } }),
    "post /drains/{drain}/lift": () => ({ params: { drain: "1" }, body: { reason: "试" } }),
    "get /emergency-orders": () => ({}),
    "get /emergency-orders/{order}": () => ({ params: { order: "1" } }),
    "get /emergency-orders/{order}/uses": () => ({ params: { order: "1" } }),
    "post /emergency-orders": () => ({
      body: {
        document: "试〔2030〕1号", title: "试", level: 1, trigger: "试", divisions: ["522301"], items: ["x"], from: "2030-01-01", until: "2030-01-02", replaces: 1, atOnce: true,
        powers: { priority: { ground: "emergency", everyCase: true }, lend: [{ class: "staff.review", amount: 10 }], rules: true },
      },
    }),
    "post /emergency-orders/{order}/signature": () => ({ params: { order: "1" } }),
    "post /emergency-orders/{order}/end": () => ({ params: { order: "1" }, body: { reason: "试" } }),
    "post /emergency-orders/{order}/priorities": () => ({ params: { order: "1" }, body: { requests: ["522301-20300101-000001"], reason: "试" } }),
    "post /emergency-orders/{order}/loans": () => ({ params: { order: "1" }, body: { loans: [{ class: "staff.review", lender: UNIT, resource: "x", borrower: "qxn-transport", amount: 10, from: "2030-01-01", to: "2030-01-02" }], reason: "试" } }),
    "post /emergency-uses/{use}/made-good": () => ({ params: { use: "1" } }),
    "post /drains/{drain}/notices/{notice}/told": () => ({ params: { drain: "1", notice: "1" }, body: { how: "试" } }),
    "get /delegations": () => ({ query: { limit: "5", after: "", unit: UNIT, ended: "true" } }),
    "post /delegations": () => ({ body: { from: UNIT, to: "qxn-finance", class: "staff.decision", basis: "试", document: "试", validFrom: "2030-01-01", validTo: "2030-12-31", onwardBasis: "试" } }),
    "post /delegations/{delegation}/withdrawal": () => ({ params: { delegation: "1" }, body: { reason: "试" } }),
    "post /requests/{request}/steps/{step}/hand-over": () => ({ params: step, body: { to: things.person, reason: "试" } }),
    "post /requests/{request}/steps/{step}/deputy": () => ({ params: step, body: { person: things.person, reason: "试" }, ...generation }),
    "post /requests/{request}/referral": () => ({ params: request, body: { unit: "qxn-finance", reason: "试", basis: "试" }, ...generation }),
    "post /requests/{request}/designation": () => ({ params: request, body: { unit: "qxn-finance", reason: "试", basis: "试" }, ...generation }),
    "get /units/{unit}/without-officer": () => ({ params: { unit: UNIT }, query: { limit: "5" } }),
    "post /work/completions": () => ({ body: { completions: [{ request: things.request, step: "accept", settle, note: "试" }] } }),
    "get /requests/{request}/explanation": () => ({ params: request }),
    "get /requests/{request}/order": () => ({ params: request }),
    "get /requests/{request}/order/{other}": () => ({ params: { ...request, other: "522301-20261122-00042" } }),
    "post /offers": () => ({ body: { unit: UNIT, division: "522301", claims: [{ ...directPart(), count: 2, earliest: "2026-11-23T01:00:00Z", sameUnit: 1, sameResource: 1 }], limit: 5, perStart: 2, perDay: 4 } }),
    "post /direct-claims": () => ({ body: { unit: UNIT, division: "522301", title: "试", project: "试", claims: [directPart()], holdMinutes: 30, waits: true } }),
    "get /direct-claims": () => ({ query: { limit: "5", after: "", unit: UNIT, open: "true" } }),
    "get /direct-claims/{claim}": () => ({ params: { claim: things.request } }),
    "post /direct-claims/{claim}/replacement": () => ({ params: { claim: things.request }, body: { claims: [directPart()] }, ...generation }),
    "post /direct-claims/{claim}/confirmation": () => ({ params: { claim: things.request } }),
    "post /direct-claims/{claim}/release": () => ({ params: { claim: things.request } }),
    "get /direct-claims/{claim}/explanation": () => ({ params: { claim: things.request } }),
    "get /requests/{request}/steps/{step}/times": () => ({ params: step }),
    "post /requests/{request}/steps/{step}/appointment": () => ({ params: step, body: { start: "2026-11-23T01:00:00Z" } }),
    "get /queue": () => ({ query: { limit: "5", after: "", state: "waiting", class: "staff.review", division: "522301", unit: UNIT } }),
    "post /status": () => ({ body: { number: "522301-20261122-00042", code: "K7M2Q-9TWXA" } }),
    "get /assets": () => ({ query: { limit: "5", after: "", unit: UNIT, resource: "qxn-education-review", state: "retired", q: "a" } }),
    "get /assets/{asset}": () => ({ params: { asset: "hostile-asset" } }),
    "post /assets": () => ({ body: { code: fresh(), ...asset() } }),
    "patch /assets/{asset}": () => ({ params: { asset: "hostile-asset" }, body: asset(), ...existing("assets", "hostile-asset") }),
    "post /assets/{asset}/outage": () => ({ params: { asset: "hostile-asset" }, ...existing("assets", "hostile-asset") }),
    "delete /assets/{asset}/outage": () => ({ params: { asset: "hostile-asset" }, ...existing("assets", "hostile-asset") }),
    "post /assets/{asset}/retirement": () => ({ params: { asset: "hostile-gone" }, ...existing("assets", "hostile-gone") }),
    "get /items": () => ({ query: { limit: "5", after: "", state: "published", audience: "person", theme: "trial", line: "education", level: "county", taskType: "licence", unit: UNIT, guessed: "false", q: "a" } }),
    "get /gaps": () => ({ query: { limit: "5", after: "", kind: "gap", division: "522301" } }),
    "get /lead-exceptions": () => ({ query: { limit: "5", ended: "true" } }),
    "post /lead-exceptions": () => ({ body: { class: "function.education", unit: "qxn-health", from: "2026-11-23", to: "2027-11-23", basis: "试" } }),
    "post /lead-exceptions/{exception}/withdrawal": () => ({ params: { exception: "1" } }),
    "get /reorganisations": () => ({ query: { limit: "5", after: "" } }),
    "get /reorganisations/{reorganisation}": () => ({ params: { reorganisation: "hostile-reform" } }),
    "get /reorganisations/{reorganisation}/effect": () => ({ params: { reorganisation: "hostile-reform" } }),
    "post /reorganisations": () => ({ body: { reorganisation: fresh(), names, basis: "试", changes: [{ merge: { from: ["hostile-gone"], into: UNIT } }], commit: false, effectiveAt: "2027-01-01T00:00:00.000Z" } }),
    "put /reorganisations/{reorganisation}": () => ({ params: { reorganisation: "hostile-reform" }, body: { names, basis: "试", changes: [{ move: { from: UNIT, to: "qxn-health", resources: ["hostile-resource"], items: [ITEM] } }] }, ...existing("reorganisations", "hostile-reform") }),
    "post /reorganisations/{reorganisation}/commitment": () => ({ params: { reorganisation: "hostile-reform" }, body: { effectiveAt: "2027-01-01T00:00:00.000Z" }, ...existing("reorganisations", "hostile-reform") }),
    "post /reorganisations/{reorganisation}/withdrawal": () => ({ params: { reorganisation: "hostile-reform" }, ...existing("reorganisations", "hostile-reform") }),
    "post /reorganisations/{reorganisation}/rollback": () => ({ params: { reorganisation: "hostile-reform" }, ...existing("reorganisations", "hostile-reform") }),
    "get /items/{item}": () => ({ params: { item: ITEM } }),
    "get /items/{item}/versions": () => ({ params: { item: ITEM } }),
    "get /items/{item}/versions/{version}": () => ({ params: { item: ITEM, version: "1" } }),
    "post /items": () => ({ body: { item: fresh(), ...item() } }),
    "put /items/{item}": () => ({ params: { item: "hostile-item" }, body: item(), ...existing("items", "hostile-item") }),
    "post /items/{item}/publication": () => ({ params: { item: "hostile-item" }, ...existing("items", "hostile-item") }),
    "post /items/{item}/confirmation": () => ({ params: { item: "hostile-item" }, ...existing("items", "hostile-item") }),
    "post /items/{item}/retirement": () => ({ params: { item: "hostile-gone" }, ...existing("items", "hostile-gone") }),
    "get /bundles": () => ({}),
    "get /bundles/{bundle}": () => ({ params: { bundle: "a-child-is-born" } }),
    "post /bundles": () => ({ body: { bundle: fresh(), ...bundle() } }),
    "put /bundles/{bundle}": () => ({ params: { bundle: "a-child-is-born" }, body: bundle(), ...existing("bundles", "a-child-is-born") }),
    "get /classes": () => ({}),
    "get /classes/{class}": () => ({ params: { class: "staff.review" } }),
    "post /classes": () => ({ body: { class: `staff.${fresh()}`, ...klass() } }),
    "put /classes/{class}": () => ({ params: { class: "staff.hostile" }, body: klass(), ...existing("classes", "staff.hostile") }),
    "get /traits": () => ({}),
    "get /cohorts": () => ({}),
    "get /cohorts/{cohort}": () => ({ params: { cohort: "hostile-cohort" } }),
    "post /cohorts": () => ({ body: { cohort: fresh(), parent: null, names } }),
    "put /cohorts/{cohort}": () => ({ params: { cohort: "hostile-cohort" }, body: { parent: null, names }, ...existing("cohorts", "hostile-cohort") }),
    "delete /cohorts/{cohort}": () => ({ params: { cohort: "hostile-cohort" }, ...existing("cohorts", "hostile-cohort") }),
    "get /loans": () => ({ query: { unit: UNIT, state: "active", class: "staff.review" } }),
    "get /loans/{loan}": () => ({ params: { loan: "1" } }),
    "post /loans/{loan}/recall": () => ({ params: { loan: "1" }, body: { grounds: "试", from: "2026-12-01" } }),
    "post /loans/{loan}/return": () => ({ params: { loan: "1" }, body: { grounds: "试", from: "2026-12-01" } }),
    "post /loans/{loan}/renewal": () => ({ params: { loan: "1" }, body: { to: "2026-12-31" } }),
    "get /loan-balances": () => ({ query: { unit: UNIT } }),
    "get /quotas": () => ({ query: { day: "2026-11-23", class: "staff.review", cohort: "hostile-cohort", unit: UNIT } }),
    "get /quotas/{quota}": () => ({ params: { quota: `${UNIT}:staff.review` } }),
    "post /quotas": () => ({ body: { unit: UNIT, class: "staff.review", ...quota() } }),
    "put /quotas/{quota}": () => ({ params: { quota: `${UNIT}:staff.review` }, body: quota(), ...existing("quotas", `${UNIT}:staff.review`) }),
    "delete /quotas/{quota}": () => ({ params: { quota: `${UNIT}:staff.review` }, ...existing("quotas", `${UNIT}:staff.review`) }),
    "post /quota-previews": () => ({ body: { declare: { unit: UNIT, class: "staff.review", ...quota() } } }),
    "get /sharing": () => ({}),
    "put /sharing": () => ({ body: { halfLifeDays: 7, applicants: { openRequests: 200, holds: 100, items: [{ item: ITEM, openRequests: 20, holds: 20 }] } }, seen: "/sharing" }),
    "get /proposals": () => ({ query: { limit: "5", after: "", state: "proposed" } }),
    "post /proposals": () => ({ body: { changes: [{ quota: { unit: UNIT, class: "staff.review", ...quota() } }, { cohort: { cohort: fresh(), parent: null, names } }, { removeQuota: `${UNIT}:staff.review` }, { overcommit: { resource: "qxn-education-review-support", percent: 120 } }] } }),
    "get /proposals/{proposal}": () => ({ params: { proposal: "1" } }),
    "post /proposals/{proposal}/approval": () => ({ params: { proposal: "1" }, body: { hash: "0".repeat(64) } }),
    "post /proposals/{proposal}/refusal": () => ({ params: { proposal: "1" }, body: { reason: "试" } }),
    "post /proposals/{proposal}/withdrawal": () => ({ params: { proposal: "1" } }),
    "get /quota-changes": () => ({}),
    "post /quota-changes/{change}/undo": () => ({ params: { change: "1" } }),
    "get /priority-classes": () => ({}),
    "put /priority-classes/{priority}": () => ({ params: { priority: "hostile-ground" }, body: { names, advanceMinutes: 60, legalBasis: "试", evidenceRequired: true } }),
    "get /requests/{request}/priorities": () => ({ params: request }),
    "post /requests/{request}/priorities": () => ({ params: request, body: { priority: "elderly", evidence: "试" } }),
    "post /requests/{request}/priorities/{priority}/decision": () => ({ params: { ...request, priority: "elderly" }, body: { confirm: true } }),
    "post /requests/{request}/priorities/{priority}/withdrawal": () => ({ params: { ...request, priority: "elderly" } }),
    "post /requests/{request}/priorities/{priority}/opening": () => ({ params: { ...request, priority: "elderly" }, body: { reason: "试" } }),
    "put /traits/{trait}": () => ({ params: { trait: "hostile-trait" }, body: { names } }),
    "get /calendars": () => ({}),
    "get /calendars/{calendar}": () => ({ params: { calendar: "cn" } }),
    "put /calendars/{calendar}": () => ({ params: { calendar: "hostile-calendar" }, body: calendar() }),
    "get /divisions": () => ({ query: { limit: "5", after: "", level: "county", parent: "522300" } }),
    "get /zones": () => ({}),
    "get /overview": () => ({ query: { day: "2026-11-23" } }),
    "get /resources": () => ({ query: { limit: "5", after: "", unit: UNIT, class: "staff.review", kind: "staff", state: "published", trait: "knows-education", division: "522301", q: "a" } }),
    "get /resources/{resource}": () => ({ params: { resource: "hostile-resource" } }),
    "post /resources": () => ({ body: { code: fresh(), state: "registered", ...resource() } }),
    "patch /resources/{resource}": () => ({ params: { resource: "hostile-resource" }, body: resource(), ...existing("resources", "hostile-resource") }),
    "post /resources/{resource}/publication": () => ({ params: { resource: "hostile-resource" }, ...existing("resources", "hostile-resource") }),
    "post /resources/{resource}/retirement": () => ({ params: { resource: "hostile-gone" }, ...existing("resources", "hostile-gone") }),
    "get /resources/{resource}/use": () => ({ params: { resource: "hostile-resource" }, query: { from: "2026-11-23", days: "5", after: "" } }),
    "get /units": () => ({ query: { limit: "5", after: "", parent: UNIT, line: "education", level: "county", division: "522301", published: "true", state: "active", q: "a" } }),
    "get /units/{unit}": () => ({ params: { unit: UNIT } }),
    "post /units": () => ({ body: { unit: fresh(), ...unit() } }),
    "patch /units/{unit}": () => ({ params: { unit: "hostile-unit" }, body: unit(), ...existing("units", "hostile-unit") }),
    "post /units/{unit}/retirement": () => ({ params: { unit: "hostile-gone" }, ...existing("units", "hostile-gone") }),
    "get /units/{unit}/onboarding": () => ({ params: { unit: UNIT } }),
    "post /units/{unit}/publication": () => ({ params: { unit: "hostile-unit" }, ...existing("units", "hostile-unit") }),
    "get /units/{unit}/workbook": () => ({ params: { unit: UNIT } }),
    "post /units/{unit}/workbook": () => ({ params: { unit: UNIT }, query: { fileName: "a.xlsx", dryRun: "true" } }),
    "get /public-register": () => ({ query: { limit: "5", after: "", county: "522301" } }),
    "post /imports": () => ({ query: { kind: "assets", fileName: "a.csv", unit: UNIT, absent: "keep" } }),
    "get /imports": () => ({ query: { limit: "5", after: "" } }),
    "get /imports/{import}": () => ({ params: { import: things.imported } }),
    "get /imports/{import}/changes": () => ({ params: { import: things.imported }, query: { limit: "5", after: "", change: "bad" } }),
    "get /imports/{import}/bad-rows": () => ({ params: { import: things.imported }, query: { format: "csv" } }),
    "post /imports/{import}/application": () => ({ params: { import: things.imported }, body: { skipBad: false } }),
    "delete /imports/{import}/application": () => ({ params: { import: things.imported } }),
    "get /exports/{list}": () => ({ params: { list: "units" }, query: { format: "csv", unit: UNIT } }),
    "post /what-ifs": () => ({
      body: {
        scenario: {
          name: fresh(), seed: 1, days: 1,
          supply: [{ drain: { unit: UNIT, kinds: ["staff"], noticeDays: 0, from: 0, to: 0 } }, { add: { unit: UNIT, class: "staff.review", count: 1, amount: 60, from: 0 } }, { lend: { class: "staff.review", lender: UNIT, borrower: "qxn-transport", count: 1, amount: 10 } }],
          demand: [{ surge: { factor: 1.5, items: [ITEM], divisions: ["522301"], from: 0, to: 0 } }, { cliff: { items: [ITEM], divisions: ["522301"], date: 0, share: 10, hours: 2 } }, { trace: { load: 10, rows: [["2020-01-06T10:00", "a", "b"]] } }],
          policy: { add: ["staff, any, any, superior, pool, any, allow"] },
          quotas: { halfLifeDays: 5, cohorts: [{ cohort: "hostile-cohort" }], set: [{ unit: UNIT, class: "staff.review", cohort: "hostile-cohort", nominal: "own", borrowingLimit: 5, lendingLimit: null, weight: 10 }], remove: [] },
        },
      },
    }),
    "get /what-ifs": () => ({ query: { limit: "5", after: "" } }),
    "get /what-ifs/{whatIf}": () => ({ params: { whatIf: things.whatIf } }),
    "get /what-ifs/{whatIf}/file": () => ({ params: { whatIf: things.whatIf }, query: { format: "csv" } }),
    "post /what-ifs/{whatIf}/cancellation": () => ({ params: { whatIf: things.whatIf } }),
    "delete /what-ifs/{whatIf}": () => ({ params: { whatIf: things.whatIf } }),
    "get /plans": () => ({ query: { limit: "5", after: "", state: "draft" } }),
    "post /plans": () => ({
      body: {
        title: "试", goal: { breaches: 1, wait: 2, evenness: 3 },
        loans: [{ class: "staff.review", lender: UNIT, resource: "qxn-education-review", borrower: "qxn-transport", amount: 10, from: "2030-01-07", to: "2030-01-11", legalBasis: "试", why: "试", without: names }],
      },
    }),
    "get /plans/{plan}": () => ({ params: { plan: "1" } }),
    "put /plans/{plan}": () => ({ params: { plan: "1" }, body: { title: "试", loans: [{ class: "staff.review", lender: UNIT, resource: null, borrower: "qxn-transport", amount: "10", from: "2030-01-07", to: "2030-01-11", legalBasis: null }] }, ...existing("plans", "1") }),
    "post /plans/{plan}/proposal": () => ({ params: { plan: "1" } }),
    "post /plans/{plan}/trial": () => ({ params: { plan: "1" } }),
    "post /plans/{plan}/consents": () => ({ params: { plan: "1" }, body: { unit: UNIT, hash: "0".repeat(64) } }),
    "post /plans/{plan}/approval": () => ({ params: { plan: "1" }, body: { hash: "0".repeat(64) } }),
    "post /plans/{plan}/application": () => ({ params: { plan: "1" }, body: { hash: "0".repeat(64) } }),
    "post /plans/{plan}/taking-back": () => ({ params: { plan: "1" }, body: { grounds: "试" } }),
    "post /plans/{plan}/refusal": () => ({ params: { plan: "1" }, body: { reason: "试" } }),
    "post /plans/{plan}/withdrawal": () => ({ params: { plan: "1" } }),
    "get /standing-limits": () => ({}),
    "post /standing-limits": () => ({ body: { unit: UNIT, class: "staff.review", amount: 30 } }),
    "delete /standing-limits/{limit}": () => ({ params: { limit: `${UNIT}:staff.review` } }),
    "post /sandboxes": () => ({ body: { pool: "qianxinan", at: "2026-11-22T01:30:00.000Z", silo: false } }),
    // The pool is no sandbox, so nothing is removed: it is refused like every other hostile call.
    "delete /sandbox": () => ({}),
    "get /clock": () => ({ query: { days: "2" } }),
    "put /clock": () => ({ body: { at: "2026-11-22T01:30:00.000Z" } }),
    "post /filed-requests": () => ({ body: { requests: [{ item: ITEM, division: "522301", answers: answers(), materials: [] }] } }),
    "get /decided-steps": () => ({ query: { after: "0" } }),
    "get /replay-report": () => ({ query: { from: "2026-11-20", to: "2026-11-23" } }),
    "post /manifests": () => ({ query: { dryRun: "true" }, body: { files: [{ path: "traits.yaml", content: "apiVersion: govpool/v1\nkind: Trait\ntrait: by-manifest\nnames: { zh: 试, en: Trial }\n" }] } }),
    "get /me": () => ({}),
    "post /demo-tokens": () => ({ body: { person: "demo-shili-yi" } }),
    "get /tokens": () => ({}),
    "post /tokens": () => ({ body: { label: "试", days: 3 } }),
    "post /tokens/{token}/revocation": () => ({ params: { token: things.token } }),
    "post /people": () => ({ body: { name: "试", loginName: fresh(), idNumber: "11010519491231002X", phone: "13800138000", unit: UNIT } }),
    "post /people/{person}/password-links": () => ({ params: { person: things.person } }),
    "post /people/{person}/disabling": () => ({ params: { person: things.person } }),
    "get /role-grants": () => ({ query: { unit: UNIT } }),
    "post /role-grants": () => ({ body: { person: things.person, role: "clerk", unit: UNIT } }),
    "post /role-grants/{grant}/revocation": () => ({ params: { grant: things.grant } }),
    "get /policies": () => ({}),
    "get /policies/{version}": () => ({ params: { version: "1" } }),
    "post /policies": () => ({ body: { reason: "试", rules: [rule()] } }),
    "post /policies/{version}/approval": () => ({ params: { version: "1" }, body: { contentHash: "0".repeat(64) } }),
    "post /policies/{version}/activation": () => ({ params: { version: "1" } }),
    "post /policies/{version}/withdrawal": () => ({ params: { version: "1" } }),
    "get /usage": () => ({ query: { limit: "5", after: "", by: "class,period,unit", period: "month", from: "2026-11-01", to: "2026-11-30", unit: UNIT, supplier: UNIT, item: ITEM, class: "staff.review", applicant: "me" } }),
    "get /figures": () => ({ query: { by: "class", from: "2026-11-01", to: "2026-11-30", class: "staff.review", unit: UNIT, division: "522301" } }),
    "get /pressure": () => ({ query: { by: "cell", from: "2026-11-01", to: "2026-12-15", class: "staff.review", unit: UNIT, division: "522301" } }),
    "get /pressure/{class}/trend": () => ({ params: { class: "staff.review" }, query: { bucket: "week", from: "2026-11-01", to: "2026-12-15", unit: UNIT, division: "522301" } }),
    "get /figures/{rows}": () => ({ params: { rows: "waits" }, query: { limit: "5", after: "", from: "2026-11-01", to: "2026-11-30", class: "staff.review", unit: UNIT, division: "522301" } }),
    "get /disparity": () => ({ query: { limit: "5", after: "0", period: "2026-10" } }),
    "get /disparity/table": () => ({ query: { period: "2026-10" } }),
    "get /disparity/cases": () => ({ query: { limit: "5", after: "", period: "2026-10", dimension: "district", group: "522301" } }),
    "get /disparity/alarms": () => ({ query: { limit: "5", after: "" } }),
    "get /disparity/settings": () => ({}),
    "put /disparity/settings": () => ({ body: { period: "month", minCases: 10, ratioPercent: 125 }, seen: "/disparity/settings" }),
    "get /alerts": () => ({ query: { limit: "5", after: "", open: "true" } }),
    "post /alerts/{alert}/acknowledgement": () => ({ params: { alert: randomUUID() } }),
    "get /alert-rules": () => ({}),
    "put /alert-rules/{rule}": () => ({ params: { rule: "hostile-rule" }, body: { figure: "wait-p90", class: "staff.review", unit: UNIT, division: "522301", comparison: "above", value: 60, clear: 30, windowDays: 7, forMinutes: 0, intervalMinutes: 5, enabled: true } }),
    "delete /alert-rules/{rule}": () => ({ params: { rule: "no-such-rule" } }),
    "get /webhooks": () => ({}),
    "put /webhooks/{webhook}": () => ({ params: { webhook: "hostile-hook" }, body: { url: "https://alarms.example.org/in", enabled: false, newSecret: false } }),
    "delete /webhooks/{webhook}": () => ({ params: { webhook: "no-such-hook" } }),
    "get /webhook-deliveries": () => ({ query: { limit: "5", after: "" } }),
    "get /audit-records": () => ({ query: { limit: "5", after: "", act: "request.submit", object: "a" } }),
  };
};
