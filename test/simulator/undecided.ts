import type { ClassId, ResourceId } from "../../src/domain/id.js";
import type { Engine, ResourceSupply, StepAsk } from "../../src/scheduler/contract.js";
import { feasible, impossibleStep, mayServe } from "../support/brute-force.js";
import { Books } from "../support/books.js";
import type { Database } from "./database.js";
import type { Sometimes } from "./sometimes.js";
import { allows, type World } from "./world.js";

const DAY = 86_400_000;
const CHINA = 8 * 3_600_000;

/**
 * What could be decided and is not, in words; undefined: everything is as it must be. The slow way: each waiting
 * step against every combination of what is free.
 */
export function undecided(db: Database, world: World, engine: Engine | undefined, writersNow: number, sometimes: Sometimes): string | undefined {
  const untaken = db.unnumbered().length;
  if (untaken > 0) return `${untaken} commands were never taken`;
  if (!engine) return "nobody writes";
  const waiting = [...db.steps.values()].filter(
    (step) => step.state === "ready" && db.isOpen(step) && !db.decisions.has(`${step.id}/${step.attempt}`),
  );
  // A writer's time never goes back, whatever the server's clock does.
  const now = Math.max(db.poolNow(), writersNow);
  const today = Math.floor((now + CHINA) / DAY);
  const whole = booksOf(db, world, now, Infinity);
  const headed = new Set<string>();
  for (const { id, attempt, ask } of waiting.sort((a, b) => (before(a.ask, b.ask) ? -1 : 1))) {
    if (ask.claims.every(({ named }) => named === null) && impossibleStep(whole, ask)) return `step ${id} waits in attempt ${attempt} for what nobody could ever give`;
    // No farther ahead than the shortest horizon among its classes, and money of this year pays for this year.
    const books = booksOf(db, world, now, Math.min(...ask.claims.map(({ classId }) => reach(world, classId, today))));
    if (!ask.waits) return `step ${id} does not wait, and has no answer`;
    if (isAfterForNumber(books, ask, waiting)) {
      sometimes.saw("waits for a number after somebody who came earlier");
      continue;
    }
    // What names its supply, or takes the place of something, is measured by it alone: the slow way knows nothing of that.
    if (ask.replaces !== null || ask.claims.some(({ named }) => named !== null)) continue;
    const asks = JSON.stringify([ask.claims, ask.barred]);
    if (headed.has(asks)) continue;
    headed.add(asks);
    const kept = new Map<string, number>();
    for (const { step, resource, period, amount } of engine.reservations()) {
      const other = db.steps.get(step)!.ask;
      if (before(other, ask)) kept.set(`${resource}/${period}`, (kept.get(`${resource}/${period}`) ?? 0) + amount);
    }
    if (kept.size > 0 && feasible(books, ask) && !feasible(books, ask, kept)) sometimes.saw("what is free is kept for an overdue step");
    if (feasible(books, ask, kept)) return `step ${id} waits in attempt ${attempt} for what is free: ${JSON.stringify(ask.claims)}`;
    if (ask.claims.length > 1 && ask.claims.some((claim) => feasible(books, { ...ask, claims: [claim] }))) sometimes.saw("gang waits whole though a part is free");
  }
  const held = new Set([...db.allocations.values()].filter(({ state }) => state === "held").map(({ step }) => step));
  const counts = engine.counts();
  if (counts.waiting !== waiting.length) return `the engine believes that ${counts.waiting} steps wait; the tables say ${waiting.map(({ id }) => id).join()}`;
  if (counts.holding !== held.size) return `the engine believes that ${counts.holding} steps hold something; the tables say ${[...held].join()}`;
  return undefined;
}

/** Law sets the number it asks for, and somebody who was accepted earlier waits for it too. */
function isAfterForNumber(books: Books, ask: StepAsk, waiting: readonly { readonly ask: StepAsk }[]): boolean {
  const numbers = ({ claims, barred }: StepAsk): readonly ResourceId[] =>
    claims
      .filter(({ classId }) => books.classes.get(classId)!.kind === "function")
      .flatMap((claim) => mayServe(books, claim, barred))
      .flatMap(({ id, capacity }) => (capacity === "unlimited" ? [] : [id]));
  const mine = numbers(ask);
  if (mine.length === 0) return false;
  return waiting.some(({ ask: other }) => (other.arrivedAt - ask.arrivedAt || other.id - ask.id) < 0 && numbers(other).some((id) => mine.includes(id)));
}

/** The order of the queue, from its definition. */
function before(a: StepAsk, b: StepAsk): boolean {
  const absolute = (ask: StepAsk): number => (ask.priority?.advanceMs === Infinity ? 0 : 1);
  const key = (ask: StepAsk): number => ask.dueAt - ask.expectedMinutes * 60_000 - (absolute(ask) === 0 ? 0 : (ask.priority?.advanceMs ?? 0));
  return (absolute(a) - absolute(b) || key(a) - key(b) || a.arrivedAt - b.arrivedAt || a.id - b.id) < 0;
}

function reach(world: World, classId: ClassId, today: number): number {
  const { period, horizonDays } = world.classes.find(({ id }) => id === classId)!;
  if (period === "none") return Infinity;
  return period === "fiscal-year" ? Date.UTC(new Date(today * DAY).getUTCFullYear() + 1, 0, 1) / DAY - 1 : today + (horizonDays ?? 0);
}

/** @param lastDay Of what is dated, nothing later. */
function booksOf(db: Database, world: World, now: number, lastDay: number): Books {
  const books = new Books();
  for (const cls of world.classes) books.classes.set(cls.id, cls);
  books.now = now;
  books.delegations = db.acting();
  books.allows = (question) => allows(world, db.policyVersion, question);
  const today = Math.floor((books.now + CHINA) / DAY);
  for (const row of db.resources.values()) {
    const { period, horizonDays } = world.classes.find(({ id }) => id === row.classId)!;
    const capacity = row.state === "published" ? Math.floor(((row.total ?? 0) * row.overcommitPercent) / 100) : 0;
    const days = Math.min((horizonDays ?? 0) + 1, lastDay - today + 1);
    const amounts = (length: number): number[] => new Array<number>(length).fill(capacity);
    const window = {
      none: { first: 0, amounts: amounts(1) },
      "fiscal-year": { first: new Date(books.now + CHINA).getUTCFullYear(), amounts: amounts(1) },
      day: { first: today, amounts: amounts(days) },
      slot: { first: today * 48, amounts: amounts(days * 48) },
    }[period];
    // Its workload has no agreements.
    const { agreement: _, ...plain } = row;
    const supply: ResourceSupply = {
      ...plain,
      jurisdiction: row.jurisdiction as ResourceSupply["jurisdiction"],
      capacity: row.total === null ? "unlimited" : { ...window, peak: Math.floor(((row.total - row.reserved) * row.overcommitPercent) / 100) },
    };
    books.resources.set(row.id, supply);
  }
  for (const { resource, period, ...balance } of db.balances.values()) Object.assign(books.balance(resource as ResourceId, period), balance);
  return books;
}
