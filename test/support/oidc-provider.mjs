// A real OpenID provider in a process of its own. Sends its issuer, waits for the client's redirect address, then serves.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  process.once("message", ({ redirectUri }) => {
    const provider = new Provider(issuer, {
      clients: [{ client_id: "govpool", client_secret: "a-secret-of-the-test", redirect_uris: [redirectUri] }],
      claims: { openid: ["sub"], profile: ["name"] },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `示例${id}` }) }),
      pkce: { required: () => true },
      cookies: { keys: ["only for this test"] },
    });
    server.on("request", provider.callback());
    process.send({ ready: true });
  });
  process.send({ issuer });
});
process.on("disconnect", () => process.exit(0));
