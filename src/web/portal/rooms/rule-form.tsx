import { previewRule, type RulePreview } from "../../../app/rules/preview-rule.js";
import { proposeRule, readRule } from "../../../app/rules/rules.js";
import { dayNumberOf, localDateOf } from "../../../domain/instant.js";
import type { RawRecord } from "../../../domain/record.js";
import type { StandingRule } from "../../../domain/rebalance/standing-rule.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok, refused } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { RuleFormPage } from "../pages/rules/form.js";
import { namesOf, unitTyped } from "./units.js";

const HERE = { room: "centre", here: "rules" } as const;
const PATH = "/centre/rules/new";
const LIMITS = ["runsPerWeek", "coolDownMinutes", "minimumMinutes", "termDays"] as const;
const WHEN_TEXTS = ["figure", "class", "division", "comparison"] as const;
const WHEN_NUMBERS = ["value", "clear", "windowDays", "everyMinutes", "readings"] as const;

type Typed = Readonly<Record<string, string>>;

const given = (typed: Typed, path: string): string | undefined => {
  const text = (typed[path] ?? "").trim();
  return text === "" ? undefined : text;
};

/** The rule that was written: of each pair of ways the one that was chosen, whatever stands in the other. */
async function recordOf({ deps, pool, form }: PageCall): Promise<RawRecord> {
  const units = await deps.store.read(pool).units.all();
  const unit = (path: string): string | undefined => {
    const text = given(form, path);
    return text === undefined ? undefined : unitTyped(units, text);
  };
  const some = (prefix: string, names: readonly string[]): RawRecord => Object.fromEntries(names.flatMap((name) => (given(form, `${prefix}.${name}`) === undefined ? [] : [[name, given(form, `${prefix}.${name}`)]])));
  const schedule = { from: given(form, "when.from") ?? "", to: given(form, "when.to") ?? "", weekdays: (form["weekdays"] ?? "").split(",").filter((day) => day !== "") };
  const threshold = { ...some("when", [...WHEN_TEXTS, ...WHEN_NUMBERS]), ...(unit("when.unit") === undefined ? {} : { unit: unit("when.unit") }) };
  const lend = { ...some("lend", ["class", "amount", "whileBelowPercent"]), lender: unit("lend.lender"), borrower: unit("lend.borrower") };
  return {
    rule: given(form, "rule"),
    title: given(form, "title"),
    when: form["kind"] === "schedule" ? schedule : threshold,
    ...(form["action"] === "open" ? { open: (form["open"] ?? "").split(/[\s,，;；、]+/).filter((code) => code !== "") } : { lend }),
    mode: form["mode"] === "automatic" ? "automatic" : "propose",
    emergency: form["emergency"] === "true",
    limits: some("limits", LIMITS),
  };
}

const typedOf = ({ title, when, does, mode, emergency, limits }: StandingRule): Typed => ({
  title,
  kind: when.kind,
  ...(when.kind === "schedule"
    ? { "when.from": when.from, "when.to": when.to, weekdays: when.weekdays.join(",") }
    : {
        "when.figure": when.reading.figure,
        "when.comparison": when.reading.comparison,
        "when.value": String(when.reading.value),
        "when.clear": String(when.reading.clear),
        "when.unit": when.reading.unit ?? "",
        "when.class": when.reading.class ?? "",
        "when.division": when.reading.division ?? "",
        "when.windowDays": String(when.reading.windowDays),
        "when.everyMinutes": String(when.reading.intervalMinutes),
        "when.readings": String(when.readings),
      }),
  action: does.kind,
  ...(does.kind === "open"
    ? { open: does.resources.join("\n") }
    : { "lend.class": does.classId, "lend.lender": does.lender, "lend.borrower": does.borrower, "lend.amount": String(does.amount), "lend.whileBelowPercent": does.whileBelowPercent === null ? "" : String(does.whileBelowPercent) }),
  mode,
  emergency: String(emergency),
  ...Object.fromEntries(LIMITS.map((name) => [`limits.${name}`, String(limits[name])])),
});

