import type { QueueView } from "../../src/app/scheduling/deps.js";
import type { ResourceId } from "../../src/domain/id.js";
import type { ResourceSupply } from "../../src/scheduler/contract.js";
import { feasible, impossible } from "../support/brute-force.js";
import { Books } from "../support/books.js";
import type { Database } from "./database.js";
import type { Sometimes } from "./sometimes.js";
import { allows, type World } from "./world.js";

const OPEN = ["received", "in_progress", "unservable"];
const DAY = 86_400_000;
const CHINA = 8 * 3_600_000;

/**
 * What could be decided and is not, in words; undefined: everything is as it must be. The slow way: each waiting
 * step against every combination of what is free.
 */
export function undecided(db: Database, world: World, view: QueueView | undefined, sometimes: Sometimes): string | undefined {
  const untaken = db.unnumbered().length;
  if (untaken > 0) return `${untaken} commands were never taken`;
  if (!view) return "nobody writes";
  const waiting = [...db.steps.values()].filter(
    (step) => step.state === "ready" && OPEN.includes(db.requests.get(step.requestId)!.status.state) && !db.decisions.has(`${step.id}/${step.attempt}`),
  );
  const books = booksOf(db, world);
  for (const { id, attempt, ask } of waiting) {
    if (ask.claims.some((claim) => impossible(books, claim, ask.barred))) return `step ${id} waits in attempt ${attempt} for what nobody could ever give`;
    if (feasible(books, ask)) return `step ${id} waits in attempt ${attempt} for what is free: ${JSON.stringify(ask.claims)}`;
    if (ask.claims.length > 1 && ask.claims.some((claim) => feasible(books, { ...ask, claims: [claim] }))) sometimes.saw("gang waits whole though a part is free");
  }
  const held = new Set([...db.allocations.values()].filter(({ state }) => state === "held").map(({ step }) => step));
  const counts = view.counts();
  if (counts.waiting !== waiting.length) return `the engine believes that ${counts.waiting} steps wait; the tables say ${waiting.map(({ id }) => id).join()}`;
  if (counts.holding !== held.size) return `the engine believes that ${counts.holding} steps hold something; the tables say ${[...held].join()}`;
  return undefined;
}

function booksOf(db: Database, world: World): Books {
  const books = new Books();
  for (const cls of world.classes) books.classes.set(cls.id, cls);
  books.now = db.poolNow();
  books.allows = (question) => allows(world, db.policyVersion, question);
  const today = Math.floor((books.now + CHINA) / DAY);
  for (const row of db.resources.values()) {
    const { period, horizonDays } = world.classes.find(({ id }) => id === row.classId)!;
    const capacity = row.state === "published" ? Math.floor(((row.total ?? 0) * row.overcommitPercent) / 100) : 0;
    const days = (horizonDays ?? 0) + 1;
    const amounts = (length: number): number[] => new Array<number>(length).fill(capacity);
    const window = {
      none: { first: 0, amounts: amounts(1) },
      "fiscal-year": { first: new Date(books.now + CHINA).getUTCFullYear(), amounts: amounts(1) },
      day: { first: today, amounts: amounts(days) },
      slot: { first: today * 48, amounts: amounts(days * 48) },
    }[period];
    const supply: ResourceSupply = {
      ...row,
      jurisdiction: row.jurisdiction as ResourceSupply["jurisdiction"],
      capacity: row.total === null ? "unlimited" : { ...window, peak: Math.floor(((row.total - row.reserved) * row.overcommitPercent) / 100) },
    };
    books.resources.set(row.id, supply);
  }
  for (const { resource, period, ...balance } of db.balances.values()) Object.assign(books.balance(resource as ResourceId, period), balance);
  return books;
}
