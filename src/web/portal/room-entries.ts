import type { AppDeps } from "../../app/deps.js";
import type { PoolId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { Room } from "./frame.js";

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
    { key: "law", path: "/desk/law", access: "recusal.read" },
    { key: "statement", path: "/desk/statement", access: "usage.read" },
    { key: "resources", path: "/desk/resources", access: "resource.read" },
    { key: "register", path: "/desk/resources/new", access: "resource.declare" },
    { key: "assets", path: "/desk/assets", access: "asset.read" },
    { key: "imports", path: "/desk/imports", access: "import.preview" },
    { key: "onboarding", path: "/desk/onboarding", access: "onboarding.read" },
  ],
  centre: [
    { key: "overview", path: "/centre", access: "overview.read" },
    { key: "figures", path: "/centre/figures", access: "overview.read" },
    { key: "alerts", path: "/centre/alerts", access: "alert.read" },
    { key: "queue", path: "/centre/queue", access: "queue.read" },
    { key: "statement", path: "/centre/statement", access: "usage.read" },
    { key: "resources", path: "/centre/resources", access: "resource.read" },
    { key: "quotas", path: "/centre/quotas", access: "quota.read" },
    { key: "gaps", path: "/centre/gaps", access: "gap.read" },
    { key: "policies", path: "/centre/policies", access: "policy.read" },
    { key: "imports", path: "/centre/imports", access: "import.read" },
    { key: "disparity", path: "/centre/disparity", access: "disparity.read" },
    { key: "what-ifs", path: "/centre/what-ifs", access: "what-if.read" },
    { key: "audit", path: "/centre/audit", access: "audit.read" },
  ],
} as const satisfies Record<Room, readonly { readonly key: string; readonly path: string; readonly access: Action }[]>;

/** Entries that lead somewhere for this person. The hall's are everybody's: who is not signed in is asked to. */
export async function openEntries(deps: AppDeps, actor: Actor, pool: PoolId, room: Room): Promise<readonly string[]> {
  if (room === "hall") return ROOM_ENTRIES.hall.map(({ key }) => key);
  const units = room === "desk" && actor.kind === "person" ? actor.roles.flatMap((role) => ("unitId" in role ? [role.unitId] : [])) : [null];
  const open: string[] = [];
  for (const { key, access } of ROOM_ENTRIES[room]) {
    for (const unitId of units) {
      if (!(await deps.authorizer.may(actor, access, { poolId: pool, unitId })).ok) continue;
      open.push(key);
      break;
    }
  }
  return open;
}
