import type { Context, Hono } from "hono";
import type { AppDeps } from "../../app/deps.js";
import { listPrepared } from "../../app/identity/list-prepared.js";
import { readPasswordLink, setPassword } from "../../app/identity/set-password.js";
import { parsePoolId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import { NO_POOL } from "../../domain/policy/subject.js";
import type { Problem } from "../../domain/problem.js";
import type { Result } from "../../domain/result.js";
import { problemTexts } from "../../text/problems.js";
import type { Env } from "../env.js";
import { signInCall } from "../middleware/session.js";
import { frameOf } from "./frame-of.js";
import { refusedResponse } from "./page-route.js";
import { SetPasswordPage } from "./pages/set-password/page.js";
import { SignInPage, type SignInView } from "./pages/sign-in/page.js";
import { StepInPage } from "./pages/step-in/page.js";
import { localPath } from "./preferences.js";

type Handler = (c: Context<Env>) => Promise<Response>;

/** These lie beside every pool, and each still names what it asks the policy. */
export const signInActions = {
  "GET /sign-in": "session.create",
  "POST /sign-in": "session.create",
  "GET /sign-in/provider/:provider": "session.create",
  "GET /sign-in/callback/:provider": "session.create",
  "GET /sign-in/step-in": "demo.step-in",
  "POST /sign-in/step-in": "demo.step-in",
  "GET /set-password/:secret": "session.create",
  "POST /set-password/:secret": "session.create",
  "POST /sign-out": "session.end",
} as const satisfies Record<string, Action>;

export function signInRoutes(app: Hono<Env>, deps: AppDeps, version: string): void {
  const { identity } = deps;
  const frame = (c: Context<Env>) => frameOf(c, { version });
  const refuse = (c: Context<Env>, problems: readonly [Problem, ...Problem[]]) => refusedResponse(c, frame(c), problems);

  const route = (address: keyof typeof signInActions, handle: Handler) => {
    const [method = "", path = ""] = address.split(" ");
    app.on(method, path, async (c) => {
      c.header("cache-control", "no-store");
      const actor = c.get("actor");
      // Signing out twice is no mistake, and who is not signed in has nothing to end.
      if (address === "POST /sign-out" && actor.kind !== "person") return c.redirect("/", 303);
      const allowed = await deps.authorizer.may(actor, signInActions[address], {
        poolId: NO_POOL,
        public: true,
        ...(actor.kind === "person" ? { personId: actor.personId } : {}),
      });
      return allowed.ok ? await handle(c) : await refuse(c, allowed.problems);
    });
  };

  const signInPage = (c: Context<Env>, view: Pick<SignInView, "back"> & Partial<SignInView>) => (
    <SignInPage
      frame={frame(c)}
      view={{ loginName: "", passwordSet: false, problems: [], providers: identity.providers, demo: identity.demo, ...view }}
    />
  );
  const entered = (c: Context<Env>, cookies: readonly string[], to: string): Response => {
    for (const cookie of cookies) c.header("set-cookie", cookie, { append: true });
    return c.redirect(to, 303);
  };

  route("GET /sign-in", async (c) =>
    await c.html(signInPage(c, { back: localPath(c.req.query("back")), passwordSet: c.req.query("password") === "set" })));

  route("POST /sign-in", async (c) => {
    const form = await formOf(c);
    const back = localPath(form.get("back"));
    const loginName = form.get("name") ?? "";
    const signedIn = await identity.signIn(signInCall(c), loginName, form.get("password") ?? "");
    if (signedIn.ok) return entered(c, signedIn.value.cookies, back);
    return await c.html(signInPage(c, { back, loginName: loginName.slice(0, 64), problems: signedIn.problems }), statusOf(c, signedIn));
  });

  // A link and not a form: browsers hold the way of a posted form to our own pages (`form-action`), redirects included.
  route("GET /sign-in/provider/:provider", async (c) => {
    const begun = await identity.startProvider(signInCall(c), c.req.param("provider") ?? "", localPath(c.req.query("back")));
    return begun.ok ? entered(c, begun.value.cookies, begun.value.location) : await refuse(c, begun.problems);
  });

  route("GET /sign-in/callback/:provider", async (c) => {
    const ended = await identity.finishProvider(c.req.raw);
    return ended.ok ? entered(c, ended.value.cookies, ended.value.location) : await refuse(c, ended.problems);
  });

  route("GET /sign-in/step-in", async (c) => {
    const back = localPath(c.req.query("back"));
    if (!identity.demo) return await refuse(c, [{ code: "identity.demo_refused", facts: {} }]);
    const pools = await deps.pools.list();
    // Roles are shown for the pool the reader comes from, or the only one there is.
    const named = parsePoolId(/^\/pools\/([^/?]+)/.exec(back)?.[1] ?? "");
    const pool = pools.find(({ id }) => named.ok && id === named.value) ?? pools.find(({ sandbox }) => !sandbox);
    return await c.html(<StepInPage frame={frame(c)} view={{ back, choices: await listPrepared(deps, pool?.id ?? null) }} />);
  });

  route("POST /sign-in/step-in", async (c) => {
    const form = await formOf(c);
    const stepped = await identity.stepIn(signInCall(c), form.get("person") ?? "");
    return stepped.ok ? entered(c, stepped.value.cookies, localPath(form.get("back"))) : await refuse(c, stepped.problems);
  });

  route("POST /sign-out", async (c) => entered(c, await identity.signOut(c.req.raw.headers), "/"));

  route("GET /set-password/:secret", async (c) => {
    const secret = c.req.param("secret") ?? "";
    const link = await readPasswordLink(deps, secret);
    if (!link.ok) return await refuseLink(c, link.problems);
    return await c.html(<SetPasswordPage frame={frame(c)} view={{ secret, loginName: link.value.loginName, differs: false, problems: [] }} />);
  });

  route("POST /set-password/:secret", async (c) => {
    const secret = c.req.param("secret") ?? "";
    const link = await readPasswordLink(deps, secret);
    if (!link.ok) return await refuseLink(c, link.problems);
    const form = await formOf(c);
    const password = form.get("password") ?? "";
    const differs = password !== (form.get("again") ?? "");
    const set = differs ? null : await setPassword(deps, secret, password);
    if (set?.ok) return c.redirect("/sign-in?password=set", 303);
    if (set && set.problems[0].code === "identity.link_invalid") return await refuseLink(c, set.problems);
    const view = { secret, loginName: link.value.loginName, differs, problems: set?.problems ?? [] };
    return await c.html(<SetPasswordPage frame={frame(c)} view={view} />, 422);
  });

  /** A dead link is worth saying so: its holder has to ask for another. */
  async function refuseLink(c: Context<Env>, problems: readonly [Problem, ...Problem[]]): Promise<Response> {
    return await c.html(signInPage(c, { back: "/", problems }), 404);
  }
}

const formOf = async (c: Context<Env>): Promise<URLSearchParams> => new URLSearchParams(await c.req.text());

function statusOf(c: Context<Env>, { problems }: Extract<Result<unknown>, { ok: false }>) {
  const [first] = problems;
  if ("retryAfterSeconds" in first.facts) c.header("retry-after", String(first.facts.retryAfterSeconds));
  return problemTexts[first.code].status;
}
