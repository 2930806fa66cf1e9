import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import type { Env } from "../../src/web/env.js";
import { crossSite, FORM_TOKEN, formTokens } from "../../src/web/middleware/csrf.js";
import { requestContext } from "../../src/web/middleware/request-context.js";

const OWN = "http://127.0.0.1:8080";

/** Signed in by cookie as session `s1`, by bearer, or not at all. */
function app(signedInBy: "cookie" | "bearer" | "nobody", { sessionId = "s1", publicUrl }: { sessionId?: string; publicUrl?: string } = {}) {
  const web = new Hono<Env>();
  let acts = 0;
  web.use(requestContext);
  web.use(async (c, next) => {
    c.set("signedInBy", signedInBy);
    c.set("sessionId", signedInBy === "cookie" ? sessionId : null);
    await next();
  });
  web.use(crossSite({ secret: "of this test", publicUrl }));
  web.use(formTokens);
  web.get("/form", (c) => c.html(`<form action="/act" method="post"><b>x</b></form><form method="get"></form><form method="post" enctype="multipart/form-data" action="/act?a=1"></form>`));
  web.on(["POST", "PUT", "PATCH", "DELETE"], "/act", (c) => {
    acts += 1;
    return c.text("done");
  });
  return {
    acts: () => acts,
    request: (path: string, init: RequestInit = {}) => web.request(`${OWN}${path}`, init),
  };
}

async function formOf(web: ReturnType<typeof app>, cookie?: string): Promise<{ token: string; cookie: string; html: string; answer: Response }> {
  const answer = await web.request("/form", cookie === undefined ? {} : { headers: { cookie } });
  const html = await answer.text();
  return { token: /name="form-token" value="([^"]+)"/.exec(html)?.[1] ?? "", cookie: answer.headers.getSetCookie()[0]?.split(";")[0] ?? "", html, answer };
}

describe("a call that changes something, signed in by cookie", () => {
  const origins = { absent: undefined, null: "null", evil: "https://evil.example", sibling: "http://other.127.0.0.1:8080", scheme: "https://127.0.0.1:8080", port: "http://127.0.0.1:8081", own: OWN };
  const types = { form: "application/x-www-form-urlencoded", multipart: "multipart/form-data; boundary=x", text: "text/plain", json: "application/json", none: undefined };
  const sites = { absent: undefined, cross: "cross-site", sibling: "same-site", own: "same-origin", typed: "none" };

  test("passes only from our own pages, and as a form only with the token: every cell of the matrix", async () => {
    const web = app("cookie");
    const { token } = await formOf(web);
    const passed: string[] = [];
    let cells = 0;
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      for (const [originName, origin] of Object.entries(origins)) {
        for (const [siteName, site] of Object.entries(sites)) {
          for (const [typeName, type] of Object.entries(types)) {
            for (const withToken of [true, false]) {
              const headers: Record<string, string> = { cookie: "govpool-session=x" };
              if (origin !== undefined) headers["origin"] = origin;
              if (site !== undefined) headers["sec-fetch-site"] = site;
              if (type !== undefined) headers["content-type"] = type;
              const answer = await web.request(withToken && typeName === "multipart" ? `/act?${FORM_TOKEN}=${token}` : "/act", {
                method,
                headers,
                body: typeName === "form" && withToken ? new URLSearchParams({ [FORM_TOKEN]: token }).toString() : typeName === "none" ? null : new TextEncoder().encode("{}"),
              });
              cells += 1;
              expect([200, 403]).toContain(answer.status);
              if (answer.status === 200) passed.push([method, originName, siteName, typeName, withToken ? "token" : "bare"].join(" "));
            }
          }
        }
      }
    }
    const legal: string[] = [];
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      for (const site of ["absent", "own", "typed"]) {
        legal.push(`${method} own ${site} form token`, `${method} own ${site} multipart token`, `${method} own ${site} json token`, `${method} own ${site} json bare`);
        if (method !== "POST") legal.push(`${method} own ${site} none token`, `${method} own ${site} none bare`);
      }
    }
    expect(passed.sort()).toEqual(legal.sort());
    expect(cells).toBe(1_400);
    expect(web.acts()).toBe(legal.length);
  });

  test("is refused with a token of another session, of a visitor, or of another installation", async () => {
    const web = app("cookie");
    for (const other of [app("cookie", { sessionId: "s2" }), app("nobody")]) {
      const { token } = await formOf(other);
      const answer = await web.request("/act", { method: "POST", headers: { origin: OWN, "content-type": "application/x-www-form-urlencoded" }, body: `${FORM_TOKEN}=${token}` });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: "csrf.refused", facts: { reason: "token" } });
    }
  });

  test("behind a proxy is measured against the address people type", async () => {
    const web = app("cookie", { publicUrl: "https://pool.example" });
    const send = (origin: string) => web.request("/act", { method: "POST", headers: { origin, "content-type": "application/json" }, body: "{}" });
    expect((await send("https://pool.example")).status).toBe(200);
    expect((await send(OWN)).status).toBe(403);
  });
});

describe("a visitor", () => {
  test("gets a cookie with the first form, and needs both: signing somebody in from elsewhere does not work", async () => {
    const web = app("nobody");
    const { token, cookie, answer } = await formOf(web);
    expect(answer.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax/);
    const post = (headers: Record<string, string>) =>
      web.request("/act", { method: "POST", headers: { origin: OWN, "content-type": "application/x-www-form-urlencoded", ...headers }, body: `${FORM_TOKEN}=${token}` });
    expect((await post({ cookie })).status).toBe(200);
    expect((await post({})).status).toBe(403);
    expect((await post({ cookie: "govpool-visitor=AAAAAAAAAAAAAAAAAAAAAA" })).status).toBe(403);
    expect((await formOf(web, cookie)).token).toBe(token);
  });

  test("that is a program sending JSON without any cookie is not asked for what browsers send", async () => {
    const web = app("nobody");
    const json = { "content-type": "application/json" };
    expect((await web.request("/act", { method: "POST", headers: json, body: "{}" })).status).toBe(200);
    expect((await web.request("/act", { method: "POST", headers: { ...json, cookie: "a=b" }, body: "{}" })).status).toBe(403);
    expect((await web.request("/act", { method: "POST", headers: { ...json, "sec-fetch-site": "cross-site" }, body: "{}" })).status).toBe(403);
    expect((await web.request("/act", { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" })).status).toBe(403);
  });
});

test("a bearer token is not something a browser adds by itself", async () => {
  const answer = await app("bearer").request("/act", { method: "DELETE", headers: { origin: "https://elsewhere.example" } });
  expect(answer.status).toBe(200);
});

test("every posted form of a page carries the token, other forms do not, and uploads carry it in their address", async () => {
  const { html, token } = await formOf(app("cookie"));
  expect(html).toBe(
    `<form action="/act" method="post"><input type="hidden" name="form-token" value="${token}"><b>x</b></form><form method="get"></form>` +
      `<form method="post" enctype="multipart/form-data" action="/act?a=1&amp;form-token=${token}"><input type="hidden" name="form-token" value="${token}"></form>`,
  );
});

test("a form of endless length is refused before it is read", async () => {
  const answer = await app("cookie").request("/act", {
    method: "POST",
    headers: { origin: OWN, "content-type": "application/x-www-form-urlencoded", "content-length": String(3_000_000) },
    body: "x".repeat(3_000_000),
  });
  expect(answer.status).toBe(413);
});
