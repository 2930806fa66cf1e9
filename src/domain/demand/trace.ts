/** One request of a trace. `at` is the clock on the wall where it was made, as if it were UTC. */
export interface TraceRow {
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly agency: string;
  readonly district: string;
}
