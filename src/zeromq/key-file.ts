import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { ExitError } from "../concurrency/index.js";
import { decodeZ85 } from "./z85.js";

const largestFile = 2 ** 20; // bytes, about 20,000 clients

/** A CURVE key pair. Keys are text in Z85, 40 characters each. */
export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** The key file of the side that binds: its own pair, and the public keys of all clients that it admits. */
export interface ServerKeys extends KeyPair {
  readonly role: "server";
  readonly clients: readonly string[];
}

/** The key file of a side that connects: its own pair, and the public key that identifies the server. */
export interface ClientKeys extends KeyPair {
  readonly role: "client";
  readonly serverKey: string;
}

export type Keys = ServerKeys | ClientKeys;

/** A rule that a key file breaks, worded to follow the flag: `must be a file that …`. */
export class BadKeyFile extends Error {}

/**
 * Write keys to new files that only their owner can read, either all files or none. Rejects with ExitError(1) if a file
 * exists, and with the error of the system if one cannot be written.
 */
export async function writeKeyFiles(files: ReadonlyMap<string, Keys>): Promise<void> {
  const created: string[] = [];
  try {
    for (const [path, keys] of files) {
      const file = await open(path, "wx", 0o600);
      created.push(path);
      await file.writeFile(`${JSON.stringify(keys, null, 2)}\n`).finally(() => file.close());
    }
  } catch (error) {
    await Promise.all(created.map((path) => unlink(path)));
    const { code, path } = error as NodeJS.ErrnoException;
    throw code === "EEXIST" ? new ExitError(1, `${path} exists already, and keys are never overwritten`) : error;
  }
}

/** Read the keys of a server. Synchronous. Throws BadKeyFile. */
export function readServerKeys(path: string): ServerKeys {
  const keys = read(path);
  if (keys.role !== "server")
    throw new BadKeyFile("must be the server's key file here, not the one that ends in .client");
  return keys;
}

/** Read the keys of a client. Synchronous. Throws BadKeyFile. */
export function readClientKeys(path: string): ClientKeys {
  const keys = read(path);
  if (keys.role !== "client") throw new BadKeyFile("must be the client's key file here, the one that ends in .client");
  return keys;
}

function read(path: string): Keys {
  const keys = parse(readPrivate(path));
  if (keys === undefined) throw new BadKeyFile(`must be a file that lab apm keygen has written: ${path} is not`);
  return keys;
}

/** Reads only a small regular file: a pipe or a device could block the process. */
function readPrivate(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > largestFile) throw new BadKeyFile(`must be a file of keys, got ${path}`);
    if (process.platform !== "win32" && (stat.mode & 0o077) !== 0)
      throw new BadKeyFile(`must be a file that only you can read: chmod 600 ${path}`);
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof BadKeyFile) throw error;
    throw new BadKeyFile(`must be a file that can be read, got ${(error as Error).message}`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function parse(text: string): Keys | undefined {
  let keys: Partial<Record<string, unknown>> | null;
  try {
    keys = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (keys === null || typeof keys !== "object") return undefined;
  const { role, publicKey, secretKey, serverKey, clients } = keys;
  if (!isKey(publicKey) || !isKey(secretKey)) return undefined;
  if (role === "client" && isKey(serverKey)) return { role, publicKey, secretKey, serverKey };
  if (role === "server" && Array.isArray(clients) && clients.every(isKey))
    return { role, publicKey, secretKey, clients };
  return undefined;
}

function isKey(text: unknown): text is string {
  return typeof text === "string" && text.length === 40 && decodeZ85(text) !== undefined;
}
