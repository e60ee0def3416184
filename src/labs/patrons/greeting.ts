import type { Socket } from "node:net";
import { Unavailable } from "./database.js";

/** Ways to authenticate that the driver knows: none, a password, its MD5, and the three steps of SCRAM. */
const known = [0, 3, 5, 10, 11, 12];
const unknown: Readonly<Record<number, string>> = { 2: "Kerberos", 6: "SCM", 7: "GSSAPI", 8: "GSSAPI", 9: "SSPI" };

/** The longest message before the first query, in bytes. */
const longest = 65_536;

/**
 * Destroy the socket with Unavailable if the server's first messages are none of PostgreSQL, or ask for an authentication
 * that the driver lacks. The driver would print to stderr, wait, or throw where nobody can catch. So it gets no such bytes.
 */
export function checkGreeting(socket: Socket): Socket {
  const emit = socket.emit.bind(socket) as (event: string, ...args: unknown[]) => boolean;
  let pending = Buffer.alloc(0);
  socket.emit = (event: string, ...args: unknown[]) => {
    if (event !== "data") return emit(event, ...args);
    pending = Buffer.concat([pending, args[0] as Buffer]);
    const { isOver, fault, rest } = readGreeting(pending);
    if (fault !== undefined) {
      socket.destroy(new Unavailable(fault));
      return false;
    }
    pending = rest;
    if (isOver) socket.emit = emit;
    return emit(event, ...args);
  };
  return socket;
}

interface Greeting {
  /** The server is ready, or has refused. */
  isOver: boolean;
  fault?: string;
  /** The begin of a message. */
  rest: Buffer<ArrayBuffer>;
}

function readGreeting(bytes: Buffer<ArrayBuffer>): Greeting {
  let rest = bytes;
  for (; rest.length >= 5; rest = rest.subarray(1 + rest.readUInt32BE(1))) {
    const type = String.fromCharCode(rest[0] ?? 0);
    const length = rest.readUInt32BE(1);
    const isOurs = "REKNSZv".includes(type) && length >= (type === "R" ? 8 : 4) && length <= longest;
    if (!isOurs) return { isOver: true, fault: "the server is no PostgreSQL", rest };
    if (rest.length <= length) break;
    if (type === "Z" || type === "E") return { isOver: true, rest };
    const method = type === "R" ? rest.readUInt32BE(5) : 0;
    if (!known.includes(method)) return { isOver: true, fault: methodFault(method), rest };
  }
  return { isOver: false, rest };
}

function methodFault(method: number): string {
  return `the server asks for an authentication that is not supported: ${unknown[method] ?? `number ${method}`}`;
}
