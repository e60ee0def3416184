import { Context } from "zeromq";
import { checkFreeFiles } from "../net/open-files.js";
import type { Keys } from "./key-file.js";
import { admitOnly } from "./zap.js";

/** The ZeroMQ context of one lab, with its keys: labs in one process do not share them. */
export interface ZmqContext {
  /** Options for each socket of the context. */
  readonly options: Readonly<ReturnType<typeof socketOptions>>;
  /** End the context. Call it after all sockets are closed. */
  close(): Promise<void>;
}

/**
 * Open a context. With keys, connections are encrypted and both sides are authenticated. A server admits only the listed
 * clients. Server keys are for sockets that bind. Rejects with an Error of the code EMFILE if fewer than 64 more files may
 * be open.
 */
export async function openContext(keys?: Keys): Promise<ZmqContext> {
  checkFreeFiles();
  const context = new Context({ blocky: false });
  const close = keys?.role === "server" ? await admitOnly(keys.clients, context) : async () => {};
  return { options: socketOptions(context, keys), close };
}

/**
 * The domain alone makes ZeroMQ refuse peers of its oldest versions, and foreign bytes that look like one. It asks nobody
 * then. It asks the handler of zap.ts for each client of a server with keys.
 */
function socketOptions(context: Context, keys: Keys | undefined) {
  return { context, zapDomain: "lab", zapEnforceDomain: keys?.role === "server", ...curveOptions(keys) };
}

function curveOptions(keys: Keys | undefined) {
  if (keys === undefined) return {};
  const { publicKey: curvePublicKey, secretKey: curveSecretKey } = keys;
  if (keys.role === "client") return { curvePublicKey, curveSecretKey, curveServerKey: keys.serverKey };
  return { curveServer: true, curvePublicKey, curveSecretKey };
}
