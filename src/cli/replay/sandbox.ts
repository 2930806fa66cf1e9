import { createClient, type GovpoolClient } from "../../client/client.js";
import { answerOf, freshKey } from "../call.js";
import type { Row } from "../nouns.js";
import type { Session } from "../session.js";

export interface DecidedRow {
  readonly seq: number;
  readonly request: string;
  readonly step: string;
  readonly attempt: number;
  readonly mode: "human" | "automatic" | "external";
  readonly outcome: "granted" | "refused";
  readonly readyAt: string | null;
  readonly startsAt: string | null;
  readonly slotted: boolean;
  readonly waitedFor: { readonly class: string; readonly rule: string } | null;
}

export interface FormFieldShown {
  readonly field: string;
  readonly type: "text" | "textarea" | "number" | "date" | "choice" | "division" | "phone" | "id-number";
  readonly required: boolean;
  readonly options?: readonly { readonly value: string }[];
}

export interface ItemShown {
  readonly item: string;
  readonly names: { readonly zh: string };
  readonly taskType: string;
  readonly audience: readonly string[];
  readonly guessed: boolean;
  readonly form: readonly FormFieldShown[];
  readonly materials: readonly { readonly material: string; readonly source: string; readonly waived: boolean }[];
}

export interface ReportShown {
  readonly byState: Readonly<Record<string, number>>;
  readonly breaches: number;
  readonly unlawful: number;
  readonly lapsed: number;
  readonly waiting: readonly { readonly rule: string; readonly class: string; readonly kind: string; readonly steps: number }[] | null;
  readonly classes: readonly { readonly class: string; readonly kind: string; readonly capacity: number; readonly used: number }[];
}

/** Steps reported in one call at most. */
export const COMPLETIONS_MAX = 500;
const PAGE = 500;
/** Calls that ask whether the writer follows the clock, before a replay gives up. */
const CLOCK_ASKED_MAX = 30;

/** A sandbox as a replay uses it: the public API, in the name of whoever replays. */
export class Sandbox {
  private constructor(
    readonly session: Session,
    readonly pool: string,
    readonly client: GovpoolClient,
  ) {}

  /** A client that says it replays. */
  static of(session: Session, pool: string): Sandbox {
    const playing: typeof fetch = (input, init) => {
      const request = new Request(input, init);
      request.headers.set("govpool-channel", "replay");
      return fetch(request);
    };
    const { server, token, language } = session;
    return new Sandbox(session, pool, createClient({ server, token, language, fetch: playing }));
  }

  static async make(session: Session, source: string, wish: { readonly at: number; readonly silo: boolean }): Promise<Sandbox> {
    const made = await Sandbox.of(session, source).write("POST", "/sandboxes", { at: new Date(wish.at).toISOString(), silo: wish.silo });
    return Sandbox.of(session, String(made["pool"]));
  }

  async read(path: string, query: Readonly<Record<string, string | number>> = {}): Promise<Row> {
    return (await answerOf(this.session, this.client.GET(`/api/v1/pools/{pool}${path}` as never, { params: { path: { pool: this.pool }, query } } as never) as never)) as Row;
  }

  async write(method: "POST" | "PUT", path: string, body: unknown, key = freshKey()): Promise<Row> {
    const options = { params: { path: { pool: this.pool } }, body, headers: { "idempotency-key": key } };
    const sent = method === "POST" ? this.client.POST(`/api/v1/pools/{pool}${path}` as never, options as never) : this.client.PUT(`/api/v1/pools/{pool}${path}` as never, options as never);
    return (await answerOf(this.session, sent as never)) as Row;
  }

  async all<T>(path: string, query: Readonly<Record<string, string | number>> = {}): Promise<T[]> {
    const rows: T[] = [];
    let after: string | undefined;
    do {
      const page = (await this.read(path, { ...query, limit: PAGE, ...(after === undefined ? {} : { after }) })) as unknown as { rows: readonly T[]; next: string | null };
      rows.push(...page.rows);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return rows;
  }

  /** False: the writer has not worked up to it in time. One call waits ten seconds, and as long may pass until another scheduler takes over. */
  async setClock(at: number): Promise<boolean> {
    for (let asked = 0; asked < CLOCK_ASKED_MAX; asked += 1) {
      const { workedUpTo } = await this.write("PUT", "/clock", { at: new Date(at).toISOString() });
      if (workedUpTo !== null && Date.parse(String(workedUpTo)) >= at) return true;
    }
    return false;
  }

  async workingTime(days: number): Promise<{ readonly halfHours: readonly number[]; readonly official: readonly number[] }> {
    const { halfHours, official } = (await this.read("/clock", { days })) as unknown as { halfHours: readonly string[]; official: readonly string[] };
    return { halfHours: halfHours.map(Date.parse), official: official.map(Date.parse) };
  }

  /** Everything decided after a number. */
  async decided(after: number): Promise<{ readonly rows: readonly DecidedRow[]; readonly next: number }> {
    const rows: DecidedRow[] = [];
    for (let next = after; ; ) {
      const page = (await this.read("/decided-steps", { after: next })) as unknown as { rows: readonly DecidedRow[]; next: number };
      rows.push(...page.rows);
      if (page.rows.length === 0) return { rows, next };
      next = page.next;
    }
  }

  /** Reports work as done; gives how many steps took it. Others lost their place meanwhile and come again. */
  async complete(steps: readonly { readonly request: string; readonly step: string }[]): Promise<number> {
    const { rows } = (await this.write("POST", "/work/completions", { completions: steps })) as unknown as { rows: readonly { done: boolean }[] };
    return rows.filter(({ done }) => done).length;
  }

  /** Hands applications in; gives the code of each one's first problem, undefined where it was taken. */
  async file(requests: readonly unknown[], key: string): Promise<(string | undefined)[]> {
    const { rows } = (await this.write("POST", "/filed-requests", { requests }, key)) as unknown as { rows: readonly { problems: readonly { code: string }[] }[] };
    return rows.map(({ problems }) => problems[0]?.code);
  }

  async report(from: string, to: string): Promise<ReportShown> {
    return (await this.read("/replay-report", { from, to })) as unknown as ReportShown;
  }
}
