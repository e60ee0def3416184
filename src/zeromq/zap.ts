import { type Context, Reply } from "zeromq";
import { decodeZ85 } from "./z85.js";

/**
 * Answer the authentication requests (ZAP, https://rfc.zeromq.org/spec/27) of the servers in `context`: admit the clients
 * with these CURVE public keys (Z85). The returned function ends it.
 *
 * Start it before the first socket binds: without a handler, no client gets in. Only sockets that bind may ask it. The
 * answer comes from the event loop, and libzmq aborts the process if it comes to a connecting socket that has reconnected
 * meanwhile.
 */
export async function admitOnly(clients: readonly string[], context: Context): Promise<() => Promise<void>> {
  const listed = new Set(clients.map((key) => decodeZ85(key)?.toString("hex")));
  const socket = new Reply({ context, linger: 0 });
  await socket.bind("inproc://zeromq.zap.01");
  const answering = answerAll(socket, (mechanism, key) => mechanism === "CURVE" && listed.has(key));
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
