import type { Action } from "../../domain/policy/action.js";
import type { Division, Zone } from "../../domain/org/division.js";
import { localDateOf } from "../../domain/instant.js";
import { formatSpan, type Calendar } from "../../domain/pool/calendar.js";
import { calendarProblems } from "../../domain/pool/declare-calendar.js";
import type { Command } from "../../domain/pool/command.js";
import type { ClassDeclaration } from "../../domain/pool/declare-class.js";
import type { PriorityClass } from "../../domain/pool/priority-class.js";
import type { Trait } from "../../domain/pool/register.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { Result } from "../../domain/result.js";
import { duplicateProblems, entryOf, expectationProblem, orRefused, type DeclaredRow, type DeclaringAct, type RowOutcome } from "./declaring.js";
import { differences, said } from "./differences.js";

type Facts = Readonly<Record<string, unknown>>;

/** Everything the pool is made of that has dozens of rows and no owner but the pool: one way to compare and write it. */
export async function writeAll<D>(
  act: DeclaringAct,
  rows: readonly DeclaredRow<D>[],
  { kind, action, known, keyOf, factsOf, put, command = { kind: "pool.declared" }, problems = [] }: {
    readonly kind: string;
    readonly action: Action;
    readonly known: ReadonlyMap<string, { readonly facts: Facts; readonly generation: number }>;
    readonly keyOf: (declaration: D) => string;
    readonly factsOf: (declaration: D) => Facts;
    readonly put: (declarations: readonly D[]) => Promise<void>;
    /** What the writer is told; null: it is none of its business. */
    readonly command?: Command | null;
    readonly problems?: Parameters<typeof orRefused>[0];
  },
): Promise<Result<readonly RowOutcome[]>> {
  const found = [...problems, ...duplicateProblems(rows, kind, kind, keyOf)];
  const outcomes = rows.map((row) => {
    const { declaration } = row;
    const key = keyOf(declaration);
    const before = known.get(key);
    const stale = expectationProblem(row, kind, key, before?.generation ?? null);
    if (stale) found.push(stale);
    const after = factsOf(declaration);
    const changed = before ? differences(before.facts, after) : null;
    const change: RowOutcome["change"] = before ? (changed ? "changed" : "unchanged") : "created";
    const outcome: RowOutcome = {
      key,
      change,
      before: before?.facts ?? null,
      after,
      seenGeneration: before?.generation ?? null,
      generation: before ? before.generation + (changed ? 1 : 0) : 1,
    };
    return { declaration, changed, outcome };
  });
  return orRefused(found, async () => {
    const written = outcomes.filter(({ outcome }) => outcome.change !== "unchanged");
    if (!act.dryRun && written.length > 0) {
      await put(written.map(({ declaration }) => declaration));
      await act.tx.audit.append(...written.map(({ outcome, changed }) => entryOf(act, action, kind, outcome.key, changed ?? { after: said(outcome.after) })));
      if (command) await act.tx.commands.append(act.actorId, act.at, command);
    }
    return outcomes.map(({ outcome }) => outcome);
  });
}

/** Calendars, traits, divisions and zones have no generation of their own: they are declared whole, by the pool. */
const UNNUMBERED = 1;

const classFacts = ({ id: _, ...facts }: ClassDeclaration): Facts => facts;

/** What law keeps with its organ from now on is exercised by another one: whoever delegated takes it back first, so that each learns of it. */
async function stillDelegated({ tx }: DeclaringAct, rows: readonly DeclaredRow<ClassDeclaration>[]): Promise<readonly Problem[]> {
  const kept = rows.filter(({ declaration }) => declaration.nonDelegable);
  const living = kept.length === 0 ? [] : await tx.delegations.living();
  return kept.flatMap(({ declaration: { id }, place }) => {
    const named = living.filter(({ classId }) => classId === id).map((one) => `#${one.id} ${one.from} → ${one.to}`);
    return named.length === 0 ? [] : [problem("class.delegated", { class: id, delegations: named.slice(0, NAMED_MAX).join("；") + (named.length > NAMED_MAX ? "…" : "") }, { field: "nonDelegable", ...place })];
  });
}

/** Delegations that one refusal names. */
const NAMED_MAX = 10;

export async function writeClasses(act: DeclaringAct, rows: readonly DeclaredRow<ClassDeclaration>[]): Promise<Result<readonly RowOutcome[]>> {
  const known = new Map((await act.tx.classes.all()).map(({ generation, ...declared }) => [declared.id as string, { facts: classFacts(declared), generation }]));
  return writeAll(act, rows, { kind: "class", action: "class.declare", known, keyOf: ({ id }) => id, factsOf: classFacts, put: (some) => act.tx.classes.put(some), problems: await stillDelegated(act, rows) });
}

