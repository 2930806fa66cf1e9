import { describe, expect, test } from "vitest";
import { hunt, unplantable } from "./plant.js";
import { PLANTED } from "./planted/bugs.js";

/** Caught within a few seeds each; the others are planted by `npm run chaos -- --planted`. */
const QUICK = ["revocations are not checked", "one more than fits is given", "unstarted holds never lapse", "one leg of a gang is left out", "the second of a lane is served first", "a recusal that ended keeps the officer out"];

describe("planted bugs", () => {
  test("each still has its one place in the sources", () => {
    expect(PLANTED.flatMap((bug) => unplantable(bug) ?? [])).toEqual([]);
  });

  test.each(QUICK)("%s: caught", async (name) => {
    const bug = PLANTED.find((one) => one.name === name)!;
    expect(await hunt(bug, { seeds: 100, msMax: 60_000 })).toMatchObject({ broken: expect.any(String) });
  });
});
