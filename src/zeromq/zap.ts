import { type Context, Reply } from "zeromq";

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

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
  const listed = clients && new Set(clients.map((key) => decodeZ85(key).toString("hex")));
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

/** Z85: five characters, base 85, for four bytes. https://rfc.zeromq.org/spec/32 */
function decodeZ85(text: string): Buffer {
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let i = 0; i < text.length / 5; i++) {
    const digits = [...text.slice(i * 5, i * 5 + 5)];
    const value = digits.reduce((sum, char) => sum * 85 + alphabet.indexOf(char), 0);
    bytes.writeUInt32BE(value % 2 ** 32, i * 4);
  }
  return bytes;
}
