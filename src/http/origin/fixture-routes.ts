import type { FixtureReply } from "./fixture-reply.js";
import { newsReply } from "./news/routes.js";
import { newsSites } from "./news/sites.js";
import { quoteOf } from "./quote-server.js";

interface RouteRequest {
  /** The part of the path that the pattern of the route captures. */
  value: string;
  query: URLSearchParams;
}

const longestDelayMs = 60_000;
const longestDripMs = 10_000;
const dripped = "drip drip\n";
const mostPerSecond = 10_000;
const mostHeaderBytes = 2 ** 20;
const mostBytes = 10 * 2 ** 20;
const block = Buffer.alloc(mostBytes, "asyncio-lab fixture ");

const newsNames = newsSites.map(({ path }) => path.replace("/news/", ""));

const help = `The fixture origin of asyncio-lab
  /qod?category=inspire   a quote
  /news/:site             a news site: ${newsNames.join(", ")}
  /delay/:ms              an answer after so many milliseconds, at most ${longestDelayMs}
  /status/:code           that status, 200 to 599; a redirect leads to /
  /bytes/:n               so many bytes, at most ${mostBytes}
  /item/…                 100 bytes
  /hang                   no answer
  /drip/:ms               ${dripped.length} bytes, one each so many milliseconds, at most ${longestDripMs}
  /limited/:perSecond/…   100 bytes, but 429 with Retry-After beyond so many a second, at most ${mostPerSecond}
  /headers/:bytes         a header of so many bytes, at most ${mostHeaderBytes}
`;

const routes: readonly (readonly [RegExp, (request: RouteRequest) => FixtureReply])[] = [
  [/^\/()$/, () => ({ status: 200, body: help })],
  [/^\/qod()$/, ({ query }) => quote(query.get("category") ?? "inspire")],
  [/^(\/news\/.*)$/, ({ value }) => newsReply(value) ?? nothing],
  [/^\/delay\/(\d{1,5})$/, ({ value }) => delayed(Number(value))],
  [/^\/status\/([2-5]\d\d)$/, ({ value }) => withStatus(Number(value))],
  [/^\/bytes\/(\d{1,8})$/, ({ value }) => bytes(Number(value))],
  [/^\/item\/(.*)$/, () => item],
  [/^\/hang()(?:\/.*)?$/, () => ({ ...item, delayMs: Number.POSITIVE_INFINITY })],
  [/^\/drip\/(\d{1,6})$/, ({ value }) => drip(Number(value))],
  [/^\/limited\/(\d{1,6})(?:\/.*)?$/, ({ value }) => limited(Number(value))],
  [/^\/headers\/(\d{1,8})$/, ({ value }) => withHeader(Number(value))],
];

const item: FixtureReply = { status: 200, body: block.subarray(0, 100) };
const nothing: FixtureReply = { status: 404, body: "nothing here; / says what there is\n" };

/** The reply to GET `target`, which is the path and query of a request as received. */
export function fixtureReply(target: string): FixtureReply {
  const queryAt = target.indexOf("?");
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = new URLSearchParams(queryAt < 0 ? "" : target.slice(queryAt));
  for (const [pattern, reply] of routes) {
    const found = pattern.exec(path);
    if (found) return reply({ value: found[1] ?? "", query });
  }
  return nothing;
}

function quote(category: string): FixtureReply {
  const [status, body] = quoteOf(category);
  return { status, type: "application/json; charset=utf-8", body: JSON.stringify(body) };
}

function delayed(ms: number): FixtureReply {
  if (ms > longestDelayMs) return { status: 400, body: `a delay of at most ${longestDelayMs} ms, please\n` };
  return { status: 200, body: `after ${ms} ms\n`, delayMs: ms };
}

function drip(ms: number): FixtureReply {
  if (ms > longestDripMs) return { status: 400, body: `at most ${longestDripMs} ms a byte, please\n` };
  return { status: 200, body: dripped, dripMs: ms };
}

function limited(perSecond: number): FixtureReply {
  if (perSecond >= 1 && perSecond <= mostPerSecond) return { ...item, perSecond };
  return { status: 400, body: `1 to ${mostPerSecond} requests a second, please\n` };
}

function withHeader(bytes: number): FixtureReply {
  if (bytes > mostHeaderBytes) return { status: 400, body: `a header of at most ${mostHeaderBytes} bytes, please\n` };
  return { ...item, headers: { "x-filler": "x".repeat(bytes) } };
}

function withStatus(status: number): FixtureReply {
  const isRedirect = status > 300 && status < 309 && status !== 304;
  const bodiless = status === 204 || status === 205 || status === 304;
  return { status, body: bodiless ? "" : `${status}\n`, ...(isRedirect && { headers: { location: "/" } }) };
}

function bytes(count: number): FixtureReply {
  if (count > mostBytes) return { status: 400, body: `at most ${mostBytes} bytes, please\n` };
  return { status: 200, type: "application/octet-stream", body: block.subarray(0, count) };
}