const traitFacts = ({ names }: Trait): Facts => ({ names });

export async function writeTraits(act: DeclaringAct, rows: readonly DeclaredRow<Trait>[]): Promise<Result<readonly RowOutcome[]>> {
  const known = new Map((await act.tx.traits.all()).map((trait) => [trait.id, { facts: traitFacts(trait), generation: UNNUMBERED }]));
  return writeAll(act, rows, { kind: "trait", action: "trait.declare", known, keyOf: ({ id }) => id, factsOf: traitFacts, put: (some) => act.tx.traits.put(some) });
}

const priorityFacts = ({ code: _, ...facts }: PriorityClass): Facts => ({ ...facts, names: { zh: facts.names.zh, en: facts.names.en } });

export async function writePriorityClasses(act: DeclaringAct, rows: readonly DeclaredRow<PriorityClass>[]): Promise<Result<readonly RowOutcome[]>> {
  const known = new Map((await act.tx.priorities.classes()).map((one) => [one.code, { facts: priorityFacts(one), generation: UNNUMBERED }]));
  return writeAll(act, rows, { kind: "priority-class", action: "priority-class.declare", known, keyOf: ({ code }) => code, factsOf: priorityFacts, put: (some) => act.tx.priorities.declare(some) });
}

/** As manifests write it, so that two calendars can be compared and read in the record. */
export const calendarFacts = (calendar: Calendar): Facts => ({
  layer: calendar.layer,
  base: calendar.base,
  names: calendar.names,
  week: Object.fromEntries(Object.entries(calendar.week).sort().map(([weekday, spans]) => [weekday, spans.map(formatSpan)])),
  days: [...calendar.days]
    .sort(([a], [b]) => a - b)
    .map(([day, { off, hours, names }]) => ({ date: localDateOf(day), off, hours: hours && hours.map(formatSpan), name: names && { zh: names.zh, en: names.en } })),
  breaks: calendar.breaks && calendar.breaks.map(formatSpan),
  deadlines: (calendar.deadlines ?? []).map(({ day, days, percent, classes, names }) => ({ date: localDateOf(day), names: { zh: names.zh, en: names.en }, days, percent, classes: classes && [...classes] })),
});

export async function writeCalendars(act: DeclaringAct, rows: readonly DeclaredRow<Calendar>[]): Promise<Result<readonly RowOutcome[]>> {
  const all = new Map((await act.tx.calendars.all()).map((calendar) => [calendar.id as string, calendar]));
  const known = new Map([...all].map(([id, calendar]) => [id, { facts: calendarFacts(calendar), generation: UNNUMBERED }]));
  const together = new Map(all);
  for (const { declaration } of rows) together.set(declaration.id, declaration);
  const loose = calendarProblems(together);
  const problems = rows.flatMap(({ declaration, place }) => {
    const found = loose.get(declaration.id);
    return found ? [{ ...found, ...place, field: "base" }] : [];
  });
  return writeAll(act, rows, { kind: "calendar", action: "calendar.declare", known, keyOf: ({ id }) => id, factsOf: calendarFacts, put: (some) => act.tx.calendars.put(some), problems });
}

const divisionFacts = ({ names, level, parent }: Division): Facts => ({ names: { zh: names.zh, en: names.en }, level, parent });

export async function writeDivisions(act: DeclaringAct, rows: readonly DeclaredRow<Division>[]): Promise<Result<readonly RowOutcome[]>> {
  const known = new Map((await act.tx.divisions.all()).map((division) => [division.code as string, { facts: divisionFacts(division), generation: UNNUMBERED }]));
  return writeAll(act, rows, { kind: "division", action: "division.declare", known, keyOf: ({ code }) => code, factsOf: divisionFacts, put: (some) => act.tx.divisions.put(some) });
}

const zoneFacts = ({ names, townships }: Zone): Facts => ({ names: { zh: names.zh, en: names.en }, townships });

export async function writeZones(act: DeclaringAct, rows: readonly DeclaredRow<Zone>[]): Promise<Result<readonly RowOutcome[]>> {
  const known = new Map((await act.tx.zones.all()).map((zone) => [zone.id as string, { facts: zoneFacts(zone), generation: UNNUMBERED }]));
  return writeAll(act, rows, { kind: "zone", action: "zone.declare", known, keyOf: ({ id }) => id, factsOf: zoneFacts, put: (some) => act.tx.zones.put(some) });
}
