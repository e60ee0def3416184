import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { isCancelled, sleep } from "../../concurrency/index.js";
import { mostAccepted } from "../../net/open-files.js";
import { PerTurn } from "../per-turn.js";
import { type Listening, listen } from "../server/listen.js";
import { type AccessLogEntry, logOnceDone } from "./access-log.js";
import type { FixtureReply } from "./fixture-reply.js";
import { fixtureReply } from "./fixture-routes.js";
import { RateLimits } from "./rate-limits.js";
import { seededRandom } from "./seeded-random.js";
import { fail, send } from "./send-reply.js";
import { SocketSignals } from "./socket-signals.js";
import { Visits } from "./visits.js";

export interface FixtureOptions {
  /** Default: any free port. */
  port?: number;
  /** Default: 127.0.0.1. */
  host?: string;
  /** Range of the latencies in milliseconds. Each URL has its own latency in it (default: none). */
  latencyMs?: readonly [from: number, to: number];
  /** Share of the requests that fail, from 0 to 1 (default: 0). */
  failRate?: number;
  /** Determines latencies and failures (default: 1). */
  seed?: number;
  /** Delay of the first request of each connection, in milliseconds, as if it was accepted late (default: 0). */
  acceptDelayMs?: number;
  /** Gets each request that is done (default: nobody). */
  log?: ((entry: AccessLogEntry) => void) | undefined;
  /** Delayed answers at a time. A further request gets a 503 at once (default: 16,384). */
  mostWaiting?: number;
  /** Connections at a time. Further ones are closed. Default: 16,384, or the open-files limit less 64 if lower. */
  mostConnections?: number;
  /** A client that reads nothing of its answer for this time, in milliseconds, is disconnected (default: 10,000). */
  stallMs?: number;
}

const most = 16_384; // connections, and delayed answers
/** libuv accepts one connection a turn. With 4 answers a turn, the last of 2,000 new clients waits 2 s instead of 8. */
const answersPerTurn = 4;

/**
 * Start an HTTP server with reproducible pages, latencies and failures. A latency depends on the seed and the URL. A
 * failure also depends on the number of earlier requests for the URL, so a retry may succeed. The server counts the
 * requests of 65,536 URLs. A failure is a 503, a reset connection or a truncated body. A delayed answer is dropped if
 * its client leaves.
 * Rejects with ExitError(1) and a one-line reason if it cannot bind the port.
 */
export async function startFixtureServer(options: FixtureOptions = {}): Promise<Listening> {
  const { mostConnections = Math.min(most, mostAccepted()), stallMs = 10_000 } = options;
  const fixture = new Fixture(options);
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (options.log) logOnceDone(request, response, options.log);
    void fixture.answer(request, response).then(() => closeIfStalled(response, stallMs));
  };
  const server = await listen(answer, { ...options, maxConnections: mostConnections });
  return {
    url: server.url,
    close() {
      fixture.close();
      return server.close();
    },
  };
}

class Fixture {
  readonly #options: Required<
    Pick<FixtureOptions, "latencyMs" | "failRate" | "seed" | "mostWaiting" | "acceptDelayMs">
  >;
  readonly #visits = new Visits(65_536);
  readonly #sockets = new SocketSignals();
  readonly #turns = new PerTurn(answersPerTurn);
  readonly #limits = new RateLimits();
  readonly #accepted = new WeakSet<Socket>();
  #waiting = 0;

  constructor({ latencyMs = [0, 0], failRate = 0, seed = 1, mostWaiting = most, acceptDelayMs = 0 }: FixtureOptions) {
    this.#options = { latencyMs, failRate, seed, mostWaiting, acceptDelayMs };
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "/" } = request;
    if (hasTwoHosts(request)) return send(response, badHost);
    const target = url.replace(/^https?:\/\/[^/?]*/i, "") || "/"; // a whole URL, as for a proxy (RFC 9112, 3.2.2)
    const { failRate, seed, mostWaiting } = this.#options;
    const reply = isAnswered(method) ? fixtureReply(target) : notAllowed;
    if (reply.perSecond !== undefined && !this.#limits.take(reply.perSecond)) return send(response, slowDown);
    const waitMs = this.#waitOf(request, target, reply);
    if ((waitMs > 0 || reply.dripMs) && this.#waiting >= mostWaiting) return send(response, tooMany);
    const turn = this.#turns.take();
    if (turn) await turn;
    if (waitMs > 0 && !(await this.#wait(waitMs, request))) return void response.destroy();
    const chance = failRate > 0 ? seededRandom(seed, target, "failure", this.#visits.count(target)) : 1;
    if (chance < failRate) fail(response, reply, chance / failRate);
    else if (reply.dripMs) await this.#drip(request, response, reply);
    else send(response, reply);
  }

  /** The time until the reply, in milliseconds. */
  #waitOf({ socket }: IncomingMessage, target: string, { delayMs = 0 }: FixtureReply): number {
    const { latencyMs, seed, acceptDelayMs } = this.#options;
    const [from, to] = latencyMs;
    const accepting = this.#accepted.has(socket) ? 0 : acceptDelayMs;
    if (acceptDelayMs > 0) this.#accepted.add(socket);
    return accepting + from + (to - from) * seededRandom(seed, target, "latency") + delayMs;
  }

  /** Send the body byte by byte, until the client leaves. */
  async #drip(request: IncomingMessage, response: ServerResponse, { body, dripMs = 0, ...head }: FixtureReply) {
    response.writeHead(head.status, { "content-length": Buffer.byteLength(body) });
    response.flushHeaders();
    for (const byte of request.method === "HEAD" ? [] : Buffer.from(body)) {
      if (!(await this.#wait(dripMs, request))) return;
      response.write(Buffer.of(byte));
    }
    response.end();
  }

  /** End the wait of every delayed answer. */
  close(): void {
    this.#sockets.abort();
  }

  /** Resolves with false if the connection closes first. */
  async #wait(ms: number, { socket }: IncomingMessage): Promise<boolean> {
    const signal = this.#sockets.of(socket);
    this.#waiting++;
    try {
      await sleep(ms, { signal });
      return true;
    } catch (error) {
      if (!isCancelled(error, signal)) throw error;
      return false;
    } finally {
      this.#waiting--;
    }
  }
}

const tooMany: FixtureReply = {
  status: 503,
  headers: { "retry-after": "1" },
  body: "too many answers are waiting already\n",
};

const slowDown: FixtureReply = { status: 429, headers: { "retry-after": "1" }, body: "too many requests, slow down\n" };

const notAllowed: FixtureReply = {
  status: 405,
  headers: { allow: "GET, HEAD, POST", connection: "close" },
  body: "only GET, HEAD and POST are answered here\n",
};

const badHost: FixtureReply = {
  status: 400,
  headers: { connection: "close" },
  body: "one Host, please, and no more\n",
};

/** Node refuses a request without Host, but takes the first of several. RFC 9112 (3.2) forbids several. */
function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === "host").length > 1;
}

function isAnswered(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "POST";
}

/** Close a connection without progress, but only during this answer, since the next answer may be a delayed one. */
function closeIfStalled(response: ServerResponse, ms: number): void {
  if (response.writableLength === 0) return; // the kernel has taken the whole answer
  response.setTimeout(ms);
  response.prependOnceListener("finish", () => response.setTimeout(0));
}
