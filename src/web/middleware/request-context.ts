import { randomUUID } from "node:crypto";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import { preferencesOf } from "../portal/preferences.js";
import type { Env } from "../env.js";

/** A name for this call, and the language the reader chose. */
export const requestContext = createMiddleware<Env>(async (c, next) => {
  c.set("requestId", randomUUID());
  c.set("language", preferencesOf(c).language);
  await next();
  // Not `c.header`: of an answer that is made already it would make another, with a stream for a body.
  c.res.headers.set("x-request-id", c.get("requestId"));
});

/** No script, style or frame but our own: pages carry no inline code, so none can be injected. */
export const securityHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", "data:"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: "same-origin",
  xFrameOptions: "DENY",
  strictTransportSecurity: false,
});
