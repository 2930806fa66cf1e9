import { expect, test } from "vitest";
import { ASSET_EVENTS, ASSET_TRANSITIONS, RESOURCE_EVENTS, RESOURCE_TRANSITIONS } from "../../src/domain/pool/lifecycle.js";
import { problem } from "../../src/domain/problem.js";
import { REQUEST_EVENTS, STEP_EVENTS, STEP_STATES } from "../../src/domain/request/lifecycle.js";
import { inWords } from "../../src/text/fact-words.js";
import { problemTitle } from "../../src/text/problems.js";

test("a refused step is told in the reader's language", () => {
  const found = problem("object.transition_illegal", { kind: "resource", state: "retired", event: "publish" });
  expect(problemTitle("zh", found)).toBe("当前状态“已退出”下不能进行“发布”。");
  expect(problemTitle("en", found)).toBe("“publish” is not possible in the state “retired”.");
  expect(problemTitle("zh", problem("input.unknown_reference", { kind: "calendar", id: "x" }))).toBe("找不到所引用的日历“x”。");
});

test("every state and event of every life has a Chinese word", () => {
  const states = [...Object.keys(RESOURCE_TRANSITIONS), ...Object.keys(ASSET_TRANSITIONS), ...STEP_STATES];
  // Resources are allocated and used by the writer, which nobody is told about in these words.
  const events = [...RESOURCE_EVENTS, ...ASSET_EVENTS, ...REQUEST_EVENTS, ...STEP_EVENTS].filter((event) => !["allocate", "use", "release"].includes(event));
  expect(states.filter((state) => inWords("zh", { state })["state"] === state)).toEqual([]);
  expect(events.filter((event) => inWords("zh", { event })["event"] === event)).toEqual([]);
});

test("a fact that is no word of ours stays as it is", () => {
  expect(inWords("zh", { kind: "constructor", max: 3, state: "toString" })).toEqual({ kind: "constructor", max: 3, state: "toString" });
});
