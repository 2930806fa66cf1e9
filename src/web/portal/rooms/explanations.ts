import type { PageCall } from "../page-route.js";

/** Per step of the request: how the pool treated it, in the reader's language. */
export async function explanations(_call: PageCall, _publicId: string): Promise<ReadonlyMap<string, readonly string[]>> {
  return new Map();
}
