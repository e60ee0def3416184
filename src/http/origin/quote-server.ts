import type { IncomingMessage, ServerResponse } from "node:http";
import { sleep } from "../../concurrency/index.js";
import { type Listening, listen } from "../server/listen.js";
import { quotes } from "./quotes.js";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Start an HTTP server on a free loopback port. It answers `GET /qod?category=…` with a quote of the day, as public
 * quote services do. Each reply takes `latencyMs` milliseconds, a wait that a client can overlap with others.
 */
export async function startQuoteServer({ latencyMs }: { latencyMs: number }): Promise<Listening> {
  const closing = new AbortController();
  const server = await listen((request, response) => {
    sleep(latencyMs, closing).then(
      () => answer(request, response),
      () => response.destroy(),
    );
  });
  return {
    url: server.url,
    close() {
      closing.abort();
      return server.close();
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const target = request.url ?? "";
  const queryAt = target.indexOf("?");
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  if (request.method !== "GET") return reply(response, 405, { error: "only GET is answered here" });
  if (path !== "/qod") return reply(response, 404, { error: "try /qod?category=inspire" });
  const category = new URLSearchParams(queryAt < 0 ? "" : target.slice(queryAt)).get("category") ?? "inspire";
  reply(response, ...quoteOf(category));
}

/** Status and body of the reply for `category`, with the quote of today. */
export function quoteOf(category: string): [status: number, body: object] {
  const known = quotes.get(category);
  const ofTheDay = known?.[Math.floor(Date.now() / dayMs) % known.length];
  if (!ofTheDay) return [404, { error: `no such category; there are ${[...quotes.keys()].join(", ")}` }];
  const [quote, author] = ofTheDay;
  return [200, { contents: { quotes: [{ quote, author, category }] } }];
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "x-content-type-options": "nosniff",
  });
  response.end(JSON.stringify(body));
}
