import type { Instant } from "../../domain/instant.js";
import type { Result } from "../../domain/result.js";

export interface WebhookMessage {
  readonly url: string;
  /** Names the message: the same at every attempt. */
  readonly id: string;
  readonly at: Instant;
  readonly body: string;
  readonly secret: string;
}

/** What came back: a status, or why there was none. */
export type WebhookAnswer = { readonly status: number } | { readonly error: string };

/** Sends to addresses outside, and to no other. */
export interface WebhookSender {
  /** Whether the address could be sent to. Names are looked up only when something is sent, and judged again then. */
  check(url: string): Result<string>;
  send(message: WebhookMessage): Promise<WebhookAnswer>;
}
