import { freshKey } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import { Remote } from "./remote.js";

export interface BringBackFlags extends CommonFlags {
  readonly grounds: string;
  readonly from?: string;
  readonly amount?: string;
  readonly key?: string;
  readonly output: string;
}

/** `govpool recall LOAN --grounds WHY` by the lender, `govpool return LOAN --grounds WHY` by the borrower; `--amount` brings back so much of each period. */
export async function bringBack(io: Io, act: "recall" | "return", loan: string, flags: BringBackFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const body = { grounds: flags.grounds, ...(flags.from === undefined ? {} : { from: flags.from }), ...(flags.amount === undefined ? {} : { amount: flags.amount }) };
  const done = await remote.write("POST", `/loans/${encodeURIComponent(loan)}/${act}`, body, { "idempotency-key": flags.key ?? freshKey() });
  io.out(flags.output === "json" ? JSON.stringify(done, null, 2) : said(remote, loan, done));
}

function said(remote: Remote, loan: string, done: Record<string, unknown>): string {
  const [part] = (done["parts"] as readonly Record<string, unknown>[]).slice(-1);
  if (done["backFrom"] !== null || !part) return remote.say("loan.brought-back", { loan, day: String(done["backFrom"]) });
  return remote.say("loan.part-brought-back", { loan, day: String(part["from"]), amount: String(part["amount"]), keeps: String(done["keeps"]) });
}

export interface RenewFlags extends CommonFlags {
  readonly to: string;
  readonly output: string;
}

/** `govpool renew LOAN --to DAY`: drafts the plan that lets it go on. */
export async function renew(io: Io, loan: string, flags: RenewFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const made = await remote.write("POST", `/loans/${encodeURIComponent(loan)}/renewal`, { to: flags.to });
  io.out(flags.output === "json" ? JSON.stringify(made, null, 2) : remote.say("loan.renewed", { loan, day: flags.to, plan: String(made["plan"]) }));
}
