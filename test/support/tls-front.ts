import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { TLSSocket } from "node:tls";
import { cert, key } from "./self-signed.js";

/**
 * Open a port before a PostgreSQL server that answers the request for TLS with `answer`, speaks TLS with a self-signed
 * certificate for localhost if that begins with S, and passes the rest on. Returns the port. It closes with the test.
 */
export async function openTlsFront(t: TestContext, to: number, answer = "S"): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    sockets.add(near.on("error", () => {}));
    near.once("data", () => {
      near.write(answer);
      if (answer !== "S") return;
      const inner = new TLSSocket(near, { isServer: true, cert, key }).on("error", () => {});
      const far = connect(to, "127.0.0.1").on("error", () => {});
      sockets.add(far);
      inner.pipe(far).pipe(inner);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
