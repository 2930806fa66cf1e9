import type { AppDeps } from "../../app/deps.js";
import type { PoolId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import { type Actor, unitsHeld } from "../../domain/policy/subject.js";
import type { portalText } from "../../text/portal.js";
import type { Room } from "./frame.js";

/** A room with more entries than a line holds has them in groups. */
export const ENTRY_GROUPS = ["watch", "rebalance", "declare", "oversee"] as const;
export type EntryGroup = (typeof ENTRY_GROUPS)[number];

/** Every entry has its words. */
type EntryKey = keyof typeof portalText extends infer Key ? (Key extends `nav.${infer Name}` ? Name : never) : never;

export interface RoomEntry {
  readonly key: EntryKey;
  readonly path: string;
  readonly access: Action;
  readonly group?: EntryGroup;
  /** At a desk, too, it is asked about the pool: whoever may read reads all of it, and the page shows the unit's. */
  readonly ofPool?: true;
}

/** Each room's own entries: where they lead inside the pool, and what their pages ask the policy. */
export const ROOM_ENTRIES = {
  hall: [
    { key: "home", path: "", access: "portal.read" },
    { key: "items", path: "/items", access: "item.read" },
    { key: "mine", path: "/requests", access: "request.read" },
    { key: "status", path: "/status", access: "portal.read" },
    { key: "public", path: "/public-register", access: "public-register.read" },
  ],
  desk: [
    { key: "work", path: "/desk", access: "work-queue.read" },
    { key: "bookings", path: "/desk/bookings", access: "direct-claim.read" },
    { key: "consents", path: "/desk/consents", access: "plan.consent" },
    { key: "paper", path: "/desk/paper", access: "request.record-paper" },
    { key: "contests", path: "/desk/contests", access: "contest.read" },
    { key: "law", path: "/desk/law", access: "recusal.read" },
    { key: "statement", path: "/desk/statement", access: "usage.read" },
    { key: "pressure", path: "/desk/pressure", access: "pressure.read" },
    { key: "resources", path: "/desk/resources", access: "resource.read" },
    { key: "loans", path: "/desk/loans", access: "loan.read" },
    { key: "drains", path: "/desk/drains", access: "drain.read" },
    { key: "agreements", path: "/desk/agreements", access: "agreement.read", ofPool: true },
    { key: "register", path: "/desk/resources/new", access: "resource.declare" },
    { key: "assets", path: "/desk/assets", access: "asset.read" },
    { key: "imports", path: "/desk/imports", access: "import.preview" },
    { key: "onboarding", path: "/desk/onboarding", access: "onboarding.read" },
  ],
  centre: [
    { key: "overview", path: "/centre", access: "overview.read", group: "watch" },
    { key: "figures", path: "/centre/figures", access: "overview.read", group: "watch" },
    { key: "pressure", path: "/centre/pressure", access: "pressure.read", group: "watch" },
    { key: "alerts", path: "/centre/alerts", access: "alert.read", group: "watch" },
    { key: "queue", path: "/centre/queue", access: "queue.read", group: "watch" },
    { key: "statement", path: "/centre/statement", access: "usage.read", group: "watch" },
    { key: "resources", path: "/centre/resources", access: "resource.read", group: "declare" },
    { key: "loans", path: "/centre/loans", access: "loan.read", group: "rebalance" },
    { key: "plans", path: "/centre/plans", access: "plan.read", group: "rebalance" },
    { key: "task-forces", path: "/centre/task-forces", access: "task-force.read", group: "rebalance" },
    { key: "agreements", path: "/centre/agreements", access: "agreement.read", group: "rebalance" },
    { key: "quotas", path: "/centre/quotas", access: "quota.read", group: "rebalance" },
    { key: "rules", path: "/centre/rules", access: "standing-rule.read", group: "rebalance" },
    { key: "emergency", path: "/centre/emergency", access: "emergency.read", group: "rebalance" },
    { key: "drains", path: "/centre/drains", access: "drain.read", group: "rebalance" },
    { key: "gaps", path: "/centre/gaps", access: "gap.read", group: "oversee" },
    { key: "contests", path: "/centre/contests", access: "contest.read", group: "oversee" },
    { key: "reorganisations", path: "/centre/reorganisations", access: "reorganisation.read", group: "rebalance" },
    { key: "policies", path: "/centre/policies", access: "policy.read", group: "declare" },
    { key: "imports", path: "/centre/imports", access: "import.read", group: "declare" },
    { key: "disparity", path: "/centre/disparity", access: "disparity.read", group: "oversee" },
    { key: "what-ifs", path: "/centre/what-ifs", access: "what-if.read", group: "rebalance" },
    { key: "audit", path: "/centre/audit", access: "audit.read", group: "oversee" },
  ],
} as const satisfies Record<Room, readonly RoomEntry[]>;

/** Entries that lead somewhere for this person. The hall's are everybody's: who is not signed in is asked to. */
export async function openEntries(deps: AppDeps, actor: Actor, pool: PoolId, room: Room): Promise<readonly string[]> {
  if (room === "hall") return ROOM_ENTRIES.hall.map(({ key }) => key);
  const units = room === "desk" && actor.kind === "person" ? unitsHeld(actor) : [null];
  const open: string[] = [];
  const entries: readonly RoomEntry[] = ROOM_ENTRIES[room];
  for (const { key, access, ofPool } of entries) {
    for (const unitId of ofPool ? [null] : units) {
      if (!(await deps.authorizer.may(actor, access, { poolId: pool, unitId })).ok) continue;
      open.push(key);
      break;
    }
  }
  return open;
}
