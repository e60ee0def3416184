import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** A way to a TCP server that a test can freeze: connections stay open, and nothing comes through, as behind a dead cable. */
export class FreezablePath {
  readonly #sockets = new Set<Socket>();
  readonly #to: number;
  readonly #server: Server;
  #frozen = false;

  private constructor(to: number) {
    this.#to = to;
    this.#server = createServer((near) => this.#join(near));
  }

  /** Open a path to a port of loopback. It closes at the end of the test. */
  static async open(t: TestContext, to: number): Promise<FreezablePath> {
    const path = new FreezablePath(to);
    path.#server.listen(0, "127.0.0.1");
    await once(path.#server, "listening");
    t.after(() => path.close());
    return path;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size / 2;
  }

  /** Let nothing through any more. New connections are accepted and get no answer either. */
  freeze(): void {
    this.#frozen = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  /** Let new connections through. The frozen ones stay as they are. */
  thaw(): void {
    this.#frozen = false;
  }

  /** Cut all connections. New ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, "close");
  }

  #join(near: Socket): void {
    const far = connect(this.#to, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      if (!this.#frozen) socket.pipe(other);
    }
  }
}
