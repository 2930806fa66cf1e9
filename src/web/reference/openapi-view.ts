/** Only what the reference shows of an OpenAPI document. */
export interface ApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

export interface OperationView {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly access: string | undefined;
  readonly parameters: readonly { readonly name: string; readonly where: string; readonly required: boolean; readonly type: string }[];
  readonly body: string | undefined;
  readonly answer: { readonly status: string; readonly schema: string } | undefined;
  readonly problems: readonly string[];
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly format?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface RawOperation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly operationId?: string;
  readonly "x-govpool-access"?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>>;
}

/** Operations by tag, in the document's order. */
export function operationsByTag(document: ApiDocument): ReadonlyMap<string, readonly OperationView[]> {
  const tags = new Map<string, OperationView[]>();
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, raw] of Object.entries(methods)) {
      const operation = raw as RawOperation;
      const tag = operation.tags?.[0] ?? "";
      const list = tags.get(tag) ?? [];
      list.push(viewOf(document, path, method, operation));
      tags.set(tag, list);
    }
  }
  return tags;
}

function viewOf(document: ApiDocument, path: string, method: string, operation: RawOperation): OperationView {
  const responses = Object.entries(operation.responses ?? {});
  const answered = responses.find(([status]) => status.startsWith("2"));
  const answerSchema = answered?.[1].content?.["application/json"]?.schema;
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return {
    id: operation.operationId ?? `${method}${path}`,
    method: method.toUpperCase(),
    path,
    summary: operation.summary ?? "",
    access: operation["x-govpool-access"],
    parameters: (operation.parameters ?? [])
      .filter(({ name }) => name !== "pool")
      .map(({ name, in: where, required = false, schema }) => ({ name, where, required, type: outline(document, schema ?? {}) })),
    body: body ? outline(document, body) : undefined,
    answer: answered ? { status: answered[0], schema: answerSchema ? outline(document, answerSchema) : "" } : undefined,
    problems: responses.filter(([status]) => !status.startsWith("2")).flatMap(([, { description = "" }]) => description.split(", ").filter(Boolean)),
  };
}

/** Deep enough to write a call by; a recipe inside an item inside a list is cut with an ellipsis. */
const DEPTH_MAX = 6;

/** A schema as a TypeScript-like outline. */
function outline(document: ApiDocument, schema: Schema, depth = 0): string {
  if (schema.$ref !== undefined) {
    const target = document.components?.schemas?.[schema.$ref.split("/").at(-1) ?? ""] as Schema | undefined;
    return target ? outline(document, target, depth) : "unknown";
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return union.map((one) => outline(document, one, depth)).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.map((type: string) => outline(document, { ...schema, type }, depth)).join(" | ");
  if (schema.type === "array") return `[${depth >= DEPTH_MAX ? "…" : outline(document, schema.items ?? {}, depth)}]`;
  if (schema.type === "object" || schema.properties) return objectOutline(document, schema, depth);
  return simple(schema);
}

function objectOutline(document: ApiDocument, schema: Schema, depth: number): string {
  if (depth >= DEPTH_MAX) return "{ … }";
  const indent = "  ".repeat(depth + 1);
  const lines = Object.entries(schema.properties ?? {}).map(([name, inner]) => `${indent}${name}${schema.required?.includes(name) ? "" : "?"}: ${outline(document, inner, depth + 1)}`);
  if (typeof schema.additionalProperties === "object") lines.push(`${indent}[name]: ${outline(document, schema.additionalProperties, depth + 1)}`);
  return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${"  ".repeat(depth)}}`;
}

function simple({ type, format, maxLength, minimum, maximum }: Schema): string {
  const name = format ?? (typeof type === "string" ? type : "any");
  if (maxLength !== undefined) return `${name} (≤ ${maxLength})`;
  if (minimum !== undefined && maximum !== undefined) return `${name} (${minimum}–${maximum})`;
  return name;
}
