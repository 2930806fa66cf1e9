import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = process.env["GOVPOOL_TEST_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Real data that is not ours to publish lies beside the project; without it, the tests that need it are skipped. */
export function sharedData(name: string): string | undefined {
  const path = `${FOLDER}/${name}`;
  return existsSync(path) ? path : undefined;
}
