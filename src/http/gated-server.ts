import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import { type AddressInfo, isIPv6, type Socket } from "node:net";
import { ExitError, sleep } from "../concurrency/index.js";
import { type GateOptions, type Refusal, refusal } from "./gate.js";
import { securityHeaders } from "./security-headers.js";

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

/** Milliseconds for the headers, for the whole request, between two requests, and how often that is looked after. */
const timeouts = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};

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
  #onGone = () => {};
  #closing: Promise<void> | undefined;

  private constructor(options: GatedServerOptions) {
    this.#options = options;
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response);
    this.#server = createServer(
      { ...timeouts, requireHostHeader: false }, // the gate does, with all its headers
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
      const { address, port } = server.#server.address() as AddressInfo;
      server.url = `http://${authority(isAny(address) ? "localhost" : address, port)}`;
      return server;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = whyNotBound[code ?? ""] ?? message;
      throw new ExitError(1, `cannot listen on ${authority(options.host, options.port)}: ${why}`);
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
    this.#server.closeAllConnections();
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
    response.on("error", () => {}); // the browser went away: "close" follows
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const refused = refusal(request, this.#options);
    if (this.#closing)
      return this.#refuse(response, { status: 503, reason: "closing", headers: { "retry-after": "1" } });
    if (refused) return this.#refuse(response, refused);
    this.#options.handle(request, response);
  }

  #refuse(
    response: ServerResponse,
    { status, reason, headers = {} }: Omit<Refusal, "reason"> & { reason: keyof GateCounts["refused"] },
  ): void {
    this.counts.refused[reason]++;
    if (status === 204) response.writeHead(204, headers).end();
    else response.writeHead(status, { ...headers, ...plainText, connection: "close" }).end(`${STATUS_CODES[status]}\n`);
  }

  #answerConnect(socket: Socket): void {
    this.counts.refused.method++;
    socket.end(rawReply(405, { allow: "GET, HEAD, OPTIONS" }));
  }

  /** Node's parser is strict, and stays so; it tells of each offence here. */
  #answerError({ code }: NodeJS.ErrnoException, socket: Socket): void {
    this.counts.clientErrors++;
    if (code === "ECONNRESET" || !socket.writable) socket.destroy();
    else socket.end(rawReply(errorStatus[code ?? ""] ?? 400), () => socket.destroy());
  }
}

const plainText = { "content-type": "text/plain; charset=utf-8" };

const errorStatus: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** For where Node gives no response to write to. */
function rawReply(status: number, headers: Readonly<Record<string, string>> = {}): string {
  const all = { ...securityHeaders, ...headers, connection: "close", "content-length": "0" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n`;
}

function isAny(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

function authority(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

const whyNotBound: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use: choose another, or 0 for any free one, or end the other program",
  EACCES: "not allowed: ports below 1024 belong to the system, choose a higher one",
  EADDRNOTAVAIL: "this machine has no such address",
};
