import { connect, type Socket } from "node:net";
import { Samples } from "./figure.js";

export interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly ms: number;
}

/** The text of a call as it goes over the wire. */
export function wireOf({ method, path, headers, body }: Call, host: string): string {
  const lines = Object.entries({ host, ...headers, ...(body === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }) });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body ?? ""}`;
}

/**
 * One kept-alive connection, one call at a time. By hand, because an HTTP library would take as much processor time as
 * the server it measures: the answer is only read as far as its status and its end.
 */
export class WireConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #text = "";
  #answered: ((status: number) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (part: string) => this.#take(part));
    const fail = (error?: Error) => this.#failed?.(error ?? new Error("the server closed the connection"));
    socket.on("error", fail).on("close", () => fail());
  }

  static async open(port: number): Promise<WireConnection> {
    const socket = connect(port, "127.0.0.1");
    await new Promise<void>((resolve, reject) => void socket.once("connect", () => resolve()).once("error", reject));
    return new WireConnection(socket, `127.0.0.1:${port}`);
  }

  async call(call: Call): Promise<Answer> {
    const began = performance.now();
    const status = await new Promise<number>((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(wireOf(call, this.#host));
    });
    return { status, ms: performance.now() - began };
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #take(part: string): void {
    this.#text += part;
    const head = this.#text.indexOf("\r\n\r\n");
    if (head < 0) return;
    const headers = this.#text.slice(0, head).toLowerCase();
    const length = /\r\ncontent-length: (\d+)/.exec(headers)?.[1];
    const end = length !== undefined ? head + 4 + Number(length) : headers.includes("\r\ntransfer-encoding: chunked") ? this.#chunkedEnd() : head + 4;
    if (end < 0 || this.#text.length < end) return;
    const status = Number(headers.slice(9, 12));
    this.#text = this.#text.slice(end);
    this.#answered?.(status);
  }

  #chunkedEnd(): number {
    const at = this.#text.indexOf("\r\n0\r\n\r\n");
    return at < 0 ? -1 : at + 7;
  }
}

export interface Load {
  readonly answered: number;
  readonly perSecond: number;
  /** Answers per second, second by second. */
  readonly rounds: readonly number[];
  readonly samples: Samples;
  /** How often each status came. */
  readonly statuses: ReadonlyMap<number, number>;
}

/** As fast as `connections` that wait for each answer can ask. */
export async function closedLoad(port: number, connections: number, seconds: number, next: () => Call): Promise<Load> {
  const counter = new Counter();
  const began = performance.now();
  const until = began + seconds * 1_000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const wire = await WireConnection.open(port);
      while (performance.now() < until) counter.add(await wire.call(next()), performance.now() - began);
      wire.close();
    }),
  );
  return counter.load((performance.now() - began) / 1_000);
}

/**
 * So many calls a second, whoever has been answered or not: what waits for a free connection counts from when it was due,
 * so that a server that stands still cannot hide it.
 */
export async function openLoad(port: number, perSecond: number, seconds: number, next: () => Call): Promise<Load> {
  const counter = new Counter();
  const began = performance.now();
  const idle: WireConnection[] = [];
  const under = new Set<Promise<void>>();
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const due = began + (n * 1_000) / perSecond;
    const ahead = due - performance.now();
    if (ahead > 1) await new Promise((resolve) => setTimeout(resolve, ahead));
    const wire = idle.pop() ?? (await WireConnection.open(port));
    const work = wire.call(next()).then(({ status }) => {
      counter.add({ status, ms: performance.now() - due }, performance.now() - began);
      idle.push(wire);
    });
    under.add(work);
    void work.finally(() => under.delete(work));
  }
  await Promise.all(under);
  for (const wire of idle) wire.close();
  return counter.load((performance.now() - began) / 1_000);
}

class Counter {
  readonly #samples = new Samples();
  readonly #statuses = new Map<number, number>();
  readonly #bySecond: number[] = [];
  #answered = 0;

  add({ status, ms }: Answer, atMs: number): void {
    this.#answered += 1;
    this.#samples.add(ms);
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    const second = Math.floor(atMs / 1_000);
    this.#bySecond[second] = (this.#bySecond[second] ?? 0) + 1;
  }

  load(seconds: number): Load {
    const whole = Array.from(this.#bySecond, (count) => count ?? 0).slice(0, Math.max(1, Math.floor(seconds)));
    return { answered: this.#answered, perSecond: this.#answered / seconds, rounds: whole, samples: this.#samples, statuses: this.#statuses };
  }
}
