import type { PoolId } from "../../domain/id.js";
import type { Division, DivisionLevel, Zone } from "../../domain/org/division.js";
import type { Unit } from "../../domain/org/unit.js";
import type { Action } from "../../domain/policy/action.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { Calendar } from "../../domain/pool/calendar.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import type { PriorityClass } from "../../domain/pool/priority-class.js";
import type { Trait } from "../../domain/pool/register.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { Reading } from "../ports/store.js";
import type { UnitFilter } from "../ports/unit.js";

type ReadDeps = Pick<AppDeps, "store" | "authorizer">;

/** What the pool is made of is public: which classes, traits, calendars, divisions and units there are. */
async function open<T>({ store, authorizer }: ReadDeps, actor: Actor, poolId: PoolId, action: Action, read: (reading: Reading) => Promise<T>): Promise<Result<T>> {
  const allowed = await authorizer.may(actor, action, { poolId, public: true });
  return allowed.ok ? ok(await read(store.read(poolId))) : allowed;
}

async function named<T>(found: Result<readonly T[]>, kind: string, is: (one: T) => boolean): Promise<Result<T>> {
  if (!found.ok) return found;
  const one = found.value.find(is);
  return one === undefined ? refused(problem("object.not_found", { kind })) : ok(one);
}

export const listClasses = (deps: ReadDeps, actor: Actor, poolId: PoolId): Promise<Result<readonly CapacityClass[]>> => open(deps, actor, poolId, "class.read", ({ classes }) => classes.all());

export const getClass = async (deps: ReadDeps, actor: Actor, poolId: PoolId, id: string): Promise<Result<CapacityClass>> => named(await listClasses(deps, actor, poolId), "class", (one) => one.id === id);

export const listTraits = (deps: ReadDeps, actor: Actor, poolId: PoolId): Promise<Result<readonly Trait[]>> => open(deps, actor, poolId, "trait.read", ({ traits }) => traits.all());

export const listPriorityClasses = (deps: ReadDeps, actor: Actor, poolId: PoolId): Promise<Result<readonly PriorityClass[]>> => open(deps, actor, poolId, "priority-class.read", ({ priorities }) => priorities.classes());

export const listCalendars = (deps: ReadDeps, actor: Actor, poolId: PoolId): Promise<Result<readonly Calendar[]>> => open(deps, actor, poolId, "calendar.read", ({ calendars }) => calendars.all());

export const getCalendar = async (deps: ReadDeps, actor: Actor, poolId: PoolId, id: string): Promise<Result<Calendar>> => named(await listCalendars(deps, actor, poolId), "calendar", (one) => one.id === id);

export const listZones = (deps: ReadDeps, actor: Actor, poolId: PoolId): Promise<Result<readonly Zone[]>> => open(deps, actor, poolId, "zone.read", ({ zones }) => zones.all());

export const listDivisions = (deps: ReadDeps, actor: Actor, poolId: PoolId, filter: { readonly level?: DivisionLevel | undefined; readonly parent?: string | undefined }, page: PageAsked): Promise<Result<Page<Division>>> =>
  open(deps, actor, poolId, "division.read", ({ divisions }) => divisions.list(filter, page));

export const listUnits = (deps: ReadDeps, actor: Actor, poolId: PoolId, filter: UnitFilter, page: PageAsked): Promise<Result<Page<Unit>>> => open(deps, actor, poolId, "unit.read", ({ units }) => units.list(filter, page));

export async function getUnit(deps: ReadDeps, actor: Actor, poolId: PoolId, id: string): Promise<Result<Unit>> {
  const unit = await open(deps, actor, poolId, "unit.read", ({ units }) => units.get(id));
  if (!unit.ok) return unit;
  if (!unit.value) return refused(problem("object.not_found", { kind: "unit" }));
  if (unit.value.state !== "retired") return ok(unit.value);
  // A link to a unit that was merged or renamed leads to whoever carries it on.
  const reading = deps.store.read(poolId);
  const successor = await reading.reorganisations.successor(id);
  return ok((successor && (await reading.units.get(successor))) ?? unit.value);
}
