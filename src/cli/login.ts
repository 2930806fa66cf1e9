import { cliText } from "../text/cli.js";
import { say } from "../text/text.js";
import { CallRefused } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import { Remote } from "./remote.js";
import { keepSession } from "./session.js";

/** `govpool login [--token T | --as PERSON]`: keeps who we are; without either, says who we are. */
export async function login(io: Io, flags: CommonFlags & { readonly as?: string }): Promise<void> {
  // Who signs in anew does so without what was kept: it may have been revoked, or belong to a pool that is gone.
  const remote = await Remote.open(io, flags.as === undefined ? flags : { ...flags, token: "" });
  const { server, language } = remote.session;
  let token = flags.as === undefined ? remote.session.token : undefined;
  if (flags.as !== undefined) token = ((await remote.write("POST", "/demo-tokens", { person: flags.as })) as { secret: string }).secret;
  const who = (await (flags.as === undefined ? remote : await Remote.open(io, { ...flags, ...(token === undefined ? {} : { token }) })).get("/me")) as { name: string | null };
  if (flags.as !== undefined || flags.token !== undefined) {
    if (who.name === null) throw new CallRefused([say(language, cliText["login.how"])], "login");
    keepSession(io.env, { server, pool: remote.pool, ...(token === undefined ? {} : { token }) });
    return io.out(remote.say("login.done", { server, name: who.name }));
  }
  io.out(remote.say("login.whoami", { server, name: who.name ?? remote.say("login.nobody"), pool: remote.pool }));
  if (who.name === null) io.err(remote.say("login.how"));
}
