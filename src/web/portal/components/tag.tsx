import type { Voice } from "../../../text/voice.js";
import { requestStateWords, stepStateWords, type RequestStateWord, type StepStateWord } from "../../../text/words.js";
import { Shape, type ShapeName } from "./shape.js";

export type Tone = "plain" | "active" | "done" | "warning" | "alarm" | "decided" | "still";

/** A word with a shape; the tone's colour only repeats them. */
export const Tag = ({ label, shape, tone = "plain", boxed = false }: { label: string; shape: ShapeName; tone?: Tone; boxed?: boolean }) => (
  <span class={`tag tag--${tone}${boxed ? " tag--boxed" : ""}`}>
    <Shape name={shape} />
    {label}
  </span>
);

export const requestLooks: Record<RequestStateWord, { shape: ShapeName; tone: Tone }> = {
  received: { shape: "ring", tone: "active" },
  in_progress: { shape: "half", tone: "active" },
  supplement: { shape: "triangle", tone: "warning" },
  unservable: { shape: "diamond", tone: "warning" },
  completed: { shape: "check", tone: "done" },
  rejected: { shape: "square", tone: "decided" },
  withdrawn: { shape: "dash", tone: "still" },
  referred: { shape: "dash", tone: "still" },
};

export const RequestTag = ({ voice, state }: { voice: Voice; state: RequestStateWord }) => (
  <Tag label={voice.t(requestStateWords[state])} {...requestLooks[state]} />
);

export const stepLooks: Record<StepStateWord, { shape: ShapeName; tone: Tone }> = {
  blocked: { shape: "ring", tone: "still" },
  ready: { shape: "clock", tone: "active" },
  arranged: { shape: "disc", tone: "active" },
  unarranged: { shape: "diamond", tone: "warning" },
  working: { shape: "half", tone: "active" },
  done: { shape: "check", tone: "done" },
  rejected: { shape: "square", tone: "decided" },
  cancelled: { shape: "dash", tone: "still" },
};

export const StepTag = ({ voice, state }: { voice: Voice; state: StepStateWord }) => (
  <Tag label={voice.t(stepStateWords[state])} {...stepLooks[state]} />
);
