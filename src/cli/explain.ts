import { cliText } from "../text/cli.js";
import { say } from "../text/text.js";
import { stepStateWords } from "../text/words.js";
import type { CommonFlags, Io } from "./io.js";
import { cell } from "./nouns.js";
import { Remote } from "./remote.js";
import { plain } from "./table.js";

interface Explained {
  readonly number: string;
  readonly steps: readonly {
    readonly step: string;
    readonly names: { readonly zh: string; readonly en: string };
    readonly state: keyof typeof stepStateWords;
    readonly answer: { readonly kind: string };
    readonly sentences: readonly string[];
  }[];
}

export interface ExplainFlags extends CommonFlags {
  readonly output: string;
  readonly order?: boolean;
  readonly before?: string;
}

/** `govpool explain REQUEST`: per step, what the pool decided and why, in the reader's language. */
export async function explain(io: Io, request: string, flags: ExplainFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  if (flags.before !== undefined || flags.order === true) return await explainOrder(io, remote, request, flags);
  const row = await remote.get(`/requests/${encodeURIComponent(request)}/explanation`);
  if (flags.output === "json") return io.out(JSON.stringify(row, null, 2));
  const { language } = remote.session;
  const { number, steps } = row as unknown as Explained;
  io.out(number);
  for (const { names, state, answer, sentences } of steps) {
    // Until it begins, what was answered says more than that it is ready.
    const answered = state === "ready" && (answer.kind === "granted" || answer.kind === "refused") ? cliText[`explain.${answer.kind}`] : stepStateWords[state];
    io.out("");
    io.out(plain(`${cell(names, language)} · ${say(language, answered)}`));
    for (const sentence of sentences) io.out(plain(`  ${sentence}`));
  }
}

/** `govpool explain REQUEST --order`, and `--before OTHER`: who is before it, in as much as the caller may know. */
async function explainOrder(io: Io, remote: Remote, request: string, { before, output }: ExplainFlags): Promise<void> {
  const other = before === undefined ? "" : `/${encodeURIComponent(before)}`;
  const row = await remote.get(`/requests/${encodeURIComponent(request)}/order${other}`);
  if (output === "json") return io.out(JSON.stringify(row, null, 2));
  for (const sentence of (row as unknown as { readonly sentences: readonly string[] }).sentences) io.out(plain(sentence));
}
