import { CallRefused, freshKey } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import { Remote } from "./remote.js";

export interface DrainFlags extends CommonFlags {
  readonly as?: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason: string;
  readonly ground?: string;
  readonly key?: string;
  readonly output: string;
}

type Kind = "drain" | "cordon" | "failover";

/** `govpool drain UNIT|RESOURCE|ASSET … --reason WHY`: out of service, and what is held there moved; several at once, all or none. A cordon moves nothing. */
export async function drain(io: Io, kind: Kind, names: readonly string[], flags: DrainFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const targets: { readonly targetKind: string; readonly target: string }[] = [];
  for (const target of names) targets.push({ targetKind: flags.as ?? (await kindOf(remote, target)), target });
  const common = {
    kind,
    reason: flags.reason,
    ...(flags.from !== undefined && { from: flags.from }),
    ...(flags.to !== undefined && { to: flags.to }),
    ...(flags.ground !== undefined && { ground: flags.ground }),
  };
  const key = { "idempotency-key": flags.key ?? freshKey() };
  const [first] = targets;
  const made = targets.length === 1 ? await remote.write("POST", "/drains", { ...common, ...first }, key) : await remote.write("POST", "/drains/together", { ...common, targets }, key);
  if (flags.output === "json") return io.out(JSON.stringify(made, null, 2));
  const numbers = targets.length === 1 ? [made["drain"]] : (made["drains"] as readonly unknown[]);
  for (const [at, { target }] of targets.entries()) io.out(remote.say(`drain.${kind}`, { drain: String(numbers[at]), target }));
}

/** `govpool undrain DRAIN|TARGET --reason WHY`: back in service; what was moved stays where it is. */
export async function undrain(io: Io, name: string, flags: Pick<DrainFlags, "reason" | "key" | "output"> & CommonFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const id = /^\d+$/.test(name) ? name : await drainOf(remote, name);
  const lifted = await remote.write("POST", `/drains/${encodeURIComponent(id)}/lift`, { reason: flags.reason }, { "idempotency-key": flags.key ?? freshKey() });
  io.out(flags.output === "json" ? JSON.stringify(lifted, null, 2) : remote.say("drain.lifted", { drain: id, target: String(lifted["target"]) }));
}

/** The number of the drain in force for what has the name; a unit's, a resource's or an asset's. */
async function drainOf(remote: Remote, target: string): Promise<string> {
  for (let after: string | undefined; ; ) {
    const page = (await remote.get("/drains", { limit: 500, ...(after === undefined ? {} : { after }) })) as unknown as { readonly rows: readonly { readonly drain: number; readonly target: string }[]; readonly next: string | null };
    const found = page.rows.find((row) => row.target === target);
    if (found) return String(found.drain);
    if (page.next === null) throw new CallRefused([remote.say("error.not_in_list", { noun: "drains", key: target })], "name");
    after = page.next;
  }
}

/** What carries the name: the first of asset, resource and unit that is there. */
async function kindOf(remote: Remote, target: string): Promise<"asset" | "resource" | "unit"> {
  for (const kind of ["asset", "resource"] as const) {
    try {
      await remote.get(`/${kind}s/${encodeURIComponent(target)}`);
      return kind;
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
    }
  }
  return "unit";
}
