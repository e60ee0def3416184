import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { cannotListen, urlOf } from "./bound-address.js";
import { allowed, type GateOptions, type Refusal, refusal } from "./gate.js";
import { type GateCounts, noCounts } from "./gate-counts.js";
import { GatedResponse } from "./gated-response.js";
import { OpenConnections } from "./open-connections.js";
import { rawReply, statusOf } from "./raw-reply.js";
import { serverTimeouts } from "./settings.js";

export interface GatedServerOptions extends GateOptions {
  /** 0 means any free port. */
  port: number;
  /** Connections at a time. Further ones are closed. */
  maxConnections: number;
  /**
   * What happens to a request during close(). `refuse` (default): it gets a 503, and idle connections are closed at
   * once. `answer`: the port closes, the request is answered, and its connection is told to close. Idle connections
   * have half a second for it.
   */
  whileClosing?: "refuse" | "answer";
  /** Answers each request that passes the gate. The security headers are set. Node drops the body of a HEAD. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** The time of open replies after close(), in milliseconds. */
const graceMs = 1000;
/** The part of it in which a kept connection may send its last request. */
const lastRequestMs = 500;

/**
 * A node:http server with the gate of gate.ts before every request. It limits the number of connections and the time of
 * a request. Its close() ends in time even if streams are open.
 */
export class GatedServer {
  readonly counts = noCounts();
  /** `http://127.0.0.1:8088`, with the real port and without a slash at the end. */
  url = "";
  readonly #options: GatedServerOptions;
  readonly #server: Server;
  readonly #connections: OpenConnections;
  /** Replies that their handler has not ended yet. */
  readonly #unfinished = new Set<ServerResponse>();
  /** Connections that were told that they are closed. Further input there gets no second reply. */
  readonly #refused = new WeakSet<Socket>();
  #closing: Promise<void> | undefined;
  /** Resolves once the server no longer listens. */
  #portClosed: Promise<void> = Promise.resolve();

  private constructor(options: GatedServerOptions) {
    this.#options = options;
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response);
    this.#server = createServer(
      { ...serverTimeouts, ServerResponse: GatedResponse, requireHostHeader: false }, // the gate requires it, and replies with the security headers
      answer,
    );
    this.#server.maxConnections = options.maxConnections;
    this.#server.on("checkContinue", answer); // Node would tell the client to send the body
    this.#server.on("checkExpectation", answer);
    this.#server.on("connect", (_request, socket: Socket) => this.#answerConnect(socket));
    this.#server.on("clientError", (error, socket) => this.#answerError(error, socket as Socket));
    this.#connections = new OpenConnections(this.#server);
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
   * Close the server. Open replies have a second to end; `beforehand` is called first and may ask them to. Remaining
   * connections are then cut. Resolves once the port is free. Idempotent.
   */
  close(beforehand: () => void = () => {}): Promise<void> {
    this.#closing ??= this.#close(beforehand);
    return this.#closing;
  }

  async #close(beforehand: () => void): Promise<void> {
    await undefined; // until #closing is set
    beforehand();
    for (const response of this.#unfinished) if (!response.headersSent) response.setHeader("connection", "close");
    const closed = once(this.#server, "close");
    const answers = this.#options.whileClosing === "answer";
    if (answers) {
      this.#portClosed = this.#connections.stopListening();
      await this.#portClosed;
      await this.#connections.gone(lastRequestMs);
    }
    this.#server.closeIdleConnections();
    await this.#connections.gone(answers ? graceMs - lastRequestMs : graceMs);
    this.#server.close();
    this.#connections.destroy();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.counts.requests++;
    if (response.socket === null) return this.#cutPipeline(request);
    response.on("error", () => {}); // the client has left: "close" follows
    // An upgrade is ignored, so the next bytes may be no HTTP.
    if (request.headers.upgrade !== undefined) response.setHeader("connection", "close");
    const refused = refusal(request, this.#options);
    if (this.#closing && this.#options.whileClosing !== "answer")
      return this.#refuse(response, { status: 503, reason: "closing", headers: { "retry-after": "1" } });
    if (refused) return this.#refuse(response, refused);
    if (!this.#closing) return this.#handle(request, response);
    response.setHeader("connection", "close");
    // An answer would bring the client back on a new connection, so it waits until the port is closed.
    void this.#portClosed.then(() => this.#handle(request, response));
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    this.#options.handle(request, response);
    if (!response.writableEnded) this.#track(response);
  }

  #track(response: ServerResponse): void {
    this.#unfinished.add(response);
    response.once("close", () => this.#unfinished.delete(response));
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
    socket.end(rawReply(405, allowed(this.#options.methods)), () => socket.destroy());
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
