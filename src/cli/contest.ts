import { contestText } from "../text/contest.js";
import { say } from "../text/text.js";
import { CallRefused } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import type { Row } from "./nouns.js";
import { Remote } from "./remote.js";

export interface ContestFlags extends CommonFlags {
  readonly unit?: string;
  readonly against?: string;
  readonly item?: string;
  readonly class?: string;
  readonly division?: string;
  readonly request?: string;
  readonly claims?: boolean;
  readonly declines?: boolean;
  readonly statement?: string;
  readonly days?: string;
  readonly daysBasis?: string;
  readonly to?: string;
  readonly asBefore?: boolean;
  readonly grounds?: string;
  readonly basis?: string;
  readonly from?: string;
  readonly until?: string;
  readonly replaces?: string;
  readonly output: string;
}

const ACTS = ["open", "state", "rule"] as const;

/** `govpool contest open --unit U --against V … --declines`, `contest state ID --unit V --claims`, `contest rule ID --to UNIT | --as-before`. */
export async function contest(io: Io, act: string, id: string | undefined, flags: ContestFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const { language } = remote.session;
  const known = ACTS.find((one) => one === act);
  if (!known || (known !== "open" && id === undefined)) throw new CallRefused([say(language, contestText["cli.acts"], { acts: ACTS.join(", ") })], "act");
  if (known === "rule" ? (flags.to === undefined) === (flags.asBefore !== true) : (flags.claims === true) === (flags.declines === true)) {
    throw new CallRefused([say(language, contestText[known === "rule" ? "cli.to" : "cli.stance"])], known === "rule" ? "to" : "claims");
  }
  const made = await acted(remote, known, encodeURIComponent(id ?? ""), flags);
  if (flags.output === "json") return io.out(JSON.stringify(made, null, 2));
  const state = String(made["state"]) as "open";
  io.out(say(language, contestText["cli.done"], { contest: Number(made["contest"]), state: say(language, contestText[`state.${state}`]), coordinator: String(made["coordinator"] ?? say(language, contestText.centre)), due: String(made["rulingDueAt"] ?? made["dueAt"]) }));
}

function acted(remote: Remote, act: (typeof ACTS)[number], id: string, flags: ContestFlags): Promise<Row> {
  const given = (fields: Readonly<Record<string, string | number | undefined>>): Record<string, unknown> => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
  if (act === "rule") {
    return remote.write("POST", `/contests/${id}/rulings`, { unit: flags.to ?? null, ...given({ grounds: flags.grounds, basis: flags.basis, from: flags.from, to: flags.until, replaces: number(flags.replaces) }) });
  }
  const said = { stance: flags.claims === true ? "claims" : "declines", ...given({ unit: flags.unit, statement: flags.statement, basis: flags.basis }) };
  if (act === "state") return remote.write("POST", `/contests/${id}/statements`, said);
  const against = (flags.against ?? "").split(",").map((unit) => unit.trim()).filter((unit) => unit !== "");
  return remote.write("POST", "/contests", { ...said, against, ...given({ item: flags.item, class: flags.class, division: flags.division, request: flags.request, workingDays: number(flags.days), termBasis: flags.daysBasis }) });
}
