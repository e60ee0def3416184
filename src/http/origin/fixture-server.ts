import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { isCancelled, sleep } from "../../concurrency/index.js";
import { mostAccepted } from "../open-files.js";
import { PerTurn } from "../per-turn.js";
import { type Listening, listen } from "../server/listen.js";
import { type FixtureReply, fixtureReply } from "./fixture-routes.js";
import { seededRandom } from "./seeded-random.js";
import { SocketSignals } from "./socket-signals.js";
import { Visits } from "./visits.js";

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
  /** Answers that wait for their time; what comes when there are that many is a 503 at once (default: 16,384). */
  mostWaiting?: number;
  /** Connections at a time; one more is closed at once (default: 16,384, or as many as files may be open, less 64). */
  mostConnections?: number;
  /** A client that takes nothing of its answer for so long is closed, in milliseconds (default: 10,000). */
  stallMs?: number;
}

const most = 16_384; // connections, and answers that wait
const answersPerTurn = 4; // with one connection accepted in each: of 2,000 that come at once the last is there in 2 s, and not in 8

/**
 * A real HTTP server with the same pages, latencies and failures each time: a latency depends on the seed and the URL, a
 * failure on these and on how often that URL was asked for (65,536 URLs are remembered), so that the next try may do. A
 * failure is a 503, a connection that is reset, or a body that ends too early. An answer nobody is there for any more is
 * not waited for.
 */
export async function startFixtureServer(options: FixtureOptions = {}): Promise<Listening> {
  const { mostConnections = Math.min(most, mostAccepted()), stallMs = 10_000 } = options;
  const fixture = new Fixture(options);
  const answer = (request: IncomingMessage, response: ServerResponse) =>
    void fixture.answer(request, response).then(() => closeIfStalled(response, stallMs));
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
  readonly #options: Required<Pick<FixtureOptions, "latencyMs" | "failRate" | "seed" | "mostWaiting">>;
  readonly #visits = new Visits(65_536);
  readonly #sockets = new SocketSignals();
  readonly #turns = new PerTurn(answersPerTurn);
  #waiting = 0;

  constructor({ latencyMs = [0, 0], failRate = 0, seed = 1, mostWaiting = most }: FixtureOptions) {
    this.#options = { latencyMs, failRate, seed, mostWaiting };
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "/" } = request;
    if (hasTwoHosts(request)) return send(response, badHost);
    const target = url.replace(/^https?:\/\/[^/?]*/i, "") || "/"; // as a client of a proxy asks (RFC 9112, 3.2.2)
    const { latencyMs, failRate, seed, mostWaiting } = this.#options;
    const [from, to] = latencyMs;
    const reply = isAnswered(method) ? fixtureReply(target, seed) : notAllowed;
    const waitMs = from + (to - from) * seededRandom(seed, target, "latency") + (reply.delayMs ?? 0);
    if (waitMs > 0 && this.#waiting >= mostWaiting) return send(response, tooMany);
    const turn = this.#turns.take();
    if (turn) await turn;
    if (waitMs > 0 && !(await this.#wait(waitMs, request))) return void response.destroy();
    const chance = failRate > 0 ? seededRandom(seed, target, "failure", this.#visits.count(target)) : 1;
    if (chance < failRate) fail(response, reply, chance / failRate);
    else send(response, reply);
  }

  /** Let no answer wait any longer. */
  close(): void {
    this.#sockets.abort();
  }

  /** False if the connection is closed meanwhile. */
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

/** Node refuses a request without one, and takes the first of several (RFC 9112, 3.2). */
function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === "host").length > 1;
}

function isAnswered(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "POST";
}

function send(
  response: ServerResponse,
  { status, type = "text/plain; charset=utf-8", headers, body }: FixtureReply,
): void {
  const content = { "content-type": type, "content-length": Buffer.byteLength(body) };
  response.writeHead(status, {
    ...(status !== 204 && status !== 304 && content), // these have none, and say nothing of its length (RFC 9110, 8.6)
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(body);
}

/** `which`, from 0 up to 1, decides how. */
function fail(response: ServerResponse, { body }: FixtureReply, which: number): void {
  if (which < 1 / 2) return send(response, { status: 503, headers: { "retry-after": "0" }, body: "not now\n" });
  if (which < 3 / 4) return reset(response);
  response.writeHead(200, { "content-length": Buffer.byteLength(body) + 1 });
  response.write(body, () => response.destroy());
}

/** A request sent ahead has no connection to reset before those in front of it are answered. */
function reset(response: ServerResponse): void {
  if (response.socket) response.socket.resetAndDestroy();
  else response.once("socket", (socket: Socket) => socket.resetAndDestroy());
}

/** What Node does with a connection on which nothing moves for a time; not beyond this answer, for the next may be a delay. */
function closeIfStalled(response: ServerResponse, ms: number): void {
  if (response.writableLength === 0) return; // the system has taken all of it
  response.setTimeout(ms);
  response.prependOnceListener("finish", () => response.setTimeout(0));
}
