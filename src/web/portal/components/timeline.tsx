import type { Child } from "hono/jsx";
import { Shape, type ShapeName } from "./shape.js";

export interface TimelineEntry {
  readonly title: string;
  readonly kind: "done" | "now" | "later" | "needs-you" | "decided" | "alarm";
  /** Date, unit, due date: short facts in one line. */
  readonly meta: readonly Child[];
  readonly state?: Child;
  readonly body?: Child;
}

const shapes: Record<TimelineEntry["kind"], ShapeName> = {
  done: "check",
  now: "half",
  later: "ring",
  "needs-you": "triangle",
  decided: "square",
  alarm: "octagon",
};

/** What happened, what is happening, what comes: top to bottom. */
export const Timeline = ({ entries }: { entries: readonly TimelineEntry[] }) => (
  <ol class="timeline">
    {entries.map((entry) => (
      <li class={`timeline__entry timeline__entry--${entry.kind}`} aria-current={entry.kind === "now" || entry.kind === "needs-you" ? "step" : undefined}>
        <Shape name={shapes[entry.kind]} class="timeline__mark" />
        <div>
          <h3 class="timeline__title">{entry.title}</h3>
          <p class="timeline__meta">
            {entry.state === undefined ? null : <span>{entry.state}</span>}
            {entry.meta.map((fact) => (
              <span>{fact}</span>
            ))}
          </p>
          {entry.body === undefined ? null : <div class="timeline__body">{entry.body}</div>}
        </div>
      </li>
    ))}
  </ol>
);
