import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { cannotListen, urlOf } from "./bound-address.js";
import { rawReply } from "./raw-reply.js";
import { serverTimeouts } from "./settings.js";

export interface Listening {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** Refuse new connections and cut the open ones. Resolves once the port is free. Idempotent. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** Default: 0, any free port. */
  port?: number | undefined;
  /** Default: 127.0.0.1. */
  host?: string | undefined;
  /** Connections at a time. Further ones are closed at once (default: no limit). */
  maxConnections?: number | undefined;
}

/**
 * Start a node:http server. It refuses CONNECT, since it is no proxy. It answers a client that half-closes its
 * connection after its last request. Rejects with ExitError(1) and a one-line reason if it cannot bind the port.
 */
export async function listen(
  handle: RequestListener,
  { port = 0, host = "127.0.0.1", maxConnections }: ListenOptions = {},
): Promise<Listening> {
  const server = createServer(serverTimeouts, handle).on("connect", (_request, socket) => refuseTunnel(socket));
  answerHalfClosed(server);
  if (maxConnections !== undefined) server.maxConnections = maxConnections;
  server.listen({ port, host, backlog: 1024 });
  await once(server, "listening").catch((error) => {
    throw cannotListen({ host, port }, error);
  });
  const closed = once(server, "close");
  return {
    url: urlOf(server.address() as AddressInfo),
    async close() {
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Node has detached the socket, so its errors and its end are handled here. */
function refuseTunnel(socket: Duplex): void {
  socket.on("error", () => socket.destroy());
  socket.end(rawReply(501), () => socket.destroy());
}

/**
 * Let `server` answer a half-closed connection if its request said to be the last, by `Connection: close` or HTTP/1.0.
 * An example is `printf 'GET / HTTP/1.0\r\n\r\n' | nc -N`. Any other client that ends its side has left, and its
 * connection is closed. Without this, Node closes both.
 */
function answerHalfClosed(server: Server & { httpAllowHalfOpen?: boolean }): void {
  const saidLast = new WeakSet<Socket>();
  server.httpAllowHalfOpen = true; // Node reads it, but does not document it
  server.prependListener("request", ({ socket }, response) => {
    if (!response.shouldKeepAlive) saidLast.add(socket);
  });
  server.on("connection", (socket) => {
    socket.once("end", () => saidLast.has(socket) || socket.end());
  });
}
