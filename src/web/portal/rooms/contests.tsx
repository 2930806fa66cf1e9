import { casesLeftBehind, getContest, listContests, openContest, stateContest, type ContestInput } from "../../../app/contests/contests.js";
import { mayRule, ruleContest } from "../../../app/contests/rule-contest.js";
import type { Contest, Stance } from "../../../domain/org/contest.js";
import type { Action } from "../../../domain/policy/action.js";
import type { Problem } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { ContestPage, CONTESTS_DONE, ContestsPage } from "../pages/contests/page.js";
import { NoUnitPage } from "../pages/desk/page.js";
import { deskUnits } from "./units.js";

type Room = "desk" | "centre";

const pathOf = (room: Room): string => `/${room}/contests`;
const numberOf = (text: string): number => Number(/^\d{1,15}$/.exec(text)?.[0] ?? 0);
const stanceOf = (text: string | undefined): Stance => (text === "claims" ? "claims" : "declines");
const given = <K extends string>(key: K, text: string | undefined): Partial<Record<K, string>> => {
  const value = (text ?? "").trim();
  return (value === "" ? {} : { [key]: value }) as Partial<Record<K, string>>;
};

async function common(call: PageCall, room: Room, contests: readonly Contest[], problems: readonly Problem[]) {
  const { deps, pool, frame, query, form } = call;
  const reading = deps.store.read(pool);
  const [units, divisions, classes] = [await reading.units.all(), await reading.divisions.all(), await reading.classes.all()];
  const items = await Promise.all([...new Set(contests.flatMap(({ matter: { item } }) => (item === null ? [] : [item])))].map(async (code) => [code, (await reading.items.published(code))?.guide.names] as const));
  return {
    path: pathOf(room),
    names: new Map<string, { readonly zh: string; readonly en: string }>([...divisions.map(({ code, names }) => [code, names] as const), ...units.map(({ id, names }) => [id, names] as const)]),
    things: new Map<string, { readonly zh: string; readonly en: string }>([...classes.map(({ id, names }) => [id, names] as const), ...items.flatMap(([code, names]) => (names ? [[code, names] as const] : []))]),
    units: units.filter(({ state }) => state === "active").map(({ id, names }) => ({ value: id, label: frame.voice.name(names) })),
    classes: classes.filter(({ kind }) => kind === "function").map(({ id, names }) => ({ value: id, label: frame.voice.name(names) })),
    key: freshKey(),
    done: CONTESTS_DONE.find((one) => one === query("done")),
    problems,
    typed: problems.length === 0 ? {} : form,
  };
}

async function listPage(call: PageCall, room: Room, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const unit = room === "desk" ? (await deskUnits(call)).unit : undefined;
  if (room === "desk" && unit === undefined) return page(<NoUnitPage frame={frame} />);
  const found = await listContests(deps, actor, pool, unit?.id);
  if (!found.ok) return refuse(found.problems);
  const mayOpen = unit !== undefined && (await deps.authorizer.may(actor, "contest.declare", { poolId: pool, unitId: unit.id })).ok;
  const waiting = await deps.store.read(pool).contests.waiting([unit?.id ?? null]);
  const view = { ...(await common(call, room, found.value, problems)), contests: found.value, waiting, unit: unit && { value: unit.id, label: frame.voice.name(unit.names) }, mayOpen };
  return page(<ContestsPage frame={frame} view={view} />, problems.length > 0 ? 422 : undefined);
}

async function onePage(call: PageCall, room: Room, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, param } = call;
  const found = await getContest(deps, actor, pool, numberOf(param("contest")));
  if (!found.ok) return refuse(found.problems);
  const contest = found.value;
  const behind = await casesLeftBehind(deps, actor, pool, contest.id);
  if (!behind.ok) return refuse(behind.problems);
  const shared = await common(call, room, [contest], problems);
  const speaking = contest.state === "open" || contest.state === "escalated";
  const speaksFor: { readonly value: string; readonly label: string }[] = [];
  for (const { unitId } of speaking ? contest.parties : []) {
    if ((await deps.authorizer.may(actor, "contest.declare", { poolId: pool, unitId })).ok) speaksFor.push(shared.units.find(({ value }) => value === unitId) ?? { value: unitId, label: unitId });
  }
  const rules = contest.state !== "agreed" && (await mayRule(deps, actor, pool, contest)).ok;
  return page(<ContestPage frame={frame} view={{ ...shared, contest, leftBehind: behind.value, speaksFor, mayRule: rules }} />, problems.length > 0 ? 422 : undefined);
}

const act = (room: Room, path: string, access: Action, done: (typeof CONTESTS_DONE)[number], work: (call: PageCall, id: number) => Promise<Result<Contest>>): PageRoute => ({
  method: "post",
  path: `${pathOf(room)}/:contest/${path}`,
  access,
  room,
  here: "contests",
  async handle(call) {
    const id = numberOf(call.param("contest"));
    const acted = await once(call, async () => {
      const answer = await work(call, id);
      return answer.ok ? ok(inPool(call.frame, `${pathOf(room)}/${id}?done=${done}`)) : answer;
    });
    return "to" in acted ? go(acted.to) : await onePage(call, room, acted.problems);
  },
});

const opening: Omit<PageRoute, "room" | "path"> = {
  method: "post",
  access: "contest.declare",
  here: "contests",
  async handle(call) {
    const { deps, actor, pool, form } = call;
    const input: ContestInput = {
      unit: (form["unit"] ?? "").trim(),
      against: (form["against"] ?? "").split(/[,，、;；\s]+/).filter((part) => part !== ""),
      ...given("item", form["item"]), ...given("class", form["class"]), ...given("division", form["division"]), ...given("request", form["request"]),
      stance: stanceOf(form["stance"]), statement: form["statement"] ?? "", basis: form["basis"] ?? "",
    };
    const made = await once(call, async () => {
      const contest = await openContest(deps, actor, pool, input);
      return contest.ok ? ok(inPool(call.frame, `${pathOf("desk")}/${contest.value.id}?done=opened`)) : contest;
    });
    return "to" in made ? go(made.to) : await listPage(call, "desk", made.problems);
  },
};

/** Units bring contests up and answer at their desk, where their superior also decides; the centre sees all, and decides those without a superior. */
export const contestPages = (room: Room): readonly PageRoute[] => [
  { method: "get", path: pathOf(room), access: "contest.read", room, here: "contests", handle: (call) => listPage(call, room) },
  ...(room === "desk" ? [{ ...opening, room, path: pathOf(room) }] : []),
  { method: "get", path: `${pathOf(room)}/:contest`, access: "contest.read", room, here: "contests", handle: (call) => onePage(call, room) },
  ...(room === "desk"
    ? [
        act(room, "statements", "contest.declare", "stated", ({ deps, actor, pool, form }, id) =>
          stateContest(deps, actor, pool, id, { unit: (form["unit"] ?? "").trim(), stance: stanceOf(form["stance"]), statement: form["statement"] ?? "", basis: form["basis"] ?? "" }),
        ),
      ]
    : []),
  act(room, "rulings", room === "desk" ? "contest.rule" : "contest.rule-at-centre", "ruled", ({ deps, actor, pool, form }, id) =>
    ruleContest(deps, actor, pool, id, {
      unit: (form["unit"] ?? "").trim() === "" && form["replaces"] !== undefined ? null : (form["unit"] ?? "").trim(),
      grounds: form["grounds"] ?? "", basis: form["basis"] ?? "", ...given("from", form["from"]), ...given("to", form["to"]),
      ...(form["replaces"] === undefined ? {} : { replaces: numberOf(form["replaces"]) }),
    }),
  ),
];
