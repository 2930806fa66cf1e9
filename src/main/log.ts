import { pino, type Logger } from "pino";
import type { Config } from "./config.js";

/** Identity numbers, phones and bank cards: never in a log, wherever a message picked them up (reliability T20). */
const PERSONAL = /(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9}|\d{16,19})(?!\d)/g;

const scrub = (value: unknown): unknown => (typeof value === "string" ? value.replace(PERSONAL, "[personal]") : value);

/** JSON lines on standard error, so that what commands print stays readable on standard output. */
export const createLog = (config: Pick<Config, "logLevel">): Logger =>
  pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: (entry) => Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, scrub(value)])) },
      serializers: {
        // Parameters of a failed statement may be personal: its text and code are enough to find the bug.
        err: (error: Error & { code?: string }) => ({ type: error.name, message: scrub(error.message), code: error.code, stack: scrub(error.stack) }),
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
