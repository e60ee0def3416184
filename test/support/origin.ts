import type { IncomingMessage, ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { type Listening, listen } from "../../src/http/server/listen.js";

export interface Origin extends Listening {
  /** Every request received, in order. */
  readonly requests: IncomingMessage[];
}

/**
 * Start an HTTP server on a free loopback port, where `handle` answers each request. It closes with the test `t`, if
 * there is one.
 */
export async function startOrigin(
  t: TestContext | undefined,
  handle: (request: IncomingMessage, response: ServerResponse, nth: number) => void,
): Promise<Origin> {
  const requests: IncomingMessage[] = [];
  const server = await listen((request, response) => handle(request, response, requests.push(request)));
  t?.after(() => server.close());
  return { ...server, requests };
}

/** Start an origin that answers with ten bytes, but `/missing…` with 404. */
export function startFineOrigin(t: TestContext): Promise<Origin> {
  return startOrigin(t, (request, response) => {
    if (request.url?.startsWith("/missing")) response.writeHead(404);
    response.end("0123456789");
  });
}

/** Start a quote server. The category selects a fault (`500`, `html`, `reset`, …); any other category gets a quote. */
export function startEvilQuotes(): Promise<Origin> {
  return startOrigin(undefined, (request, response) => {
    const category = new URL(request.url ?? "/", "http://origin").searchParams.get("category") ?? "";
    const fault = faults[category];
    if (fault) fault(response, request);
    else json(response, { contents: { quotes: [{ quote: `On ${category}.`, author: "Somebody" }] } });
  });
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

type Fault = (response: ServerResponse, request: IncomingMessage) => void;

const faults: Record<string, Fault> = {
  "404": (response) => json(response, { error: "no such category" }, 404),
  "429": (response) => response.writeHead(429, { "retry-after": "0" }).end("slow down"),
  "500": (response) => response.writeHead(500).end("it broke"),
  html: (response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome\u001b[31m</h1>"),
  shape: (response) => json(response, { contents: { quotes: [] } }),
  number: (response) => json(response, { contents: { quotes: [{ quote: 5 }] } }),
  truncated: (response) => response.writeHead(200).end('{"contents":{"quotes":[{"quo'),
  short: (response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write('{"contents":');
    setImmediate(() => response.destroy());
  },
  reset: (response) => response.socket?.resetAndDestroy(),
  hang: () => {},
  garbage: (response) => response.socket?.end("this is not HTTP\r\n\r\n"),
  loop: (response, request) => response.writeHead(302, { location: request.url ?? "/" }).end(),
  file: (response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
  huge: (response) => response.writeHead(200).end(Buffer.alloc(10 * 2 ** 20 + 1, " ")),
  echo: (response, request) => {
    json(response, { contents: { quotes: [{ quote: `${request.headers.authorization}`, author: "Echo" }] } });
  },
  "echo-error": (response, request) => response.writeHead(401).end(`bad key ${request.headers.authorization}`),
};
