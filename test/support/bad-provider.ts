import { createHash, createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

type Claims = Record<string, unknown>;
export interface Token {
  header: Record<string, unknown>;
  claims: Claims;
  key: KeyObject | string | null;
}

/** How the provider errs; nothing set: it behaves. */
export interface Errors {
  token?: (token: Token) => void;
  userinfo?: (claims: Claims) => void;
  answer?: (body: Record<string, unknown>) => void;
  status?: number;
}

/** A provider that checks what we send it, and answers wrongly where told to. */
export async function badProvider() {
  const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const foreign = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...own.publicKey.export({ format: "jwk" }), kid: "k1", alg: "RS256", use: "sig" };
  const state = { errors: {} as Errors, issuer: "", named: "", exchanges: 0 };
  const codes = new Map<string, { readonly nonce: string; readonly challenge: string; readonly redirect: string }>();

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", state.issuer);
    const json = (body: unknown, status = 200) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json({
          issuer: state.named || state.issuer,
          authorization_endpoint: `${state.issuer}/authorize`,
          token_endpoint: `${state.issuer}/token`,
          userinfo_endpoint: `${state.issuer}/userinfo`,
          jwks_uri: `${state.issuer}/jwks`,
          id_token_signing_alg_values_supported: ["RS256"],
        });
      case "/jwks":
        return json({ keys: [jwk] });
      case "/token": {
        let text = "";
        request.on("data", (part: Buffer) => (text += part.toString()));
        request.on("end", () => json(...exchange(new URLSearchParams(text))));
        return undefined;
      }
      case "/userinfo": {
        const claims: Claims = { sub: "someone", name: "某人" };
        state.errors.userinfo?.(claims);
        return json(claims);
      }
      default:
        return json({}, 404);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function exchange(form: URLSearchParams): [unknown, number] {
    state.exchanges += 1;
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    if (!code || code.challenge !== challenge || code.redirect !== form.get("redirect_uri")) return [{ error: "invalid_grant" }, 400];
    const now = Math.floor(Date.now() / 1_000);
    const token: Token = {
      header: { alg: "RS256", kid: "k1", typ: "JWT" },
      claims: { iss: state.issuer, aud: "govpool", sub: "someone", nonce: code.nonce, iat: now, exp: now + 300 },
      key: own.privateKey,
    };
    state.errors.token?.(token);
    const body: Record<string, unknown> = { access_token: "at", token_type: "Bearer", expires_in: 60, id_token: write(token) };
    state.errors.answer?.(body);
    return [body, state.errors.status ?? 200];
  }

  return {
    state,
    foreignKey: foreign.privateKey,
    publicKeyPem: own.publicKey.export({ format: "pem", type: "spki" }).toString(),
    /** What the provider's sign-in page would do with the address we sent the browser to. */
    authorize(location: string): { readonly back: URL; readonly asked: URLSearchParams } {
      const asked = new URL(location).searchParams;
      const code = randomUUID();
      codes.set(code, { nonce: asked.get("nonce") ?? "", challenge: asked.get("code_challenge") ?? "", redirect: asked.get("redirect_uri") ?? "" });
      const back = new URL(asked.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", asked.get("state") ?? "");
      return { back, asked };
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function write({ header, claims, key }: Token): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${part(header)}.${part(claims)}`;
  if (key === null) return `${body}.`;
  const signature = typeof key === "string" ? createHmac("sha256", key).update(body).digest() : sign("sha256", Buffer.from(body), key);
  return `${body}.${signature.toString("base64url")}`;
}
