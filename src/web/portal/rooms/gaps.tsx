import { declareLeadException, listLeadExceptions, withdrawLeadException } from "../../../app/duties/lead-exceptions.js";
import { readGaps } from "../../../app/duties/read-gaps.js";
import { readPlaces } from "../../../app/org/read-places.js";
import type { Problem } from "../../../domain/problem.js";
import { ok } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { GAPS_DONE, GapsPage } from "../pages/gaps/page.js";

const HERE = { room: "centre", here: "gaps" } as const;
const PATH = "/centre/gaps";
/** Gaps on one page: a pool of one county may have as many as a prefecture has divisions and lines. */
const SHOWN = 100;

async function gapsPage(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, form } = call;
  const [faults, exceptions, places] = [await readGaps(deps, actor, pool), await listLeadExceptions(deps, actor, pool), await readPlaces(deps, actor, pool)];
  if (!faults.ok) return refuse(faults.problems);
  if (!exceptions.ok) return refuse(exceptions.problems);
  if (!places.ok) return refuse(places.problems);
  const reading = deps.store.read(pool);
  const [classes, units, may] = [await reading.classes.all(), await reading.units.all(), await deps.authorizer.may(actor, "lead-exception.declare", { poolId: pool })];
  const { voice } = frame;
  const asked = query("division");
  const division = faults.value.some((one) => one.division === asked) ? asked : "";
  const shown = faults.value.filter((one) => division === "" || one.division === division);
  const classNames = new Map<string, { readonly zh: string; readonly en: string }>(classes.map(({ id, names }) => [id, names]));
  const divisions = new Map(faults.value.map((one) => [one.division as string, voice.name(one.divisionNames)]));
  return page(
    <GapsPage
      frame={frame}
      view={{
        division,
        divisions: [...divisions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, label]) => ({ value, label })),
        gaps: shown.filter(({ kind }) => kind === "gap"),
        overlaps: shown.filter(({ kind }) => kind === "overlap"),
        shown: SHOWN,
        exceptions: exceptions.value.map((row) => ({ ...row, unit: units.find(({ id }) => id === row.unitId)?.names ?? { zh: row.unitId, en: row.unitId }, class: classNames.get(row.classId) ?? { zh: row.classId, en: row.classId } })),
        classNames,
        // A line is known by the unit that leads it at the highest level.
        lineNames: new Map([...units].reverse().sort((a, b) => ORDER.indexOf(b.level) - ORDER.indexOf(a.level)).map(({ line, names }) => [line, names])),
        classes: classes.filter(({ kind }) => kind === "function").map(({ id, names }) => ({ value: id, label: voice.name(names) })),
        units: units.filter(({ state }) => state === "active").map(({ id, names }) => ({ value: id, label: voice.name(names) })),
        may: may.ok,
        key: freshKey(),
        done: GAPS_DONE.find((one) => one === query("done")),
        problems,
        typed: problems.length === 0 ? {} : form,
      }}
    />,
    problems.length > 0 ? 422 : undefined,
  );
}

const ORDER = ["prefecture", "county", "township"];

export const gapPages: readonly PageRoute[] = [
  { method: "get", path: PATH, access: "gap.read", ...HERE, handle: (call) => gapsPage(call) },
  {
    method: "post",
    path: `${PATH}/exceptions`,
    access: "lead-exception.declare",
    ...HERE,
    async handle(call) {
      const { deps, actor, pool, form } = call;
      const done = await once(call, async () => {
        const made = await declareLeadException(deps, actor, pool, { class: form["class"] ?? "", unit: (form["unit"] ?? "").trim(), from: form["from"] ?? "", to: form["to"] ?? "", basis: form["basis"] ?? "" });
        return made.ok ? ok(inPool(call.frame, `${PATH}?done=saved`)) : made;
      });
      return "to" in done ? go(done.to) : await gapsPage(call, done.problems);
    },
  },
  {
    method: "post",
    path: `${PATH}/exceptions/:exception/withdrawal`,
    access: "lead-exception.withdraw",
    ...HERE,
    async handle(call) {
      const { deps, actor, pool } = call;
      const done = await once(call, async () => {
        const gone = await withdrawLeadException(deps, actor, pool, Number(/^\d{1,15}$/.exec(call.param("exception"))?.[0] ?? 0));
        return gone.ok ? ok(inPool(call.frame, `${PATH}?done=ended`)) : gone;
      });
      return "to" in done ? go(done.to) : refuse(done.problems);
    },
  },
];
