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

/** `govpool explain REQUEST`: per step, what the pool decided and why, in the reader's language. */
export async function explain(io: Io, request: string, flags: CommonFlags & { readonly output: string }): Promise<void> {
  const remote = await Remote.open(io, flags);
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
