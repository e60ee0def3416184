import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Let `server` answer a client that ends its side of the connection after a request that it said to be its last, by
 * `Connection: close` or in HTTP/1.0: `printf 'GET / HTTP/1.0\r\n\r\n' | nc -N` does. Any other one that ends its side has
 * left, which is what Node takes it for whatever it said, and its connection is closed.
 */
export function answerHalfClosed(server: Server & { httpAllowHalfOpen?: boolean }): void {
  const saidLast = new WeakSet<Socket>();
  server.httpAllowHalfOpen = true; // Node's own, though no part of its documentation
  server.prependListener("request", ({ socket }, response) => {
    if (!response.shouldKeepAlive) saidLast.add(socket);
  });
  server.on("connection", (socket) => {
    socket.once("end", () => saidLast.has(socket) || socket.end());
  });
}
