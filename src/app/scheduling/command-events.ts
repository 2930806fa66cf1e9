import type { ResourceId, StepId } from "../../domain/id.js";
import type { Command } from "../../domain/pool/command.js";
import type { EngineEvent } from "../../scheduler/contract.js";
import type { Readied, TakenCommand } from "../ports/writer.js";

/** Steps a command puts into the queue. */
export function readied(command: Command): readonly Readied[] {
  switch (command.kind) {
    case "step.ready":
      return command.steps.map((step, at) => ({ step, turn: command.turns?.[at] ?? null }));
    case "step.ended":
      return command.ready.map((step) => ({ step, turn: 1 }));
    case "step.reconsider":
      return [{ step: command.step, turn: command.turn ?? null }];
    default:
      return [];
  }
}


/** Steps whose place in the order a command changes: a fact, since the tables say so too. */
export function prioritised(command: Command): readonly EngineEvent[] {
  if (command.kind !== "request.prioritised") return [];
  const { priority } = command;
  const moved = priority && { ground: priority.ground, advanceMs: priority.advanceMinutes === null ? Infinity : priority.advanceMinutes * 60_000 };
  return [{ kind: "prioritised", steps: command.steps.map((step) => ({ step, priority: moved })) }];
}

/** Every step a command names. */
export function mentioned(command: Command): readonly StepId[] {
  switch (command.kind) {
    case "step.ready":
    case "request.ended":
    case "request.paused":
    case "request.prioritised":
    case "claim.released":
    case "persons.barred":
      return command.steps;
    case "step.picked":
      return command.keptBy === undefined ? [command.step] : [command.step, command.keptBy];
    case "step.started":
    case "number.annulled":
    case "claim.confirmed":
    case "step.reconsider":
      return [command.step];
    case "step.ended":
      return [command.step, ...command.ready];
    case "delegation.declared":
    case "loan.applied":
    case "loan.brought-back":
    case "loan.part-brought-back":
    case "resource.declared":
    case "resource.evacuated":
    case "pool.declared":
    case "quota.declared":
    case "policy.activated":
    case "clock.set":
      return [];
  }
}

/** A command that no other turn may be open beside: it makes the engine anew, everything before it is decided at the old time, or what is settled must stand in the tables. */
export const standsAlone = ({ kind }: Command): boolean => kind === "clock.set" || kind === "pool.declared" || kind === "quota.declared";

/**
 * The longest run of commands that one batch may answer.
 *
 * No step occurs twice: a step that is paused and resumed must give back in one batch what it asks for anew in
 * the next, or one attempt would have two answers. A setting of the clock stands alone, so that everything
 * before it is decided at the old time.
 *
 * @param stepsMax Steps they name at most, but for a first command that names more: a batch takes milliseconds, not seconds.
 * @param touched Steps of batches that are on their way: until they arrive, the tables do not say how those steps stand.
 */
export function oneBatch(taken: readonly TakenCommand[], touched: ReadonlySet<StepId>, stepsMax: number): readonly TakenCommand[] {
  const seen = new Set<StepId>();
  for (const [index, { command }] of taken.entries()) {
    if (command.kind === "clock.set") return index === 0 ? taken.slice(0, 1) : taken.slice(0, index);
    const steps = mentioned(command);
    if (steps.some((step) => seen.has(step) || touched.has(step))) return taken.slice(0, index);
    if (index > 0 && seen.size + steps.length > stepsMax) return taken.slice(0, index);
    for (const step of steps) seen.add(step);
  }
  return taken;
}

/** Resources that the commands declared anew, each once; `all` when the pool itself was. */
export function declaredAnew(commands: readonly TakenCommand[]): readonly ResourceId[] | "all" {
  const ids = new Set<ResourceId>();
  for (const { command } of commands) {
    if (command.kind === "pool.declared") return "all";
    if (command.kind === "resource.declared") for (const id of command.resources) ids.add(id);
    if (command.kind === "resource.evacuated") for (const { resource } of command.resources) ids.add(resource);
  }
  return [...ids];
}
