import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** The reply to raw bytes, until the server closed the connection. */
export interface RawReply {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** The time until the connection closed, in milliseconds. */
  ms: number;
  /** The whole reply, with all its status lines. */
  text: string;
}

/** Open a raw connection, for any bytes. */
export async function openRaw(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {}); // a reset ends the connection as well
  await once(socket, "connect");
  return socket;
}

/** Send bytes, and collect the reply until the server closes the connection. */
export async function sendRaw(port: number, bytes: string | Buffer): Promise<RawReply> {
  const start = performance.now();
  const socket = await openRaw(port);
  const replied = untilClosed(socket);
  socket.write(bytes);
  const text = await replied;
  return { ...parse(text), text, ms: performance.now() - start };
}

export async function untilClosed(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk) => {
    text += chunk;
  });
  await once(socket, "close");
  return text;
}

function parse(text: string): Pick<RawReply, "status" | "headers" | "body"> {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [line = "", ...lines] = head.split("\r\n");
  const headers = Object.fromEntries(
    lines.map((header) => {
      const colon = header.indexOf(":");
      return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(line.split(" ")[1] ?? 0), headers, body: rest.join("\r\n\r\n") };
}

/** A GET in raw bytes with the given headers, on a connection that closes after it. */
export function rawGet(target: string, headers: readonly string[], version = "1.1"): string {
  return `GET ${target} HTTP/${version}\r\n${[...headers, "Connection: close"].join("\r\n")}\r\n\r\n`;
}
