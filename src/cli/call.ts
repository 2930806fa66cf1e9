import { randomUUID } from "node:crypto";
import { cliText } from "../text/cli.js";
import { say } from "../text/text.js";
import type { Session } from "./session.js";

/** A refusal of the server, or no answer at all: printed as it is, exit code 1. */
export class CallRefused extends Error {
  constructor(
    readonly lines: readonly string[],
    readonly code: string,
  ) {
    super(lines.join("\n"));
  }
}

interface ProblemBody {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly reference?: string;
  readonly problems?: readonly { readonly title: string; readonly detail: string; readonly field?: string; readonly file?: string; readonly line?: number }[];
}

interface Answered<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The answer's data, or a `CallRefused` that says what the server said. */
export async function answerOf<T>(session: Session, call: Promise<Answered<T>>): Promise<T> {
  let answered: Answered<T>;
  try {
    answered = await call;
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    throw new CallRefused([say(session.language, cliText["error.server"], { server: session.server, reason: cause?.code ?? (error as Error).message })], "network");
  }
  if (answered.response.ok && answered.data !== undefined) return answered.data;
  throw refusalOf(session, answered.response.status, answered.error as ProblemBody | undefined);
}

function refusalOf(session: Session, status: number, body: ProblemBody | undefined): CallRefused {
  if (!body?.problems) {
    const reference = body?.reference === undefined ? "" : ` ${body.reference}`;
    return new CallRefused([say(session.language, cliText["error.answer"], { status }) + reference], body?.code ?? String(status));
  }
  const lines = body.problems.map(({ title, detail, field, file, line }) => {
    const place = file === undefined ? (field === undefined ? "" : `${field}: `) : `${file}${line === undefined ? "" : `:${line}`}: `;
    return `${place}${title}\n  ${say(session.language, cliText["problem.todo"], { todo: detail })}`;
  });
  return new CallRefused(lines, body.code ?? String(status));
}

/** One operation, one key: a repeated call by the transport has no second effect. */
export const freshKey = (): string => randomUUID();
