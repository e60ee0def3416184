import { Context } from "zeromq";
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
 * clients.
 */
export async function openContext(keys?: Keys): Promise<ZmqContext> {
  const context = new Context({ blocky: false });
  const close = await admitOnly(keys?.role === "server" ? keys.clients : undefined, context);
  return { options: socketOptions(context, keys), close };
}

function socketOptions(context: Context, keys: Keys | undefined) {
  return { context, zapDomain: "lab", zapEnforceDomain: true, ...curveOptions(keys) };
}

function curveOptions(keys: Keys | undefined) {
  if (keys === undefined) return {};
  const { publicKey: curvePublicKey, secretKey: curveSecretKey } = keys;
  if (keys.role === "client") return { curvePublicKey, curveSecretKey, curveServerKey: keys.serverKey };
  return { curveServer: true, curvePublicKey, curveSecretKey };
}
