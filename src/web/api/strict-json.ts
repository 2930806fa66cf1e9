import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";

/** What any body may hold, whatever its route says. */
export const JSON_LIMITS = { depthMax: 32, bytesMax: 262_144 } as const;

const FORBIDDEN = new Set(["__proto__", "prototype", "constructor"]);

/**
 * Reads JSON and refuses what `JSON.parse` lets pass but two readers could read differently: a key twice in one
 * object, keys that reach into prototypes, nesting deep enough to overflow a stack later (reliability T15–T17).
 */
export function parseStrictJson(text: string): Result<unknown> {
  const flaw = findFlaw(text);
  if (flaw) return refused(flaw);
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (error) {
    return refused(problem("input.malformed_json", { detail: error instanceof Error ? error.message.slice(0, 120) : "" }));
  }
}

/** One pass over the characters, no recursion. Broken syntax is left to `JSON.parse`, which runs next. */
function findFlaw(text: string): Problem | undefined {
  // One entry per open bracket: the keys seen of an object, or undefined for an array.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === "{" || char === "[") {
      open.push(char === "{" ? new Set() : undefined);
      if (open.length > JSON_LIMITS.depthMax) return problem("input.too_deep", { max: JSON_LIMITS.depthMax });
    } else if (char === "}" || char === "]") {
      open.pop();
    } else if (char === '"') {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys && isKey(text, end)) {
        const key = unescaped(text.slice(at, end + 1));
        if (FORBIDDEN.has(key)) return problem("input.forbidden_key", { key });
        if (keys.has(key)) return problem("input.duplicate_key", { key: key.slice(0, 80) });
        keys.add(key);
      }
      at = end;
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function isKey(text: string, endOfString: number): boolean {
  for (let at = endOfString + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === ":") return true;
    if (char !== " " && char !== "\n" && char !== "\r" && char !== "\t") return false;
  }
  return false;
}

function unescaped(literal: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return literal;
  }
}
