import { type Context, Reply } from "zeromq";
import { decodeZ85 } from "./z85.js";

/**
 * Handle the authentication (ZAP, https://rfc.zeromq.org/spec/27) of all sockets of `context`. With `clients`, it admits
 * the listed CURVE public keys (Z85). Without, it admits every peer without a key. The returned function ends it.
 *
 * Start it before the first socket binds. Without a handler, ZeroMQ admits everybody. It also takes foreign bytes, such as
 * an HTTP request, for a peer of its oldest version and serves it.
 */
export async function admitOnly(
  clients: readonly string[] | undefined,
  context: Context,
): Promise<() => Promise<void>> {
  const listed = clients && new Set(clients.map((key) => decodeZ85(key)?.toString("hex")));
  const socket = new Reply({ context, linger: 0 });
  await socket.bind("inproc://zeromq.zap.01");
  const answering = answerAll(socket, (mechanism, key) =>
    listed ? mechanism === "CURVE" && listed.has(key) : mechanism === "NULL",
  );
  return () => {
    socket.close();
    return answering;
  };
}

async function answerAll(socket: Reply, admits: (mechanism: string, key: string) => boolean): Promise<void> {
  for await (const [version = "", request = "", , , , mechanism, key] of socket) {
    const status = admits(String(mechanism), key?.toString("hex") ?? "") ? ["200", "OK"] : ["400", "not admitted"];
    await socket.send([version, request, ...status, "", ""]);
  }
}
