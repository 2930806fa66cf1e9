import createFetchClient, { type Client } from "openapi-fetch";
import type { paths } from "../contract/openapi.gen.js";

export interface ClientOptions {
  /** Where the server is, such as `http://127.0.0.1:8080`. */
  readonly server: string;
  /** A personal access token; without one only public reads are answered. */
  readonly token?: string | undefined;
  /** Language of problems. */
  readonly language?: "zh" | "en";
  /** Kept with every request that is filed; default: a program. */
  readonly channel?: "cli";
  readonly fetch?: typeof fetch;
}

export type GovpoolClient = Client<paths>;

/** The typed client: what partners use is what our own command line uses. */
export const createClient = ({ server, token, language, channel, fetch }: ClientOptions): GovpoolClient =>
  createFetchClient<paths>({
    baseUrl: server.replace(/\/+$/, ""),
    headers: {
      ...(token === undefined || token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(language === undefined ? {} : { "accept-language": language }),
      ...(channel === undefined ? {} : { "govpool-channel": channel }),
    },
    ...(fetch ? { fetch } : {}),
  });
