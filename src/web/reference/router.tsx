import { Hono, type Context } from "hono";
import { openApiDocument } from "../api/openapi.js";
import type { Env } from "../env.js";
import type { Frame } from "../portal/frame.js";
import { ApiPage } from "./api-page.js";
import { operationsByTag, type ApiDocument } from "./openapi-view.js";
import { ProblemsPage } from "./problems-page.js";

export interface ReferenceOptions {
  readonly version: string;
  readonly frameOf: (c: Context<Env>) => Promise<Frame>;
}

/** `/api/openapi.json`, `/api/docs`, `/problems`: open to everybody, made once, when somebody first asks: it takes a fifth of what a start takes. */
export function referenceRouter({ version, frameOf }: ReferenceOptions): Hono<Env> {
  const document = once(() => openApiDocument(version));
  const operations = once(() => operationsByTag(document() as unknown as ApiDocument));
  return new Hono<Env>()
    .get("/api/openapi.json", (c) => c.json(document()))
    .get("/api/docs", async (c) => c.html(<ApiPage frame={await frameOf(c)} operations={operations()} />))
    .get("/problems", async (c) => c.html(<ProblemsPage frame={await frameOf(c)} />));
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
