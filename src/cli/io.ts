import type { Language } from "../text/text.js";

/** What a remote command may touch: handed in, so that tests run the real command line in process. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  out(line: string): void;
  err(line: string): void;
  /** A progress line that overwrites itself on a terminal, and says nothing elsewhere. */
  progress(line: string): void;
}

export const processIo: Io = {
  env: process.env,
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  progress: (line) => void (process.stderr.isTTY && process.stderr.write(`\r\u001b[K${line}`)),
};

export type Say = (key: string, facts?: Record<string, string | number>) => string;

/** Flags every remote command has. */
export interface CommonFlags {
  readonly server?: string;
  readonly token?: string;
  readonly pool?: string;
  readonly lang?: Language;
}
