import type { PoolId, UnitId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { WhatIfResult } from "../../domain/what-if/result.js";
import type { AppDeps } from "../deps.js";
import type { WhatIfRecord } from "../ports/what-if.js";

/** Requests that somebody may not read one by one: how many end later, and how many earlier. */
export interface Withheld {
  readonly later: number;
  readonly earlier: number;
}

/** What somebody sees of a what-if: all figures, and of requests those of units whose requests they may read. */
export interface SeenWhatIf extends WhatIfRecord {
  /** Null: nothing is. */
  readonly withheld: Withheld | null;
}

/** Figures are everybody's who reads what-ifs; a request's number and course are its unit's. The hash stays that of the whole result. */
export async function redacted({ authorizer }: Pick<AppDeps, "authorizer">, actor: Actor, poolId: PoolId, record: WhatIfRecord): Promise<SeenWhatIf> {
  const { result } = record;
  if (!result || result.requests.length === 0 || (await authorizer.may(actor, "request.read", { poolId, unitId: null })).ok) return { ...record, withheld: null };
  const own = new Set<string>();
  for (const unit of new Set(result.requests.map((one) => one.unit))) {
    if ((await authorizer.may(actor, "request.read", { poolId, unitId: unit as UnitId })).ok) own.add(unit);
  }
  const requests = result.requests.filter(({ unit }) => own.has(unit));
  const others = result.requests.filter(({ unit }) => !own.has(unit));
  const count = (is: (one: WhatIfResult["requests"][number]) => boolean): number => others.filter(is).length;
  const withheld = others.length === 0 ? null : { later: count(({ laterMinutes }) => laterMinutes > 0), earlier: count(({ laterMinutes }) => laterMinutes <= 0) };
  return { ...record, result: { ...result, requests }, withheld };
}
