/** An origin that misbehaves in the way that the path of a request asks for. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type Origin, startOrigin } from "./origin.js";
import { cert, key } from "./self-signed.js";

type Fault = (response: ServerResponse, request: IncomingMessage, nth: number) => void;

/** Start the origin. It counts requests by path: `nth` is 1 for the first one. */
export async function startEvilOrigin(t: TestContext): Promise<Origin> {
  const visits = new Map<string, number>();
  return startOrigin(t, (request, response) => {
    const path = (request.url ?? "/").replace(/\?.*/, "");
    const nth = (visits.get(path) ?? 0) + 1;
    visits.set(path, nth);
    response.on("error", () => {});
    const fault = faults[path.split("/")[1] ?? ""];
    if (fault) fault(response, request, nth);
    else response.end(`fine: ${path}`);
  });
}

const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20)); // 64 KiB that unpack to 64 MiB

const faults: Record<string, Fault> = {
  reset: (response) => response.socket?.resetAndDestroy(),
  "reset-once": (response, _, nth) => (nth === 1 ? response.socket?.resetAndDestroy() : response.end("at last")),
  "reset-body": (response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("half of", () => response.socket?.resetAndDestroy());
  },
  short: (response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("half of", () => response.destroy());
  },
  hang: () => {},
  "slow-headers": (response) => drip(response.socket, "HTTP/1.1 200 OK\r\nx-slow: "),
  "slow-body": (response) => drip(response.socket, "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"),
  loop: (response, request) => response.writeHead(302, { location: request.url ?? "/" }).end(),
  file: (response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
  nowhere: (response) => response.writeHead(302, { location: "http://[" }).end(),
  "to-fine": (response) => response.writeHead(302, { location: "/fine" }).end("moved"),
  bomb: (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
  codings: (response) => response.writeHead(200, { "content-encoding": "gzip, gzip, br, gzip, br, gzip" }).end(bomb),
  gzip: (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("unpacked")),
  brotli: (response) => response.writeHead(200, { "content-encoding": "br" }).end(brotliCompressSync("unpacked")),
  "no-gzip": (response) => response.writeHead(200, { "content-encoding": "gzip" }).end("plain\u001b[31m"),
  "odd-coding": (response) => response.writeHead(200, { "content-encoding": "rot13" }).end("cynva"),
  endless: (response) => {
    const more = () => response.destroyed || response.write(Buffer.alloc(64 * 1024), () => setImmediate(more));
    more();
  },
  "long-header": (response) => response.writeHead(200, { "x-long": "x".repeat(300_000) }).end(),
  "wide-header": (response) => response.writeHead(200, { "x-long": "x".repeat(250_000) }).end("fine"),
  "no-location": (response) => response.writeHead(302, { location: "" }).end("stay"),
  garbage: (response) => response.socket?.end("220 this is \u001b[31mnot HTTP\r\n\r\n"),
  "early-hints": (response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload" });
    response.end("after the hints");
  },
  status: (response, request) => {
    const [, , status = "", after = ""] = (request.url ?? "").split("/");
    response.writeHead(Number(status), after === "" ? {} : { "retry-after": decodeURIComponent(after) }).end("no");
  },
  "busy-once": (response, request, nth) => {
    const after = decodeURIComponent((request.url ?? "").split("/")[2] ?? "");
    if (nth === 1) response.writeHead(503, { "retry-after": after === "date" ? soonAsDate() : after }).end();
    else response.end("free again");
  },
};

/** A date one to two seconds from now; dates in HTTP have whole seconds. */
function soonAsDate(): string {
  return new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000).toUTCString();
}

/** Write `head`, then a byte every 20 ms until the connection closes. */
function drip(socket: Socket | null, head: string): void {
  socket?.on("error", () => {});
  socket?.write(head);
  const timer = setInterval(() => socket?.write("x"), 20);
  socket?.on("close", () => clearInterval(timer));
}

/** Start an origin at `https://127.0.0.1:…`, by default with a self-signed certificate. */
export async function startTlsOrigin(
  t: TestContext,
  handle: (response: ServerResponse) => void,
  proof = { cert, key },
): Promise<string> {
  const server = createTlsServer(proof, (_request, response) => handle(response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  server.on("tlsClientError", () => {});
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A port that accepts connections but never answers. */
export async function startSilent(t: TestContext): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on("error", () => {}))).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
