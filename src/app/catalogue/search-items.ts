import { parseDivisionCode, parseUnitId, type PoolId } from "../../domain/id.js";
import type { Audience, TaskType } from "../../domain/catalogue/item.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { Result } from "../../domain/result.js";
import { ok } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { ItemPage } from "../ports/catalogue.js";
import type { PageAsked } from "../ports/page.js";

export interface SearchAsked extends PageAsked {
  /** As people type it, Chinese or English. */
  readonly words?: string | undefined;
  readonly audience?: Audience | undefined;
  readonly theme?: string | undefined;
  readonly line?: string | undefined;
  readonly taskType?: TaskType | undefined;
  readonly unit?: string | undefined;
  readonly division?: string | undefined;
}

/** Longest search, in characters; the rest is not looked at. */
const SEARCH_MAX = 100;

/** Looks through the public catalogue: what an open unit answers for, here and now. */
export async function searchItems(deps: AppDeps, actor: Actor, pool: PoolId, asked: SearchAsked): Promise<Result<ItemPage>> {
  const allowed = await deps.authorizer.may(actor, "item.read", { poolId: pool, public: true });
  if (!allowed.ok) return allowed;
  const unit = asked.unit === undefined ? ok(undefined) : parseUnitId(asked.unit, "unit");
  if (!unit.ok) return unit;
  const division = asked.division === undefined ? ok(undefined) : parseDivisionCode(asked.division, "division");
  if (!division.ok) return division;
  const { audience, theme, line, taskType, limit, after } = asked;
  const words = asked.words === undefined ? undefined : [...asked.words].slice(0, SEARCH_MAX).join("").replaceAll("\u0000", "");
  return ok(await deps.store.read(pool).catalogue.search({ words, audience, theme, line, taskType, unit: unit.value, division: division.value, limit, after }));
}
