import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { CallRefused } from "../cli/call.js";
import type { Io } from "../cli/io.js";
import { problem, type Problem } from "../domain/problem.js";
import { directionOf, INSTANCE_LIMITS, instanceOf, readInstances } from "../optimiser/assignment/read-instances.js";
import { solveAssignment } from "../optimiser/assignment/solve-assignment.js";
import { assignmentText } from "../text/assignment.js";
import { problemTitle, problemTodo } from "../text/problems.js";
import { say, type Language } from "../text/text.js";
import { whatIfText } from "../text/what-if.js";

export interface InstanceOptions {
  readonly minimise?: boolean;
  readonly maximise?: boolean;
  readonly seconds: string;
}

const SECONDS_MAX = 3_600;

/** Prints `objective N` for each instance of a file; how far from the best it can be goes to standard error. */
export async function solveInstances(io: Io, path: string, { minimise, maximise, seconds: asked }: InstanceOptions, language: Language): Promise<number> {
  const seconds = Number(asked);
  if (!(seconds > 0 && seconds <= SECONDS_MAX) || (minimise === true && maximise === true)) throw new CallRefused([say(language, assignmentText["usage"], { max: SECONDS_MAX })], "usage");
  const refuse = (problems: readonly Problem[]): number => {
    for (const one of problems) io.err(`${one.line === undefined ? "" : `${basename(path)}:${one.line}: `}${problemTitle(language, one)}\n  ${problemTodo(language, one)}`);
    return 1;
  };
  const text = await readText(path, language);
  if (text === null) return refuse([problem("input.too_large", { maxBytes: INSTANCE_LIMITS.bytesMax })]);
  const read = readInstances(text, path);
  if (!read.ok) return refuse(read.problems);
  const direction = minimise ? "minimise" : maximise ? "maximise" : directionOf(basename(path), read.value);
  io.err(say(language, assignmentText[direction]));
  const until = performance.now() + seconds * 1_000;
  const problems: Problem[] = [];
  for (const [at, one] of read.value.entries()) {
    io.progress(say(language, assignmentText["progress"], { at: at + 1, of: read.value.length }));
    const budgetMs = (until - performance.now()) / (read.value.length - at);
    const { assignment, bound } = await solveAssignment(instanceOf(one, direction), Math.max(1, budgetMs));
    io.progress("");
    if (!assignment) {
      problems.push(bound === Infinity ? problem("instance.unsolvable", { instance: at + 1 }) : problem("instance.not_solved", { instance: at + 1, seconds: Math.round(budgetMs / 1_000) }));
      io.out("objective none");
      continue;
    }
    const sign = direction === "minimise" ? 1 : -1;
    io.out(`objective ${sign * assignment.cost}`);
    const gap = (100 * (assignment.cost - bound)) / Math.max(1, Math.abs(bound));
    io.err(say(language, assignmentText["bound"], { at: at + 1, agents: one.agents, jobs: one.jobs, bound: sign * bound, gap: gap.toFixed(2) }));
  }
  return problems.length > 0 ? refuse(problems) : 0;
}

async function readText(path: string, language: Language): Promise<string | null> {
  try {
    if ((await stat(path)).size > INSTANCE_LIMITS.bytesMax) return null;
    return await readFile(path, "utf8");
  } catch (error) {
    throw new CallRefused([say(language, whatIfText["file.unreadable"], { file: path, reason: error instanceof Error ? error.message : String(error) })], "usage");
  }
}
