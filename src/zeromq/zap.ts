import { type Context, Reply } from "zeromq";
import { decodeZ85 } from "./z85.js";

/**
 * Decide for every socket of `context` who may connect: with `clients`, those whose CURVE public key (Z85) is listed;
 * without, whoever needs no key. It must run before the first of them binds, for without it ZeroMQ admits everybody, and
 * also takes any bytes that are no ZeroMQ, such as an HTTP request, for a peer of its oldest version, and serves it.
 * The returned function ends it. ZAP is https://rfc.zeromq.org/spec/27.
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
