import type { LoanState } from "../../../domain/rebalance/loan.js";
import { loanText } from "../../../text/loan.js";
import type { Voice } from "../../../text/voice.js";
import type { ShapeName } from "./shape.js";
import { Tag, type Tone } from "./tag.js";

const looks: Record<LoanState, { readonly shape: ShapeName; readonly tone: Tone }> = {
  applied: { shape: "clock", tone: "active" },
  active: { shape: "disc", tone: "active" },
  refused: { shape: "square", tone: "decided" },
  ending: { shape: "half", tone: "warning" },
  ended: { shape: "dash", tone: "still" },
};

export const LoanStateTag = ({ voice, state }: { readonly voice: Voice; readonly state: LoanState }) => <Tag label={voice.t(loanText[`state.${state}`])} {...looks[state]} />;
