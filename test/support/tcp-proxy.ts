import { connect, createServer, Socket, type AddressInfo } from "node:net";

/** Stands between a client and PostgreSQL, and fails in the ways networks do. */
export interface TcpProxy {
  /** The same database, through the proxy. */
  readonly url: string;
  /** The next COMMIT reaches the server; its reply is swallowed and the connection cut. */
  loseNextReplyToCommit(): void;
  /** The next COMMIT is cut off before it reaches the server. */
  loseNextCommit(): void;
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
  let lost = 0;
  let isDown = false;

  const server = createServer((client) => {
    if (isDown) return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    let swallowing = false;
    /** The driver prepares COMMIT once per connection and then sends only the statement's name. */
    let commitName: string | undefined;
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
      const parsed = /P[^]{4}([^\0]*)\0commit\0/i.exec(text)?.[1];
      if (parsed !== undefined) commitName = parsed;
      const commits = parsed !== undefined || (commitName !== undefined && text.includes(`\0${commitName}\0`));
      if (armed && commits) {
        lost += 1;
        const what = armed;
        armed = undefined;
        if (what === "commit") return cut();
        swallowing = true;
      }
      onRequest();
      upstream.write(data);
    });
    upstream.on("data", (data) => (swallowing ? cut() : void client.write(data)));
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
