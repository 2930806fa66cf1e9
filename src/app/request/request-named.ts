import { readRequestNumber } from "../../domain/request/number.js";
import type { RequestOwnership } from "../ports/request.js";
import type { Reading } from "../ports/store.js";
import { isPublicId } from "./act-on-case.js";

/**
 * The request somebody names by its id, or by the number on its receipt. A number can be guessed and an id cannot, but
 * both only find the row: what may be done with it is asked of the policy next.
 */
export async function requestNamed(read: Reading, name: string): Promise<RequestOwnership | undefined> {
  if (isPublicId(name)) return await read.requests.ownership(name);
  const number = readRequestNumber(name);
  const publicId = number === undefined ? undefined : await read.requests.publicIdOf(number);
  return publicId === undefined ? undefined : await read.requests.ownership(publicId);
}
