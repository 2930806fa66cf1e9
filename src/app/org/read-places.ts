import type { Names } from "../../domain/catalogue/item.js";
import type { DivisionCode, PoolId } from "../../domain/id.js";
import { divisionChain, parentsOf } from "../../domain/org/division.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";

export interface Place {
  readonly code: DivisionCode;
  readonly names: Names;
  /** The county it lies in; its own code for a county. */
  readonly county: DivisionCode;
}

export interface Places {
  /** The pool's own division. */
  readonly prefecture: Place;
  readonly counties: readonly Place[];
  readonly townships: readonly Place[];
}

/** The divisions of a pool as people choose among them: in code order. */
export async function readPlaces(deps: Pick<AppDeps, "store" | "authorizer">, actor: Actor, pool: PoolId): Promise<Result<Places>> {
  const allowed = await deps.authorizer.may(actor, "division.read", { poolId: pool, public: true });
  if (!allowed.ok) return allowed;
  const reading = deps.store.read(pool);
  const [divisions, row] = [await reading.divisions.all(), await reading.pools.get()];
  const parents = parentsOf(divisions);
  const levels = new Map(divisions.map(({ code, level }) => [code, level]));
  const places = divisions
    .map(({ code, names, level }) => ({ code, names, level, county: divisionChain(parents, code).find((around) => levels.get(around) === "county") ?? code }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
  const own = row?.division ?? ("" as DivisionCode);
  return ok({
    prefecture: places.find(({ code }) => code === own) ?? { code: own, names: row?.names ?? { zh: own, en: own }, county: own },
    counties: places.filter(({ level }) => level === "county"),
    townships: places.filter(({ level }) => level === "township"),
  });
}
