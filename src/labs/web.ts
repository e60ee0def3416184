import type { IncomingMessage, ServerResponse } from "node:http";
import { onAbort } from "../concurrency/index.js";
import { GatedServer } from "../http/server/gated-server.js";
import { mostAccepted } from "../net/open-files.js";
import type { LabContext } from "./lab.js";

export interface WebOptions {
  /** Address and port to listen on; port 0 is any free one. */
  host: string;
  port: number;
  /** Host names that requests may have besides `host` and localhost (default: none). */
  allowHosts?: readonly string[] | undefined;
}

export interface WebReport {
  /** Requests that were answered or refused. */
  requests: number;
  /** Requests that the gate refused. */
  refused: number;
  /** Connections with invalid, too slow or pipelined HTTP. */
  clientErrors: number;
  seconds: number;
}

export interface WebEvent {
  type: "listening";
  url: string;
}

/** The most connections at a time. A further one is closed. */
const mostConnections = 16_384;

/**
 * Say `Hello, world` on `/`, as the notes' aiohttp server does, until `signal` aborts.
 *
 * Cancellation: refuses new connections, answers what has begun, tells kept connections to close, and resolves with the
 * report within a second. Rejects with ExitError(1) if the address cannot be bound.
 */
export async function web({ host, port, allowHosts = [] }: WebOptions, context: LabContext<WebEvent>) {
  const start = performance.now();
  const maxConnections = Math.min(mostConnections, mostAccepted());
  const server = await GatedServer.open({
    host,
    port,
    allowHosts,
    maxConnections,
    whileClosing: "answer",
    handle: answer,
  });
  try {
    await context.emit?.({ type: "listening", url: server.url });
    const { signal } = context;
    if (!signal.aborted) await new Promise<void>((resolve) => void onAbort(signal, resolve));
  } finally {
    await server.close();
  }
  const { requests, refused, clientErrors } = server.counts;
  const report: WebReport = {
    requests,
    refused: Object.values(refused).reduce((sum, count) => sum + count, 0),
    clientErrors,
    seconds: (performance.now() - start) / 1000,
  };
  return report;
}

const hello = "Hello, world";

function answer({ url = "" }: IncomingMessage, response: ServerResponse): void {
  const isHome = url === "/" || url.startsWith("/?");
  const body = isHome ? hello : "nothing here; try /\n";
  response.writeHead(isHome ? 200 : 404, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": body.length,
  });
  response.end(body);
}
