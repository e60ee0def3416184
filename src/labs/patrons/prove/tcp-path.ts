import { once } from "node:events";
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from "node:net";

const mostDelayed = 2 ** 20; // bytes of a connection; beyond that, the server waits

/**
 * A way to a server that can be slow, and can die without a sign: a frozen connection stays open, and nothing comes
 * through it, its end included. New connections still come through.
 */
export class TcpPath {
  readonly port: number;
  readonly #server: ReturnType<typeof createServer>;
  readonly #connections: Set<Connection>;

  private constructor(server: ReturnType<typeof createServer>, connections: Set<Connection>) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#connections = connections;
  }

  /** Open a path on a free port of loopback. `delayMs` (default: 0) is added to all that the server sends. */
  static async open(target: NetConnectOpts, { delayMs = 0 }: { delayMs?: number } = {}): Promise<TcpPath> {
    const connections = new Set<Connection>();
    const server = createServer((client) => {
      const connection = new Connection(client, target, delayMs);
      connections.add(connection);
      void connection.ended.then(() => connections.delete(connection));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TcpPath(server, connections);
  }

  /** Freeze the connections of now. Returns their number. */
  freeze(): number {
    for (const each of this.#connections) each.freeze();
    return this.#connections.size;
  }

  async close(): Promise<void> {
    for (const each of this.#connections) each.cut();
    this.#server.close();
    await once(this.#server, "close");
  }
}

class Connection {
  /** Resolves once both sides are closed. */
  readonly ended: Promise<unknown>;
  readonly #client: Socket;
  readonly #server: Socket;
  #isFrozen = false;
  #delayed = 0;

  constructor(client: Socket, target: NetConnectOpts, delayMs: number) {
    this.#client = client;
    this.#server = connect(target);
    this.ended = Promise.all([client, this.#server].map((socket) => new Promise((done) => socket.once("close", done))));
    for (const socket of [client, this.#server]) socket.setNoDelay(true).on("error", () => {});
    client.on("data", (data) => this.#unlessFrozen(() => this.#server.write(data)));
    this.#server.on("data", (data) => this.#later(delayMs, data));
    client.on("close", () => this.#unlessFrozen(() => this.#server.destroy()));
    const leave = () => this.#unlessFrozen(() => client.destroy());
    this.#server.on("close", () => (delayMs === 0 ? leave() : setTimeout(leave, delayMs)));
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  cut(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  #later(delayMs: number, data: Buffer): void {
    const pass = () => this.#unlessFrozen(() => this.#client.write(data));
    if (delayMs === 0) return pass();
    this.#delayed += data.length;
    if (this.#delayed > mostDelayed) this.#server.pause();
    setTimeout(() => {
      this.#delayed -= data.length;
      if (this.#delayed <= mostDelayed) this.#server.resume();
      pass();
    }, delayMs);
  }

  #unlessFrozen(pass: () => void): void {
    if (!this.#isFrozen) pass();
  }
}
