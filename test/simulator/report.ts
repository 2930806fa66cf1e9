import { execFileSync } from "node:child_process";
import type { Outcome, Trial } from "./simulate.js";

/** The one line that makes it happen again. */
export function replayLine({ seed, keep, without }: Trial): string {
  const args = [`--seed ${seed}`];
  if (keep) args.push(`--keep ${keep.join(",")}`);
  if (without && without.length > 0) args.push(`--without ${without.join(",")}`);
  return `npm run chaos -- ${args.join(" ")}`;
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}

/** What somebody needs who finds it in a log: what broke, of which seed and commit, and the way back to it. */
export function failureReport(broken: Outcome, shrunk: Outcome): string {
  return [
    `seed ${broken.trial.seed} at commit ${commit()}: ${broken.broken}`,
    `  all of it:  ${replayLine(broken.trial)}`,
    `  smallest:   ${replayLine(shrunk.trial)}`,
    `  needs:      ${shrunk.operations.length} of ${broken.operations.length} operations (${shrunk.operations.map(({ kind }) => kind).join(", ")}); ${shrunk.faults.join(", ") || "no faults at awaits"}`,
    ...(shrunk.broken === broken.broken ? [] : [`  there:      ${shrunk.broken}`]),
  ].join("\n");
}
