import type { Trial } from "./simulate.js";

/** Runs that were broken once, by the name of what was wrong. They stay for ever. */
export const REGRESSIONS: readonly (Trial & { readonly name: string })[] = [
  { name: "the end of a period and somebody's act began the same turn of one step", seed: 20 },
  { name: "a batch was given up after conflicts, decided once more, and an earlier sending of it had arrived", seed: 1107 },
  { name: "holds of a delegation that ended came back with a batch that was thrown away, after a tick had found none of them", seed: 1472 },
  { name: "what was picked before a pause was answered in the turn that the resumption had begun, and an officer could start what held nothing", seed: 1988 },
];
