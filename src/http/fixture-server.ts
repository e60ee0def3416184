import type { IncomingMessage, ServerResponse } from "node:http";
import { sleep } from "../concurrency/sleep.js";
import { type FixtureReply, fixtureReply } from "./fixture-routes.js";
import { type Listening, listen } from "./listen.js";
import { seeded } from "./seeded.js";

export interface FixtureOptions {
  /** Default: any free one. */
  port?: number;
  /** Default: 127.0.0.1. */
  host?: string;
  /** From and to, in milliseconds: each URL has a latency of its own in between (default: none). */
  latencyMs?: readonly [from: number, to: number];
  /** How many of the requests fail, from 0 to 1 (default: none). */
  failRate?: number;
  /** Decides which latency and which failures it will be (default: 1). */
  seed?: number;
}

const mostVisited = 65_536;

/**
 * A real HTTP server with the same pages, latencies and failures each time: a latency depends on the seed and the URL, a
 * failure on these and on how often that URL was asked for (65,536 URLs are remembered), so that the next try may do. A
 * failure is a 503, a connection that is reset, or a body that ends too early.
 */
export async function startFixtureServer(options: FixtureOptions = {}): Promise<Listening> {
  const closing = new AbortController();
  const fixture = new Fixture(options, closing.signal);
  const server = await listen((request, response) => {
    fixture.answer(request, response).catch(() => response.destroy()); // closing
  }, options);
  return {
    url: server.url,
    close() {
      closing.abort();
      return server.close();
    },
  };
}

class Fixture {
  readonly #options: Required<Pick<FixtureOptions, "latencyMs" | "failRate" | "seed">>;
  readonly #signal: AbortSignal;
  readonly #visits = new Map<string, number>();

  constructor({ latencyMs = [0, 0], failRate = 0, seed = 1 }: FixtureOptions, signal: AbortSignal) {
    this.#options = { latencyMs, failRate, seed };
    this.#signal = signal;
  }

  async answer({ method = "", url: target = "/" }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { latencyMs, failRate, seed } = this.#options;
    const [from, to] = latencyMs;
    const reply = isAnswered(method) ? fixtureReply(target, seed) : notAllowed;
    const waitMs = from + (to - from) * seeded(seed, target, "latency") + (reply.delayMs ?? 0);
    if (waitMs > 0) await sleep(waitMs, { signal: this.#signal });
    const chance = failRate > 0 ? seeded(seed, target, "failure", this.#visit(target)) : 1;
    if (chance < failRate) fail(response, reply, chance / failRate);
    else send(response, reply);
  }

  #visit(target: string): number {
    const visit = (this.#visits.get(target) ?? 0) + 1;
    const [oldest] = this.#visits.size === mostVisited ? this.#visits.keys() : [];
    if (oldest !== undefined) this.#visits.delete(oldest);
    this.#visits.set(target, visit);
    return visit;
  }
}

const notAllowed: FixtureReply = {
  status: 405,
  headers: { allow: "GET, HEAD, POST", connection: "close" },
  body: "only GET, HEAD and POST are answered here\n",
};

function isAnswered(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "POST";
}

function send(
  response: ServerResponse,
  { status, type = "text/plain; charset=utf-8", headers, body }: FixtureReply,
): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(body);
}

/** `which`, from 0 up to 1, decides how. */
function fail(response: ServerResponse, { body }: FixtureReply, which: number): void {
  if (which < 1 / 2) return send(response, { status: 503, headers: { "retry-after": "0" }, body: "not now\n" });
  if (which < 3 / 4) return void response.socket?.resetAndDestroy();
  response.writeHead(200, { "content-length": Buffer.byteLength(body) + 1 });
  response.write(body, () => response.destroy());
}
