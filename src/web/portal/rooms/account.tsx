import { createToken, listTokens, revokeToken } from "../../../app/identity/tokens.js";
import type { Problem } from "../../../domain/problem.js";
import { inPool } from "../frame.js";
import { go, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { AccountPage } from "../pages/account/page.js";
import { unitsHeld } from "../../../domain/policy/subject.js";

/** What somebody signed in sees of themselves. */
export const accountRoutes: readonly PageRoute[] = [
  { method: "get", path: "/account", access: "token.read", room: "hall", handle: (call) => shown(call) },
  {
    method: "post",
    path: "/account/tokens",
    access: "token.create",
    room: "hall",
    async handle(call) {
      const { label = "", days = "" } = call.form;
      const made = await createToken(call.deps, call.actor, call.pool, { label, days: /^\d{1,3}$/.test(days) ? Number(days) : 0 });
      // Answered with the page itself and kept nowhere: the secret is shown this once.
      return made.ok ? await shown(call, { secret: made.value.secret }) : await shown(call, { problems: made.problems, label, days });
    },
  },
  {
    method: "post",
    path: "/account/tokens/:token/revocation",
    access: "token.revoke",
    room: "hall",
    async handle(call) {
      const revoked = await revokeToken(call.deps, call.actor, call.pool, call.param("token"));
      return revoked.ok ? go(inPool(call.frame, "/account")) : refuse(revoked.problems);
    },
  },
];

interface Shown {
  readonly secret?: string;
  readonly problems?: readonly Problem[];
  readonly label?: string;
  readonly days?: string;
}

async function shown({ deps, actor, pool, frame }: PageCall, { secret, problems = [], label = "", days = "90" }: Shown = {}): Promise<PageAnswer> {
  const tokens = await listTokens(deps, actor, pool);
  if (!tokens.ok) return refuse(tokens.problems);
  if (actor.kind !== "person") return refuse([{ code: "access.sign_in_required", facts: {} }]);
  const { units } = deps.store.read(pool);
  const named = (await Promise.all(unitsHeld(actor).map((id) => units.get(id)))).flatMap((unit) => unit ?? []);
  const view = { actor, unitNames: new Map(named.map((unit) => [unit.id, unit.names])), tokens: tokens.value, secret: secret ?? null, label, days, problems };
  return page(<AccountPage frame={frame} view={view} />, problems.length > 0 ? 422 : undefined);
}
