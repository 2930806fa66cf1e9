import { acknowledgeAlert, listAlerts } from "../../../app/alerts/alerts.js";
import { declareAlertRule, listAlertRules, removeAlertRule } from "../../../app/alerts/rules.js";
import { declareWebhook, listDeliveries, listWebhooks, removeWebhook } from "../../../app/alerts/webhooks.js";
import { readPlaces } from "../../../app/org/read-places.js";
import type { AlertRow } from "../../../app/ports/alert.js";
import { trusted, type ClassId, type DivisionCode, type UnitId } from "../../../domain/id.js";
import type { Comparison } from "../../../domain/pool/alert.js";
import type { Action } from "../../../domain/policy/action.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { AlertsPage, choiceOf } from "../pages/alerts/page.js";
import { PAGE_ROWS, queryString } from "./common.js";

const HERE = { room: "centre", here: "alerts" } as const;
const PATH = "/centre/alerts";
const NAME = /^[a-z0-9][a-z0-9-]{1,62}$/;
/** Messages shown below the addresses; all of them are in the list of the API. */
const DELIVERIES_SHOWN = 10;

const ROWS = { "wait-p50": "waits", "wait-p90": "waits", "deadline-rate": "closed", breaches: "breaches" } as const;

async function alertsPage(call: PageCall, { problems = [], secret }: { readonly problems?: readonly Problem[]; readonly secret?: string | undefined } = {}): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, form } = call;
  const after = query("after");
  const [alerts, rules, hooks, deliveries, places] = [
    await listAlerts(deps, actor, pool, {}, { limit: PAGE_ROWS, after: after === "" ? undefined : after }),
    await listAlertRules(deps, actor, pool),
    await listWebhooks(deps, actor, pool),
    await listDeliveries(deps, actor, pool, { limit: DELIVERIES_SHOWN }),
    await readPlaces(deps, actor, pool),
  ];
  if (!alerts.ok) return refuse(alerts.problems);
  if (!rules.ok) return refuse(rules.problems);
  if (!places.ok) return refuse(places.problems);
  const reading = deps.store.read(pool);
  const choice = choiceOf(frame.voice);
  const may = async (action: Action): Promise<boolean> => (await deps.authorizer.may(actor, action, { poolId: pool })).ok;
  return page(
    <AlertsPage
      frame={frame}
      view={{
        alerts: alerts.value.rows,
        next: alerts.value.next === null ? undefined : inPool(frame, `${PATH}?${queryString({ after: alerts.value.next })}`),
        rules: rules.value,
        webhooks: hooks.ok ? hooks.value : [],
        deliveries: deliveries.ok ? deliveries.value.rows : [],
        may: { acknowledge: await may("alert.acknowledge"), declare: await may("alert.declare"), send: await may("webhook.declare"), seeWebhooks: hooks.ok },
        classes: (await reading.classes.all()).map(choice),
        units: (await reading.units.all()).map(choice),
        counties: places.value.counties.map(({ code, names }) => choice({ id: code, names })),
        key: freshKey,
        typed: problems.length === 0 ? {} : form,
        problems,
        secret,
        behind: (alert) => inPool(frame, behind(alert)),
      }}
    />,
    problems.length > 0 ? 422 : undefined,
  );
}

function behind({ rule, from, to }: AlertRow): string {
  const { figure } = rule;
  const scope = { class: rule.class ?? undefined, unit: rule.unit ?? undefined, division: rule.division ?? undefined };
  if (figure === "queue") return `/centre/queue?${queryString({ class: scope.class, division: scope.division })}`;
  if (figure === "utilisation") return `/centre/figures?${queryString({ from, to, ...scope })}`;
  return `/centre/figures/${ROWS[figure]}?${queryString({ from, to, ...scope })}`;
}

/** A number as people type it; what is none is refused where it is judged. */
const numberOf = (text: string | undefined): number => (text === undefined || text.trim() === "" ? Number.NaN : Number(text.trim().replace("，", ".").replace(",", ".")));
const orNull = <T extends string>(text: string | undefined): T | null => (text === undefined || text === "" ? null : trusted<T>(text));

const named = (form: PageCall["form"], field: string): Result<string> => {
  const name = form[field]?.trim() ?? "";
  return NAME.test(name) ? ok(name) : refused(name === "" ? problem("input.missing", {}, { field }) : problem("input.invalid", { expected: "2–63 × a–z 0–9 -" }, { field }));
};

const act = (path: string, access: Action, work: (call: PageCall) => Promise<Result<unknown>>): PageRoute => ({
  method: "post",
  path: `${PATH}${path}`,
  access,
  ...HERE,
  async handle(call) {
    const done = await once(call, async () => {
      const acted = await work(call);
      return acted.ok ? ok(inPool(call.frame, PATH)) : acted;
    });
    return "to" in done ? go(done.to) : await alertsPage(call, { problems: done.problems });
  },
});

export const alertPages: readonly PageRoute[] = [
  { method: "get", path: PATH, access: "alert.read", ...HERE, handle: (call) => alertsPage(call) },
  act("/rules", "alert.declare", async ({ deps, actor, pool, form }) => {
    const name = named(form, "name");
    if (!name.ok) return name;
    return await declareAlertRule(deps, actor, pool, name.value, {
      figure: form["figure"] ?? "",
      class: orNull<ClassId>(form["class"]),
      unit: orNull<UnitId>(form["unit"]),
      division: orNull<DivisionCode>(form["division"]),
      comparison: (form["comparison"] === "below" ? "below" : "above") satisfies Comparison,
      value: numberOf(form["value"]),
      clear: (form["clear"] ?? "").trim() === "" ? null : numberOf(form["clear"]),
      windowDays: numberOf(form["windowDays"]),
      forMinutes: numberOf(form["forMinutes"]),
      intervalMinutes: numberOf(form["intervalMinutes"]),
      enabled: true,
    });
  }),
  act("/rules/:rule/removal", "alert.declare", ({ deps, actor, pool, param }) => removeAlertRule(deps, actor, pool, param("rule"))),
  {
    method: "post",
    path: `${PATH}/webhooks`,
    access: "webhook.declare",
    ...HERE,
    // Its answer shows the secret once, and has no address to come back to. Declared twice, it is declared once.
    async handle(call) {
      const { deps, actor, pool, form } = call;
      const name = named(form, "webhook");
      if (!name.ok) return await alertsPage(call, { problems: name.problems });
      const declared = await declareWebhook(deps, actor, pool, name.value, { url: (form["url"] ?? "").trim(), enabled: true, newSecret: form["newSecret"] === "yes" });
      return declared.ok ? await alertsPage(call, { secret: declared.value.secret ?? undefined }) : await alertsPage(call, { problems: declared.problems });
    },
  },
  act("/webhooks/:webhook/removal", "webhook.declare", ({ deps, actor, pool, param }) => removeWebhook(deps, actor, pool, param("webhook"))),
  act("/:alert/acknowledgement", "alert.acknowledge", ({ deps, actor, pool, param }) => acknowledgeAlert(deps, actor, pool, param("alert"))),
];
