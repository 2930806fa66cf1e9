import { CallRefused, freshKey } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import { Remote } from "./remote.js";

export interface AnnulFlags extends CommonFlags {
  readonly step?: string;
  readonly basis: string;
  readonly grounds: string;
  readonly key?: string;
  readonly output: string;
}

/** `govpool annul REQUEST --basis LAW --grounds WHY`: takes back a number set by law that the request was granted. */
export async function annul(io: Io, name: string, flags: AnnulFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const request = await remote.get(`/requests/${encodeURIComponent(name)}`);
  const may = (request["may"] as { readonly annul: readonly string[] }).annul;
  // With one number there is nothing to choose; what may not be annulled is refused by the server, in its words.
  const step = flags.step ?? (may.length === 1 ? may[0] : undefined);
  if (step === undefined) throw new CallRefused([remote.say("annul.step_needed", { steps: may.join(", ") || "—" })], "annul");
  const path = `/requests/${String(request["request"])}/steps/${encodeURIComponent(step)}/annulment`;
  const done = await remote.write("POST", path, { basis: flags.basis, grounds: flags.grounds }, { "idempotency-key": flags.key ?? freshKey(), "if-match": `"${String(request["generation"])}"` });
  io.out(flags.output === "json" ? JSON.stringify(done, null, 2) : remote.say("annul.done", { number: String(done["number"]), step }));
}
