import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { sleep } from "../../concurrency/index.js";
import { cannotListen, urlOf } from "./bound-address.js";
import { type GateOptions, type Refusal, refusal } from "./gate.js";
import { rawReply, statusOf } from "./raw-reply.js";
import { securityHeaders, serverTimeouts } from "./settings.js";

export interface GatedServerOptions extends GateOptions {
  /** 0 means any free port. */
  port: number;
  /** Connections at a time. Further ones are closed. */
  maxConnections: number;
  /** Answers each GET and HEAD that passes the gate. The security headers are set. Node drops the body of a HEAD. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** Counts of all requests, of refused requests and of broken connections. */
export interface GateCounts {
  requests: number;
  refused: Record<Refusal["reason"] | "closing", number>;
  /** Connections with invalid, too slow or pipelined HTTP. */
  clientErrors: number;
}

const graceMs = 1000;

/**
 * A node:http server with the gate of gate.ts before every request. It limits the number of connections and the time of
 * a request. Its close() ends in time even if streams are open.
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
  /** Connections that were told that they are closed. Further input there gets no second reply. */
  readonly #refused = new WeakSet<Socket>();
  #onGone = () => {};
  #closing: Promise<void> | undefined;

  private constructor(options: GatedServerOptions) {
    this.#options = options;
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response);
    this.#server = createServer(
      { ...serverTimeouts, requireHostHeader: false }, // the gate requires it, and replies with the security headers
      answer,
    );
    this.#server.maxConnections = options.maxConnections;
    this.#server.on("checkContinue", answer); // Node would tell the client to send the body
    this.#server.on("checkExpectation", answer);
    this.#server.on("connect", (_request, socket: Socket) => this.#answerConnect(socket));
    this.#server.on("clientError", (error, socket) => this.#answerError(error, socket as Socket));
    this.#server.on("connection", (socket) => this.#track(socket));
  }

  /** Bind the port. Rejects with ExitError(1) and a one-line reason if that fails. */
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
   * Close the server. New requests get a 503, and open replies have a second to end. `beforehand` is called first and
   * may ask them to end. Remaining connections are then cut. Resolves once the port is free. Idempotent.
   */
  close(beforehand: () => void = () => {}): Promise<void> {
    this.#closing ??= this.#close(beforehand);
    return this.#closing;
  }

  async #close(beforehand: () => void): Promise<void> {
    await undefined; // until #closing is set
    beforehand();
    this.#server.closeIdleConnections();
    await this.#allGone();
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Wait until no client is connected, but at most a second. */
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
    response.on("error", () => {}); // the client has left: "close" follows
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    // An upgrade is ignored, so the next bytes may be no HTTP.
    if (request.headers.upgrade !== undefined) response.setHeader("connection", "close");
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
   * A pipelined request would wait in memory, perhaps behind a feed that never ends. Node does not report when its
   * client has left. No browser pipelines.
   */
  #cutPipeline({ socket }: IncomingMessage): void {
    this.counts.clientErrors++;
    socket.destroy();
  }

  /** Node has detached the socket, so its errors and its end are handled here. */
  #answerConnect(socket: Socket): void {
    this.counts.refused.method++;
    socket.on("error", () => socket.destroy());
    socket.end(rawReply(405, { allow: "GET, HEAD, OPTIONS" }), () => socket.destroy());
  }

  /** Called for each connection that Node's strict parser or its timeouts reject. */
  #answerError(error: NodeJS.ErrnoException, socket: Socket): void {
    this.counts.clientErrors++;
    const isOver = error.code === "ECONNRESET" || !socket.writable || this.#refused.has(socket);
    if (isOver) socket.destroy();
    else socket.end(rawReply(statusOf(error)), () => socket.destroy());
  }
}

const plainText = { "content-type": "text/plain; charset=utf-8" };
