import type { Command } from "commander";
import { guard, talking } from "./commands.js";
import type { CommonFlags, Io } from "./io.js";
import type { Row } from "./nouns.js";
import { Remote } from "./remote.js";

interface PolicyFlags extends CommonFlags {
  readonly reason?: string;
  readonly output: string;
}

/** `govpool policy diff|take-over`: what a release brought that the pool's own rules never heard of. */
export function registerPolicyActs(policy: Command, done: (code: number) => void, io: Io): void {
  const guarded = guard(done, io);
  talking(policy, "diff", "acts of the release that no rule of the pool ever spoke of, and what the release's rules say of them")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (flags: PolicyFlags) => diff(io, flags)));
  talking(policy, "take-over", "propose the pool's rules with the release's about those acts; a second person approves it")
    .requiredOption("--reason <text>", "as the second person will read it")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (flags: PolicyFlags) => takeOver(io, flags)));
}

async function diff(io: Io, flags: PolicyFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const found = await remote.get("/new-acts");
  if (flags.output === "json") return io.out(JSON.stringify(found, null, 2));
  const acts = found["acts"] as readonly string[];
  if (acts.length === 0) return io.out(remote.say("policy.nothing_new"));
  io.out(remote.say("policy.new_acts", { count: acts.length, acts: acts.join(", ") }));
  for (const rule of found["rules"] as readonly string[]) io.out(`+ ${rule}`);
  for (const { question, after } of found["flipped"] as readonly Row[]) io.out(`${String(question)} → ${String(after)}`);
}

async function takeOver(io: Io, flags: PolicyFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const made = await remote.write("POST", "/new-acts/proposal", { reason: flags.reason });
  io.out(flags.output === "json" ? JSON.stringify(made, null, 2) : remote.say("policy.taken_over", { version: String(made["version"]) }));
}
