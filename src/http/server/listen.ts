import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { cannotListen, urlOf } from "./bound-address.js";
import { answerHalfClosed } from "./half-closed.js";
import { rawReply } from "./raw-reply.js";
import { serverTimeouts } from "./server-timeouts.js";

export interface Listening {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** Refuse new connections, cut the open ones, and resolve once the port is free. Idempotent. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** Default 0: any free one. */
  port?: number | undefined;
  /** Default: 127.0.0.1. */
  host?: string | undefined;
  /** What comes when there are that many is closed at once (default: no limit). */
  maxConnections?: number | undefined;
}

/**
 * A node:http server that is no proxy, and that answers also who has ended his side after his last request. Rejects with
 * ExitError(1), one line that says why, if the port cannot be had.
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

/** Node has let go of the connection: its errors and its end are ours. */
function refuseTunnel(socket: Duplex): void {
  socket.on("error", () => socket.destroy());
  socket.end(rawReply(501), () => socket.destroy());
}
