import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FixtureReply } from "./fixture-reply.js";

export function send(
  response: ServerResponse,
  { status, type = "text/plain; charset=utf-8", headers, body }: FixtureReply,
): void {
  const content = { "content-type": type, "content-length": Buffer.byteLength(body) };
  response.writeHead(status, {
    ...(status !== 204 && status !== 304 && content), // these have neither a body nor its length (RFC 9110, 8.6)
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(body);
}

/**
 * Fail in one of three ways. `which`, from 0 up to 1, selects it. At least one byte of a reply is sent: a client may take a
 * connection that closes before for an idle one, and send the request again, which would be another visit.
 */
export function fail(response: ServerResponse, { body }: FixtureReply, which: number): void {
  if (which < 1 / 2) return send(response, { status: 503, headers: { "retry-after": "0" }, body: "not now\n" });
  if (which < 3 / 4 || response.req.method === "HEAD") return onceInTurn(response, reset);
  response.writeHead(200, { "content-length": Math.max(1, Buffer.byteLength(body)) + 1 });
  response.write(body.length > 0 ? body : "x", () => response.destroy());
}

/** A pipelined request has no socket to reset until the requests before it are answered. */
function onceInTurn(response: ServerResponse, work: (socket: Socket) => void): void {
  if (response.socket) work(response.socket);
  else response.once("socket", work);
}

function reset(socket: Socket): void {
  socket.write("HTTP/1.1 200", () => socket.resetAndDestroy());
}
