/** The server's side of SOCKS 5 without authentication (RFC 1928), as far as a browser uses it. */
import type { Socket } from "node:net";

export interface Target {
  /** A name, or an IP address without brackets. */
  host: string;
  port: number;
}

const longestRequest = 262; // bytes: the head, a name of 255 characters, the port
const noBinding = [0, 1, 0, 0, 0, 0, 0, 0];

export const replies = {
  connected: Buffer.from([5, 0, ...noBinding]),
  failed: Buffer.from([5, 4, ...noBinding]),
  refused: Buffer.from([5, 2, ...noBinding]),
} as const;

/** The target of the CONNECT that a client sends. Undefined if the client leaves, or sends something else. */
export async function readTarget(client: Socket): Promise<Target | undefined> {
  const isGreeted = await read(client, lengthOfGreeting);
  if (isGreeted?.[0] !== 5 || !isGreeted.includes(0, 2)) return undefined;
  client.write(Buffer.from([5, 0]));
  const request = await read(client, lengthOfRequest);
  if (request?.[0] !== 5 || request[1] !== 1) return undefined;
  const port = request.readUInt16BE(request.length - 2);
  const host = hostIn(request);
  return host === undefined ? undefined : { host, port };
}

/** The length of a greeting once it can be told. Of other protocols, the first byte is enough. */
function lengthOfGreeting(bytes: Buffer): number | undefined {
  if (bytes.length > 0 && bytes[0] !== 5) return 1;
  return bytes.length < 2 ? undefined : 2 + (bytes[1] ?? 0);
}

/** The length of a request once it can be told. */
function lengthOfRequest(bytes: Buffer): number | undefined {
  if (bytes.length < 5) return undefined;
  if (bytes[3] === 1) return 10;
  return bytes[3] === 4 ? 22 : 7 + (bytes[4] ?? 0);
}

function hostIn(request: Buffer): string | undefined {
  const address = request.subarray(4, -2);
  if (request[3] === 1) return address.join(".");
  if (request[3] === 3) return address.toString("latin1", 1);
  if (request[3] !== 4) return undefined;
  const groups = Array.from({ length: 8 }, (_, nth) => address.readUInt16BE(2 * nth).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

/** The next message; its first bytes tell its length. Later bytes stay in the socket. Undefined at its end. */
function read(socket: Socket, lengthOf: (bytes: Buffer) => number | undefined): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let held = Buffer.alloc(0);
    const end = (message?: Buffer) => {
      socket.off("readable", take).off("close", gone).off("end", gone);
      resolve(message);
    };
    const gone = () => end();
    const take = () => {
      held = Buffer.concat([held, (socket.read() as Buffer | null) ?? Buffer.alloc(0)]);
      const length = lengthOf(held) ?? Number.POSITIVE_INFINITY;
      if (held.length < length) return held.length > longestRequest ? end() : undefined;
      if (held.length > length) socket.unshift(held.subarray(length));
      end(held.subarray(0, length));
    };
    socket.on("readable", take).on("close", gone).on("end", gone);
    take(); // Node announces no bytes that were put back
  });
}
