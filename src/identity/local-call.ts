import type { SignInCall } from "../app/ports/identity.js";

const LOOPBACK_ADDRESS = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/i;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether somebody at this very machine calls. The host they typed counts too: a page elsewhere that made its own name
 * point at 127.0.0.1, or a proxy that passes strangers on, comes from loopback and says another host.
 */
export function isLocalCall({ headers, remoteAddress }: SignInCall): boolean {
  const forwarded = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"].some((name) => headers.has(name));
  return !forwarded && LOOPBACK_ADDRESS.test(remoteAddress) && LOOPBACK_HOST.test(headers.get("host") ?? "");
}
