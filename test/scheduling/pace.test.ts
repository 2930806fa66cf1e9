import { describe, expect, test } from "vitest";
import { inSlices, Pace } from "../../src/app/scheduling/pace.js";
import { trusted, type ResourceId } from "../../src/domain/id.js";
import type { EngineEvent } from "../../src/scheduler/contract.js";

/** Time that passes only where a test lets it. */
class Clock {
  ms = 0;
  breaths = 0;
  nowMs = (): number => this.ms;
  breathe = async (): Promise<void> => void (this.breaths += 1);
}

/** A turn in which each decision takes so long, and what is done once `onceMs`; answers how many were made in each slice. */
async function turn(pace: Pace, clock: Clock, msEach: number, waiting: number, onceMs = 0): Promise<number[]> {
  const slices: number[] = [];
  let decided = 0;
  await pace.turn((max, enough) => {
    const before = decided;
    if (slices.length === 0) clock.ms += onceMs;
    while (decided < Math.min(max, waiting)) {
      decided += 1;
      clock.ms += msEach;
      if (enough()) break;
    }
    slices.push(decided - before);
    return { more: decided < waiting, decided };
  });
  return slices;
}

describe("what is taken in", () => {
  const windows = (many: number): EngineEvent => ({ kind: "window", windows: Array.from({ length: many }, (_, at) => ({ resource: trusted<ResourceId>(at + 1), capacity: "unlimited" as const })) });
  const sizes = (events: readonly EngineEvent[]): number[] => [...inSlices(events)].map(({ length }) => length);

  test("is cut by what the events say, not by how many they are, and stays in its order", () => {
    const events = [windows(300), windows(150), windows(200), windows(5_000), ...Array.from({ length: 20 }, (): EngineEvent => ({ kind: "tick" }))];
    expect(sizes(events)).toEqual([2, 1, 1, 16, 4]);
    expect([...inSlices(events)].flat()).toEqual(events);
  });

  test("is one slice when nothing came: time alone may change something", () => {
    expect(sizes([])).toEqual([0]);
  });

  test("is taken with a breath wherever it took long enough", async () => {
    const clock = new Clock();
    let taken = 0;
    await new Pace(clock).taken(
      Array.from({ length: 160 }, (): EngineEvent => ({ kind: "tick" })),
      ({ length }) => {
        taken += length;
        clock.ms += 0.05 * length;
      },
    );
    expect(taken).toBe(160);
    expect(clock.breaths).toBe(4);
  });
});

describe("a turn", () => {
  test("is cut so that who asks in between waits two milliseconds", async () => {
    const clock = new Clock();
    const pace = new Pace(clock);
    const slices = await turn(pace, clock, 0.125, 1_000);
    expect(Math.max(...slices)).toBe(16);
    expect(clock.breaths).toBeGreaterThanOrEqual(slices.length - 1);
  });

  test("ends when it has lasted long enough and is worth a commit, and when nobody waits any more", async () => {
    const clock = new Clock();
    const pace = new Pace(clock);
    const decided = (await turn(pace, clock, 1, 1_000)).reduce((a, b) => a + b);
    expect(decided).toBeGreaterThanOrEqual(150);
    expect(decided).toBeLessThan(170);
    expect((await turn(new Pace(clock), clock, 0.01, 7)).reduce((a, b) => a + b)).toBe(7);
  });

  test("is as full, and its slices are as long, however much it does for those who are overdue", async () => {
    const clock = new Clock();
    const pace = new Pace(clock);
    const slices = await turn(pace, clock, 0.0625, 1_000, 260);
    expect(slices.reduce((a, b) => a + b)).toBe(pace.decisionsMax);
    expect(slices[0]).toBe(1);
    expect(Math.max(...slices)).toBe(32);
  });

  test("that finds nobody to serve ends all the same", async () => {
    const clock = new Clock();
    let slices = 0;
    await new Pace(clock).turn(() => ({ more: (slices += 1) > 0, decided: 0 }));
    expect(slices).toBeLessThan(30);
  });
});

describe("a batch", () => {
  test("shrinks while commits are slow and grows while they are fast, between its limits", () => {
    const pace = new Pace(new Clock());
    for (let n = 0; n < 50; n += 1) pace.committed(400, 2 * pace.decisionsMax);
    expect(pace.decisionsMax).toBe(150);
    for (let n = 0; n < 50; n += 1) pace.committed(10, 2 * pace.decisionsMax);
    expect(pace.decisionsMax).toBe(1_000);
    for (let n = 0; n < 50; n += 1) pace.committed(0.07 * pace.decisionsMax, 2 * pace.decisionsMax);
    expect(Math.abs(pace.decisionsMax - 500)).toBeLessThan(5);
  });

  test("of hardly anything teaches nothing", () => {
    const pace = new Pace(new Clock());
    const before = pace.decisionsMax;
    pace.committed(30, 3);
    expect(pace.decisionsMax).toBe(before);
  });
});
