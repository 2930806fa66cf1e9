#!/usr/bin/env node
// Nothing is imported before Node's age is known: newer syntax in a dependency would fail with a riddle instead of a sentence.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`govpool needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
const { run } = await import("./commands.js");
process.exitCode = await run(process.argv.slice(2));

export {};
