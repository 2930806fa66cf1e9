import { CallRefused, freshKey } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import { cell } from "./nouns.js";
import { Remote } from "./remote.js";

export interface SubmitFlags extends CommonFlags {
  readonly division: string;
  readonly set: readonly string[];
  readonly material: readonly string[];
  readonly enterprise?: string;
  readonly key?: string;
  readonly output: string;
}

interface Receipt {
  readonly number: string;
  readonly statusCode: string;
  readonly unit: { readonly names: unknown };
  readonly promisedDueAt: string;
  readonly missingMaterials: readonly string[];
}

/** `govpool submit ITEM --division CODE --set FIELD=VALUE …`: files a request and prints its receipt. */
export async function submit(io: Io, item: string, flags: SubmitFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const body = {
    item,
    division: flags.division,
    answers: Object.fromEntries(flags.set.map((pair) => pairOf(remote, pair))),
    materials: flags.material,
    ...(flags.enterprise === undefined ? {} : { enterprise: flags.enterprise }),
  };
  const row = await remote.write("POST", "/requests", body, { "idempotency-key": flags.key ?? freshKey() });
  if (flags.output === "json") return io.out(JSON.stringify(row, null, 2));
  const { number, statusCode, unit, promisedDueAt, missingMaterials } = row as unknown as Receipt;
  const { language } = remote.session;
  io.out(remote.say("submit.done", { number, code: statusCode, unit: cell(unit.names, language) ?? "", due: cell(promisedDueAt, language) ?? "" }));
  if (missingMaterials.length > 0) io.out(remote.say("submit.missing", { materials: missingMaterials.join(", ") }));
}

function pairOf(remote: Remote, pair: string): readonly [string, string] {
  const at = pair.indexOf("=");
  if (at < 1) throw new CallRefused([remote.say("error.not_a_pair", { given: pair })], "set");
  return [pair.slice(0, at), pair.slice(at + 1)];
}
