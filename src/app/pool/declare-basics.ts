import type { PoolId } from "../../domain/id.js";
import type { Calendar } from "../../domain/pool/calendar.js";
import { weekWorks } from "../../domain/pool/calendar.js";
import { Calendars } from "../../domain/pool/calendars.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import { declareCalendar as readCalendar } from "../../domain/pool/declare-calendar.js";
import { declareClass as readClass } from "../../domain/pool/declare-class.js";
import { declareTrait as readTrait } from "../../domain/pool/declare-trait.js";
import { declarePriorityClass, type PriorityClass } from "../../domain/pool/priority-class.js";
import type { Trait } from "../../domain/pool/register.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { declaring, type Change, type DeclareDeps, type DeclaringAct, type RowOutcome } from "./declaring.js";
import { writeCalendars, writeClasses, writePriorityClasses, writeTraits } from "./write-basics.js";

/** What was declared, and whether it was new. */
export interface DeclaredThing<T> {
  readonly thing: T;
  readonly change: Change;
}

/** @param expected the generation the caller saw; null: it must be new. */
export async function declareClass(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord, expected: number | null): Promise<Result<DeclaredThing<CapacityClass>>> {
  const allowed = await deps.authorizer.may(actor, "class.declare", { poolId, public: true });
  if (!allowed.ok) return allowed;
  const declared = readClass(record);
  if (!declared.ok) return declared;
  return declaring(deps, actor, poolId, allowed.value.policyVersion, async (act) => {
    const written = await writeClasses(act, [{ declaration: declared.value, place: {}, expected }]);
    return done(written, { ...declared.value, generation: written.ok ? (written.value[0]?.generation ?? 1) : 0 });
  });
}

export async function declareTrait(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord): Promise<Result<DeclaredThing<Trait>>> {
  const allowed = await deps.authorizer.may(actor, "trait.declare", { poolId, public: true });
  if (!allowed.ok) return allowed;
  const declared = readTrait(record);
  if (!declared.ok) return declared;
  return declaring(deps, actor, poolId, allowed.value.policyVersion, async (act) => done(await writeTraits(act, [{ declaration: declared.value, place: {} }]), declared.value));
}

export async function declarePriority(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord): Promise<Result<DeclaredThing<PriorityClass>>> {
  const allowed = await deps.authorizer.may(actor, "priority-class.declare", { poolId, public: true });
  if (!allowed.ok) return allowed;
  const declared = declarePriorityClass(record);
  if (!declared.ok) return declared;
  return declaring(deps, actor, poolId, allowed.value.policyVersion, async (act) => done(await writePriorityClasses(act, [{ declaration: declared.value, place: {} }]), declared.value));
}

/** Declares a calendar of the pool. One that limits are counted by must go on working. */
export async function declareCalendar(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord): Promise<Result<DeclaredThing<Calendar>>> {
  const allowed = await deps.authorizer.may(actor, "calendar.declare", { poolId, public: true });
  if (!allowed.ok) return allowed;
  const declared = readCalendar(record);
  if (!declared.ok) return declared;
  return declaring(deps, actor, poolId, allowed.value.policyVersion, async (act) => {
    const written = await writeCalendars(act, [{ declaration: declared.value, place: {} }]);
    const idle = written.ok ? await poolStandsStill(act) : null;
    return idle === null ? done(written, declared.value) : refused(problem("calendar.never_works", { calendar: idle }, { field: "week" }));
  });
}

async function poolStandsStill({ tx }: DeclaringAct): Promise<string | null> {
  const calendarId = (await tx.pools.get())?.calendarId ?? null;
  if (calendarId === null) return null;
  return weekWorks(new Calendars(await tx.calendars.all()).stack(calendarId)) ? null : calendarId;
}

const done = <T>(written: Result<readonly RowOutcome[]>, thing: T): Result<DeclaredThing<T>> => (written.ok ? ok({ thing, change: written.value[0]?.change ?? "unchanged" }) : written);
