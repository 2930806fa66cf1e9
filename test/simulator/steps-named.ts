import type { StepId } from "../../src/domain/id.js";
import type { Command } from "../../src/domain/pool/command.js";

/** Steps a command puts into the queue. */
export const stepsReadied = (command: Command): readonly StepId[] => (command.kind === "step.ready" ? command.steps : command.kind === "step.reconsider" ? [command.step] : []);

/** Every step a command names. */
export const stepsNamed = (command: Command): readonly StepId[] => {
  switch (command.kind) {
    case "step.ready":
    case "request.ended":
    case "request.paused":
    case "request.prioritised":
    case "claim.released":
    case "persons.barred":
      return command.steps;
    case "claim.confirmed":
    case "step.picked":
    case "number.annulled":
      return [command.step];
    case "step.ended":
      return [command.step, ...command.ready];
    case "step.started":
    case "step.reconsider":
      return [command.step];
    default:
      return [];
  }
};
