import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { Output, OutputClosed } from "../../src/main/output.js";

test("whoever reads the story has enough: its next line ends it, so that what it started is stopped", () => {
  const stream = new EventEmitter();
  const lines: string[] = [];
  const signals = ["SIGINT", "SIGTERM"] as const;
  const before = signals.map((signal) => process.listeners(signal));
  const print = new Output(stream).orderly((line) => lines.push(line));
  try {
    print("first");
    stream.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    expect(() => print("second")).toThrow(new OutputClosed(0));
    expect(lines).toEqual(["first"]);
  } finally {
    signals.forEach((signal, at) => {
      for (const listener of process.listeners(signal)) if (!before[at]!.includes(listener)) process.removeListener(signal, listener);
    });
  }
});
