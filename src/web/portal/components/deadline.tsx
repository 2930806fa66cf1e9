import { portalText } from "../../../text/portal.js";
import type { Voice } from "../../../text/voice.js";
import { Tag } from "./tag.js";

/** Where a deadline stands. `days` are working days; overdue counts upwards. */
export type DeadlineView =
  | { readonly kind: "on_time" | "soon" | "overdue"; readonly days: number }
  | { readonly kind: "today" | "paused" | "kept" | "missed" | "none" };

/** Working days left at which the light turns amber. */
export const SOON_WORKING_DAYS = 2;

export function deadlineView(daysLeft: number): DeadlineView {
  if (daysLeft < 0) return { kind: "overdue", days: -daysLeft };
  if (daysLeft === 0) return { kind: "today" };
  return { kind: daysLeft <= SOON_WORKING_DAYS ? "soon" : "on_time", days: daysLeft };
}

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
