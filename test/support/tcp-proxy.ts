import { connect, createServer, Socket, type AddressInfo } from "node:net";

/** Where a batch may be cut off, in the order in which a connection comes by. */
export const MOMENTS = ["before begin", "after the decisions", "before commit", "after commit", "after its answer"] as const;
export type Moment = (typeof MOMENTS)[number];

const STATEMENTS = { begin: /^begin\s*$/i, decisions: /^\s*insert into pool\.decisions\b/i, commit: /^\s*commit\s*$/i } as const;
type Known = keyof typeof STATEMENTS;

/** Stands between a client and PostgreSQL, and fails in the ways networks do. */
export interface TcpProxy {
  /** The same database, through the proxy. */
  readonly url: string;
  /** A batch's next COMMIT reaches the server; its reply is swallowed and the connection cut. */
  loseNextReplyToCommit(): void;
  /** A batch's next COMMIT is cut off before it reaches the server. */
  loseNextCommit(): void;
  /** Calls `strike` the next time a connection comes by there: before anything goes on, or when it has. */
  strikeAt(moment: Moment, strike: () => void): void;
  /** How many of these happened. */
  readonly lost: number;
  /** Cuts every connection and refuses new ones until `up`. */
  down(): void;
  /** Cuts every connection and leaves the port, as a server does that has died; counts who knocks from this process. */
  gone(): void;
  readonly knocks: number;
  up(): void;
  close(): Promise<void>;
}

/** @param onRequest Before anything of a client goes on to the server. */
export async function tcpProxy(databaseUrl: string, onRequest: () => void = () => {}): Promise<TcpProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let armed: "reply" | "commit" | undefined;
  let blow: { readonly moment: Moment; readonly strike: () => void } | undefined;
  /** True once, at the moment that was chosen; who is struck is struck then. */
  const struck = (moment: Moment): boolean => {
    if (blow?.moment !== moment) return false;
    const { strike } = blow;
    blow = undefined;
    strike();
    return true;
  };
  let lost = 0;
  let isDown = false;

  const server = createServer((client) => {
    if (isDown) return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    let swallowing = false;
    /** The driver prepares a statement once per connection and then sends only its name. */
    const prepared = new Map<string, Known>();
    let answering = false;
    /** A batch is under way. It begins plainly; transactions that only read say so as they begin, and are no batch. */
    let batch = false;
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", cut);
      socket.on("close", () => {
        sockets.delete(socket);
        cut();
      });
    }
    client.on("data", (data) => {
      const text = data.toString("latin1");
      const said = statementsIn(text, prepared);
      if (said.has("begin")) batch = true;
      const commits = batch && said.has("commit");
      if (commits) batch = false;
      if (said.has("begin") && struck("before begin")) return cut();
      if (commits && struck("before commit")) return cut();
      answering = commits;
      if (armed && commits) {
        lost += 1;
        const what = armed;
        armed = undefined;
        if (what === "commit") return cut();
        swallowing = true;
      }
      onRequest();
      upstream.write(data, () => said.has("decisions") && struck("after the decisions"));
    });
    upstream.on("data", (data) => {
      if (swallowing || (answering && struck("after commit"))) return cut();
      client.write(data, () => answering && struck("after its answer"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  const { port } = server.address() as AddressInfo;
  let knocks = 0;
  const plain = Socket.prototype.connect;
  /** Every socket of this process connects through this while the server is gone. */
  function knocking(this: Socket, ...to: unknown[]): Socket {
    // Arguments come as they were given, or already sorted into one list.
    const [first] = to.flat() as unknown[];
    if (first === port || (first as { port?: unknown } | null)?.port === port || Number(first) === port) knocks += 1;
    return (plain as (...to: unknown[]) => Socket).apply(this, to);
  }
  const cutAll = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: url.href,
    loseNextReplyToCommit: () => (armed = "reply"),
    loseNextCommit: () => (armed = "commit"),
    strikeAt: (moment, strike) => void (blow = { moment, strike }),
    get lost() {
      return lost;
    },
    down: () => {
      isDown = true;
      cutAll();
    },
    gone: () => {
      server.close();
      cutAll();
      knocks = 0;
      Socket.prototype.connect = knocking as typeof plain;
    },
    get knocks() {
      return knocks;
    },
    up: () => {
      isDown = false;
      Socket.prototype.connect = plain;
      if (!server.listening) server.listen(port, "127.0.0.1");
    },
    close: async () => {
      cutAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The statements of a batch that are prepared or executed in what a client sends. */
function statementsIn(text: string, prepared: Map<string, Known>): ReadonlySet<Known> {
  const said = new Set<Known>();
  for (const [name, known] of prepared) if (text.includes(`\0${name}\0`)) said.add(known);
  for (const [, parsed, query = ""] of text.matchAll(/(?:P[^]{4}([^\0]*)\0|Q[^]{4})([^\0]*)\0/g)) {
    for (const known of Object.keys(STATEMENTS) as Known[]) {
      if (!STATEMENTS[known].test(query)) continue;
      // What takes parameters is only described at first.
      if (known !== "decisions") said.add(known);
      if (parsed !== undefined) prepared.set(parsed, known);
    }
  }
  return said;
}
