import { createReadStream } from "node:fs";
import { TextDecoder } from "node:util";
import { problem, type Problem } from "../domain/problem.js";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "gb18030";

export interface TextShape {
  readonly encoding: Encoding;
  /** Line feeds in the file. */
  readonly lines: number;
}

/**
 * Finds a file's encoding by reading it once: a byte order mark says it; without one, a file that is valid UTF-8
 * throughout is UTF-8, and everything else must be GB18030, which is what Chinese spreadsheets write for "CSV".
 * The whole file is looked at because the first Chinese character may come late.
 */
export async function detectEncoding(path: string, file: string): Promise<TextShape | Problem> {
  let marked: Encoding | undefined;
  let utf8: TextDecoder | undefined = new TextDecoder("utf-8", { fatal: true });
  let lines = 0;
  let first = true;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    if (first) marked = byteOrderMark(chunk);
    first = false;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
    if (marked !== undefined || utf8 === undefined) continue;
    // A NUL occurs in no text file; it marks UTF-16 without a byte order mark, or a binary file.
    if (chunk.includes(0)) return problem("table.encoding_unknown", {}, { file, line: lines + 1 });
    utf8 = stillValid(utf8, chunk);
  }
  if (marked !== undefined) return { encoding: marked, lines };
  return { encoding: utf8 !== undefined && stillValid(utf8) ? "utf-8" : "gb18030", lines };
}

function byteOrderMark(chunk: Buffer): Encoding | undefined {
  if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) return "utf-8";
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return "utf-16le";
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return "utf-16be";
  return undefined;
}

function stillValid(decoder: TextDecoder, chunk?: Buffer): TextDecoder | undefined {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return decoder;
  } catch {
    return undefined;
  }
}

/** The bytes did not fit the encoding. */
export class EncodingFault extends Error {
  constructor(readonly line: number) {
    super(`undecodable bytes near line ${line}`);
  }
}

/** The file's text, piece by piece, without byte order mark. Throws EncodingFault where the bytes stop making sense. */
export async function* decoded(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  const decode = (chunk?: Buffer): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new EncodingFault(line);
    }
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 64 * 1024 }) as AsyncIterable<Buffer>) {
    const text = decode(chunk);
    yield text;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) line += 1;
  }
  const rest = decode();
  if (rest !== "") yield rest;
}
