import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";

export interface Listening {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** Refuse new connections, cut the open ones, and resolve once the port is free. Idempotent. */
  close(): Promise<void>;
}

/** A node:http server on `port` (default 0: any free one) of `host` (default: 127.0.0.1). Rejects if it cannot be bound. */
export async function listen(
  handle: RequestListener,
  { port = 0, host = "127.0.0.1" }: { port?: number; host?: string } = {},
): Promise<Listening> {
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 5_000 }, handle);
  server.listen({ port, host, backlog: 1024 });
  await once(server, "listening");
  const url = `http://${isIPv6(host) ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  const closed = once(server, "close");
  return {
    url,
    async close() {
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
