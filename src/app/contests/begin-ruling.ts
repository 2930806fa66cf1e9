import type { PersonId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf } from "../../domain/instant.js";
import type { Contest, ContestRuling } from "../../domain/org/contest.js";
import { parentsOf } from "../../domain/org/division.js";
import { isClosed } from "../../domain/request/lifecycle.js";
import { competentUnit } from "../../domain/request/competence.js";
import type { ContestedCase } from "../ports/contest.js";
import type { Reforming } from "../ports/reorganisation.js";
import { entryOf, type DeclaringAct } from "../pool/declaring.js";
import { officesOf } from "../reorganise/answers.js";
import { referCases } from "../reorganise/refer-cases.js";
import { itemsOf } from "./contest-matter.js";

/** Cases that are looked at and referred together: there may be a hundred thousand. */
const CASES_AT_ONCE = 1_000;

/**
 * Brings a contest's last ruling into force, if its day has come: the rules of the one before end, its own begin, and open cases go to
 * whom they name, with number, receipt and dates. A case somebody works on stays until that is done (`referLeftBehind`); a ruling on a single case waits for it.
 * False: nothing to do, or not yet.
 */
export async function beginRuling(act: DeclaringAct, id: number): Promise<boolean> {
  const { tx, at } = act;
  const contest = await tx.contests.lock(id);
  const ruling = contest?.rulings.at(-1);
  if (!contest || !ruling || ruling.beganAt !== null || ruling.endedAt !== null || ruling.validFrom > localDateOf(dayNumberOf(at))) return false;
  const referring = referringOf(act, contest, ruling);
  if (contest.matter.request !== null) return await ruledCase(act, contest, ruling, contest.matter.request, referring);
  const before = contest.rulings.filter((one) => one.ordinal < ruling.ordinal && one.endedAt === null);
  const ended = await tx.contests.endRoutes(id, act.actorId, at);
  for (const one of before) await tx.contests.endRuling(id, one.ordinal, at, true);
  const items = [...new Set([...(await itemsOf(tx, contest.matter)), ...ended])];
  if (ruling.unitId !== null) await tx.contests.route(id, await itemsOf(tx, contest.matter), contest.matter.division, ruling.unitId, ruling.basis, act.actorId, at);
  // What only the ruling before brought goes back; without it, everything open under the rules as they were.
  const former = new Set(before.flatMap(({ unitId, beganAt }) => (unitId === null || beganAt === null ? [] : [unitId])));
  let referred = 0;
  for (let after = 0, more = true; more; ) {
    const cases = await tx.contests.openCases(items, contest.matter.division, { after, limit: CASES_AT_ONCE });
    const free = cases.filter(({ unitId, inHand }) => !inHand && (ruling.unitId !== null || former.has(unitId)));
    referred += await referFree(act, free, referring);
    after = Number(cases.at(-1)?.id ?? 0);
    more = cases.length === CASES_AT_ONCE;
  }
  await tx.contests.beginRuling(id, ruling.ordinal, at, referred);
  await tx.audit.append(entryOf(act, "contest.rule", "contest", String(id), { before: { rules: ended.length }, after: { ruling: ruling.ordinal, began: true, unit: ruling.unitId, items, referred } }));
  // A ruling that takes another back has nothing that could end later.
  if (ruling.unitId === null) await tx.contests.endRuling(id, ruling.ordinal, at, false);
  return true;
}

/** Each to whoever is competent by the rules as they are now. Gives how many went. */
async function referFree({ tx }: DeclaringAct, cases: readonly Pick<ContestedCase, "publicId" | "unitId">[], referring: Reforming): Promise<number> {
  if (cases.length === 0) return 0;
  const [units, divisions, routing] = [await tx.units.all(), await tx.divisions.all(), await tx.reorganisations.routing()];
  const [offices, parents] = [officesOf(units), parentsOf(divisions)];
  const going = new Map<string, { readonly from: UnitId; readonly to: UnitId; readonly publicIds: string[] }>();
  for (const { publicId, unitId } of cases) {
    const ownership = await tx.requests.ownership(publicId);
    const version = ownership && (await tx.items.version(ownership.item, ownership.itemVersion));
    const office = version && competentUnit({ ...version.guide, item: ownership.item }, ownership.division, offices, parents, routing);
    // A task force that takes the item takes it as it is filed; what is open goes to whoever is responsible in law.
    const to = office?.ok === true ? (office.value.lead ?? office.value).id : unitId;
    if (to === unitId) continue;
    const key = `${unitId} ${to}`;
    going.set(key, going.get(key) ?? { from: unitId, to, publicIds: [] });
    going.get(key)?.publicIds.push(publicId);
  }
  let referred = 0;
  for (const { from, to, publicIds } of going.values()) referred += (await referCases(tx, publicIds, from, to, referring, "ruling")).length;
  return referred;
}

/** Cases somebody worked on when the ruling began, and nobody does any more: they follow the others. False: there is none. */
export async function referLeftBehind(act: DeclaringAct, id: number): Promise<boolean> {
  const { tx } = act;
  const contest = await tx.contests.lock(id);
  const ruling = contest?.rulings.find(({ beganAt, endedAt, unitId }) => beganAt !== null && endedAt === null && unitId !== null);
  if (!contest || !ruling) return false;
  const free = (await tx.contests.leftBehind(id, CASES_AT_ONCE)).filter(({ inHand }) => !inHand);
  const referred = await referFree(act, free, referringOf(act, contest, ruling));
  if (referred === 0) return false;
  await tx.contests.addReferred(id, ruling.ordinal, referred);
  await tx.audit.append(entryOf(act, "contest.follow", "contest", String(id), { after: { ruling: ruling.ordinal, unit: ruling.unitId, referred } }));
  return true;
}

async function ruledCase(act: DeclaringAct, contest: Contest, ruling: ContestRuling, publicId: string, referring: Reforming): Promise<boolean> {
  const { tx, at } = act;
  const [locked] = await tx.requests.lock([publicId]);
  const over = !locked || isClosed(locked.file.status.state);
  const to = ruling.unitId;
  const went = over || to === null || locked.unitId === to ? [] : await referCases(tx, [publicId], locked.unitId, to, referring, "designation");
  if (!over && to !== null && locked.unitId !== to && went.length === 0) return false;
  for (const one of contest.rulings) if (one.ordinal < ruling.ordinal && one.endedAt === null) await tx.contests.endRuling(contest.id, one.ordinal, at, true);
  await tx.contests.beginRuling(contest.id, ruling.ordinal, at, went.length);
  // It was about one case, and that has gone where it belongs.
  if (over || to === null) await tx.contests.endRuling(contest.id, ruling.ordinal, at, false);
  await tx.audit.append(entryOf(act, "contest.rule", "contest", String(contest.id), { after: { ruling: ruling.ordinal, began: true, unit: to, request: publicId, referred: went.length } }));
  return true;
}

const referringOf = (act: DeclaringAct, { id }: Contest, ruling: ContestRuling): Reforming => ({
  reorganisation: null,
  by: ruling.by as PersonId,
  actorId: act.actorId,
  at: act.at,
  basis: ruling.basis,
  reason: `${ruling.grounds}（#${id}-${ruling.ordinal}）`,
  policyVersion: act.policyVersion,
});
