import { Context } from "zeromq";
import type { Keys } from "./key-file.js";
import { admitOnly } from "./zap.js";

/** A ZeroMQ context of its own, so that labs in one process do not share keys, and what its sockets have in common. */
export interface ZmqContext {
  /** Options for each socket of this side. */
  readonly options: Readonly<ReturnType<typeof socketOptions>>;
  /** Call it once all sockets are closed. */
  close(): Promise<void>;
}

/** With keys, every connection is encrypted and both sides know each other; a server admits only the listed clients. */
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
