import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** ZMTP 3.1's greeting, without keys. */
const greeting = Buffer.concat([
  Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 1]),
  Buffer.from("NULL".padEnd(20, "\0")),
  Buffer.alloc(32),
]);

/** ZMTP's command for a socket that is ready, of the type PULL. */
const ready = Buffer.from("\x04\x1a\x05READY\x0bSocket-Type\0\0\0\x04PULL", "latin1");

const patienceMs = 10_000;
const mostKept = 1000; // bytes

/** A TCP connection with a ZeroMQ socket, by hand. */
export class RawPeer {
  readonly #socket: Socket;
  #received = "";

  constructor(socket: Socket) {
    this.#socket = socket
      .on("error", () => {})
      .on("data", (bytes) => {
        if (this.#received.length < mostKept) this.#received += bytes.toString("latin1");
      });
  }

  /** Connect to a socket at `tcp://127.0.0.1:port`. */
  static async connect(address: string): Promise<RawPeer> {
    const socket = connect(Number(new URL(address).port), "127.0.0.1");
    await once(socket, "connect");
    return new RawPeer(socket);
  }

  greet(): void {
    this.send(greeting);
  }

  /** Shake hands as a PULL. Resolves once the other side is ready. */
  async shakeHands(): Promise<void> {
    this.greet();
    this.send(ready);
    while (!this.#received.includes("READY")) await this.#next("data");
    this.#received = "";
  }

  send(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** Read nothing until resume(). */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Resolves once the other side has closed. */
  async closed(): Promise<void> {
    while (!this.#socket.closed) await this.#next("close").catch(ignoreReset);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #next(event: "close" | "data"): Promise<void> {
    await once(this.#socket, event, { signal: AbortSignal.timeout(patienceMs) });
  }
}

function ignoreReset(error: NodeJS.ErrnoException): void {
  if (error.code !== "ECONNRESET") throw error;
}

/** A TCP server that ZeroMQ sockets connect to. Speaks as little of their protocol as a test wants. */
export class RawPeers implements AsyncDisposable {
  readonly address: string;
  readonly #server: Server;
  readonly #peers: RawPeer[] = [];
  readonly #untaken: RawPeer[] = [];
  #came: () => void = () => {};

  private constructor(server: Server) {
    this.#server = server;
    this.address = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("connection", (socket) => {
      const peer = new RawPeer(socket);
      this.#peers.push(peer);
      this.#untaken.push(peer);
      this.#came();
    });
  }

  static async listen(): Promise<RawPeers> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new RawPeers(server);
  }

  /** The next connection, or one that came meanwhile. */
  async next(): Promise<RawPeer> {
    for (;;) {
      const peer = this.#untaken.shift();
      if (peer) return peer;
      await new Promise<void>((resolve) => {
        this.#came = resolve;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer.close();
    this.#server.close();
    await once(this.#server, "close");
  }
}
