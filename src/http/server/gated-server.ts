import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { sleep } from "../../concurrency/index.js";
import { cannotListen, urlOf } from "./bound-address.js";
import { type GateOptions, type Refusal, refusal } from "./gate.js";
import { rawReply, statusOf } from "./raw-reply.js";
import { securityHeaders, serverTimeouts } from "./settings.js";

export interface GatedServerOptions extends GateOptions {
  /** 0: any free one. */
  port: number;
  /** Connections at a time; further ones are closed. */
  maxConnections: number;
  /** What gets through the gate: GET and HEAD. The security headers are set; a body of a HEAD goes nowhere. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** What the gate kept out, and what came in all. */
export interface GateCounts {
  requests: number;
  refused: Record<Refusal["reason"] | "closing", number>;
  /** Connections that spoke no proper HTTP, or too slowly. */
  clientErrors: number;
}

const graceMs = 1000;

/**
 * node:http behind a gate: who may ask, for what and how (see gate.ts), how long a request may take, how many at a time,
 * and an end that comes although streams are open.
 */
export class GatedServer {
  readonly counts: GateCounts = {
    requests: 0,
    refused: { host: 0, target: 0, origin: 0, method: 0, closing: 0 },
    clientErrors: 0,
  };
  /** `http://127.0.0.1:8088`, with the real port and without a slash at the end. */
  url = "";
  readonly #options: GatedServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Those that were told that they are closed: what still comes there has had its answer. */
  readonly #refused = new WeakSet<Socket>();
  #onGone = () => {};
  #closing: Promise<void> | undefined;

  private constructor(options: GatedServerOptions) {
    this.#options = options;
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response);
    this.#server = createServer(
      { ...serverTimeouts, requireHostHeader: false }, // the gate does, with all its headers
      answer,
    );
    this.#server.maxConnections = options.maxConnections;
    this.#server.on("checkContinue", answer); // Node would ask for the body
    this.#server.on("checkExpectation", answer);
    this.#server.on("connect", (_request, socket: Socket) => this.#answerConnect(socket));
    this.#server.on("clientError", (error, socket) => this.#answerError(error, socket as Socket));
    this.#server.on("connection", (socket) => this.#track(socket));
  }

  /** Rejects with ExitError(1), one line that says why, if the port cannot be had. */
  static async open(options: GatedServerOptions): Promise<GatedServer> {
    const server = new GatedServer(options);
    try {
      server.#server.listen({ host: options.host, port: options.port, exclusive: true });
      await once(server.#server, "listening");
      server.url = urlOf(server.#server.address() as AddressInfo);
      return server;
    } catch (error) {
      throw cannotListen(options, error as NodeJS.ErrnoException);
    }
  }

  /**
   * Answer what still comes with 503, and give open replies a second to end; `beforehand` may tell them to. Then cut what
   * is left. Resolves once the port is free. Idempotent.
   */
  close(beforehand: () => void = () => {}): Promise<void> {
    this.#closing ??= this.#close(beforehand);
    return this.#closing;
  }

  async #close(beforehand: () => void): Promise<void> {
    await undefined; // so that #closing is set
    beforehand();
    this.#server.closeIdleConnections();
    await this.#allGone();
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Wait until nobody is connected any more, or the time is up. */
  async #allGone(): Promise<void> {
    if (this.#sockets.size === 0) return;
    const gone = new AbortController();
    this.#onGone = () => gone.abort();
    await sleep(graceMs, gone).catch(() => {});
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#onGone();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.counts.requests++;
    if (response.socket === null) return this.#cutPipeline(request);
    response.on("error", () => {}); // the browser went away: "close" follows
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    if (request.headers.upgrade !== undefined) response.setHeader("connection", "close"); // ignored, and what follows may be no HTTP
    const refused = refusal(request, this.#options);
    if (this.#closing)
      return this.#refuse(response, { status: 503, reason: "closing", headers: { "retry-after": "1" } });
    if (refused) return this.#refuse(response, refused);
    this.#options.handle(request, response);
  }

  #refuse(
    response: ServerResponse,
    { status, reason, headers = {}, hint }: Omit<Refusal, "reason"> & { reason: keyof GateCounts["refused"] },
  ): void {
    this.counts.refused[reason]++;
    if (response.socket) this.#refused.add(response.socket);
    if (status === 204) response.writeHead(204, headers).end();
    else
      response
        .writeHead(status, { ...headers, ...plainText, connection: "close" })
        .end(`${STATUS_CODES[status]}${hint ? `: ${hint}` : ""}\n`);
  }

  /**
   * A further request while the one before is being answered would wait in memory, perhaps behind a feed that never ends,
   * and Node does not say when such a one is gone. No browser sends any.
   */
  #cutPipeline({ socket }: IncomingMessage): void {
    this.counts.clientErrors++;
    socket.destroy();
  }

  /** Node has let go of the socket: its errors and its end are ours. */
  #answerConnect(socket: Socket): void {
    this.counts.refused.method++;
    socket.on("error", () => socket.destroy());
    socket.end(rawReply(405, { allow: "GET, HEAD, OPTIONS" }), () => socket.destroy());
  }

  /** Node's parser is strict, and stays so; it tells of each offence here. */
  #answerError(error: NodeJS.ErrnoException, socket: Socket): void {
    this.counts.clientErrors++;
    const isOver = error.code === "ECONNRESET" || !socket.writable || this.#refused.has(socket);
    if (isOver) socket.destroy();
    else socket.end(rawReply(statusOf(error)), () => socket.destroy());
  }
}

const plainText = { "content-type": "text/plain; charset=utf-8" };