interface Shown {
  readonly typed: Typed;
  readonly anew: string | null;
  readonly preview?: RulePreview;
  readonly isChanged?: boolean;
  readonly problems?: readonly Problem[];
}

async function formPage({ deps, actor, pool, frame }: PageCall, { typed, anew, preview, isChanged = false, problems = [] }: Shown): Promise<PageAnswer> {
  const allowed = await deps.authorizer.may(actor, "standing-rule.propose", { poolId: pool });
  if (!allowed.ok) return refuse(allowed.problems);
  const reading = deps.store.read(pool);
  const { name } = frame.voice;
  const [units, classes, divisions] = await Promise.all([reading.units.all(), reading.classes.all(), reading.divisions.all()]);
  const named = (rows: readonly { readonly id: string; readonly names: { readonly zh: string; readonly en: string } }[]) => rows.map(({ id, names }) => ({ value: id, label: name(names) }));
  const view = {
    anew,
    nameOf: await namesOf(reading, frame.voice),
    units: named(units.filter(({ state }) => state === "active")),
    counties: divisions.filter(({ level }) => level === "county").map(({ code, names }) => ({ value: code as string, label: name(names) })),
    classes: named(classes),
    lendable: named(classes.filter(({ lend }) => lend !== "none")),
    typed,
    preview,
    seen: preview?.hash,
    isChanged,
    key: freshKey(),
    problems,
  };
  return page(<RuleFormPage frame={frame} view={view} />, problems.length > 0 ? 422 : undefined);
}

async function start(call: PageCall): Promise<PageAnswer> {
  const { deps, actor, pool, query } = call;
  const from = query("rule");
  if (from !== "") {
    const found = await readRule(deps, actor, pool, from);
    return found.ok ? await formPage(call, { typed: typedOf(found.value.content), anew: found.value.content.id }) : refuse(found.problems);
  }
  // Codes are for files and commands; who writes on the page need not think of one.
  const day = localDateOf(dayNumberOf(await deps.clock.now(pool))).replaceAll("-", "");
  const taken = new Set((await deps.store.read(pool).standingRules.all()).map(({ content }) => content.id));
  let serial = 1;
  while (taken.has(`rule-${day}-${serial}`)) serial += 1;
  return await formPage(call, { typed: { rule: `rule-${day}-${serial}` }, anew: null });
}

async function written(call: PageCall): Promise<PageAnswer> {
  const { deps, actor, pool, frame, form } = call;
  const anew = (form["anew"] ?? "") === "" ? null : form["anew"]!;
  const record = await recordOf(call);
  const id = String(record["rule"] ?? "");
  // Writing anew is said, not a slip of the keyboard.
  if (anew !== id && id !== "" && (await deps.store.read(pool).standingRules.get(id))) return await formPage(call, { typed: form, anew, problems: [problem("object.exists", { kind: "standing-rule", id }, { field: "rule" })] });
  const preview = await previewRule(deps, actor, pool, record);
  if (!preview.ok) return await formPage(call, { typed: form, anew, problems: preview.problems });
  const isSeen = form["seen"] === preview.value.hash;
  if (form["act"] !== "propose" || !isSeen) return await formPage(call, { typed: form, anew, preview: preview.value, isChanged: form["act"] === "propose" });
  const done = await once(call, async () => {
    const made = await proposeRule(deps, actor, pool, record);
    return made.ok ? ok(inPool(frame, `/centre/rules/${encodeURIComponent(made.value.content.id)}`)) : refused(...made.problems);
  });
  return "to" in done ? go(done.to) : await formPage(call, { typed: form, anew, problems: done.problems });
}

/** Before `/:rule`, which would take `new` for a rule. */
export const ruleFormPages: readonly PageRoute[] = [
  { method: "get", path: PATH, access: "standing-rule.propose", ...HERE, handle: start },
  { method: "post", path: PATH, access: "standing-rule.propose", ...HERE, handle: written },
];
