import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { openApiDocument } from "../web/api/openapi.js";
import { version } from "./version.js";

/** Writes the OpenAPI description that the typed client is generated from. `npm run openapi` runs it. */
const file = fileURLToPath(new URL("../../src/contract/openapi.gen.json", import.meta.url));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(openApiDocument(version), null, 1)}\n`);
