import type { DeadlineStanding } from "../../../domain/request/deadline.js";
import { portalText } from "../../../text/portal.js";
import type { Voice } from "../../../text/voice.js";
import { Tag } from "./tag.js";

/** How a request or a step stands to its date; `none` where no clock runs. */
export type DeadlineView = DeadlineStanding | { readonly kind: "none" };

const looks = {
  on_time: { shape: "disc", tone: "active" },
  soon: { shape: "triangle", tone: "warning" },
  today: { shape: "triangle", tone: "warning" },
  overdue: { shape: "octagon", tone: "alarm" },
  paused: { shape: "pause", tone: "still" },
  kept: { shape: "check", tone: "done" },
  missed: { shape: "octagon", tone: "alarm" },
  none: { shape: "dash", tone: "still" },
} as const;

/** Green, amber, red: each with its own shape and its own words. */
export const DeadlineLight = ({ voice, deadline }: { voice: Voice; deadline: DeadlineView }) => (
  <Tag label={voice.t(portalText[`deadline.${deadline.kind}`], "days" in deadline ? { days: deadline.days } : {})} {...looks[deadline.kind]} />
);
