import { LineCounter, parseAllDocuments, type Document } from "yaml";
import type { ManifestRow } from "../app/ports/manifest.js";
import { problem, type Problem } from "../domain/problem.js";
import { MANIFEST_LIMITS } from "./limits.js";

export const API_VERSION = "govpool/v1";

/** One YAML document: its kind, and its fields without the two that every document has. */
export interface YamlDeclaration extends ManifestRow {
  readonly kind: string;
}

/** Every document of a file. A document that cannot be read is a problem; the others are read all the same. */
export function readYaml(file: string, text: string, problems: Problem[]): YamlDeclaration[] {
  const lines = new LineCounter();
  let documents: readonly Document.Parsed[];
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, version: "1.2", merge: false });
    documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : [];
  } catch (error) {
    // Nesting deep enough to exhaust the parser's stack.
    problems.push(problem("manifest.syntax", { detail: detailOf(error) }, { file, line: 1 }));
    return [];
  }
  if (documents.length > MANIFEST_LIMITS.documentsMax) {
    problems.push(problem("manifest.syntax", { detail: `> ${MANIFEST_LIMITS.documentsMax} documents` }, { file, line: 1 }));
    return [];
  }
  return documents.flatMap((document) => declarationOf(file, document, lines, problems) ?? []);
}

function declarationOf(file: string, document: Document.Parsed, lines: LineCounter, problems: Problem[]): YamlDeclaration | undefined {
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const flaws = [...document.errors, ...document.warnings];
  if (flaws.length > 0) {
    problems.push(...flaws.map((flaw) => problem("manifest.syntax", { detail: detailOf(flaw) }, { file, line: lineAt(flaw.pos[0]) })));
    return undefined;
  }
  if (document.contents === null) return undefined;
  const line = lineAt(document.contents.range[0]);
  let record: unknown;
  try {
    record = document.toJS({ maxAliasCount: MANIFEST_LIMITS.aliasesMax });
  } catch (error) {
    problems.push(problem("manifest.syntax", { detail: detailOf(error) }, { file, line }));
    return undefined;
  }
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    problems.push(problem("input.invalid", { expected: "apiVersion, kind, …" }, { file, line }));
    return undefined;
  }
  const { apiVersion, kind, ...fields } = record as Record<string, unknown>;
  const lineOf = (field: string) => lineOfField(document, field, lineAt) ?? line;
  if (apiVersion !== API_VERSION) problems.push(problem("manifest.version_unknown", { expected: API_VERSION }, { field: "apiVersion", file, line: lineOf("apiVersion") }));
  if (typeof kind !== "string") problems.push(problem("input.missing", {}, { field: "kind", file, line }));
  if (apiVersion !== API_VERSION || typeof kind !== "string") return undefined;
  return { kind, record: fields, file, line, lineOf };
}

/** `recipe.steps.0.claims.1.amount` → the line of that node, or of the innermost one around it that exists. */
function lineOfField(document: Document.Parsed, field: string, lineAt: (offset: number) => number): number | undefined {
  const path = field.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = (node as { range?: readonly [number, number, number] } | undefined)?.range;
    if (range) return lineAt(range[0]);
  }
  return undefined;
}

const detailOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0]?.slice(0, 160) ?? "";
