import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { moveOnAfter } from "../../concurrency/index.js";
import type { Outcome } from "../lab.js";

const host = "127.0.0.1";
const againMs = 250; // a datagram may be lost
const limitMs = 10_000;

/** Tier 8: a callback for each datagram, as datagram_received() of a DatagramProtocol. */
export async function protocol(
  signal: AbortSignal,
  answer: (question: string) => string = (question) => question.toUpperCase(),
): Promise<Outcome> {
  const server = createSocket("udp4");
  const client = createSocket("udp4");
  server.on("message", (question, { port }) => server.send(answer(`${question}`), port, host));
  const ask = () => client.send("ping", server.address().port, host);
  let again: NodeJS.Timeout | undefined;
  try {
    await bind(server);
    await bind(client);
    const replied = moveOnAfter(limitMs, (own) => once(client, "message", { signal: own }), { signal });
    ask();
    again = setInterval(ask, againMs);
    const [reply = "nothing", from] = (await replied) ?? [];
    const isServer = from?.port === server.address().port;
    return { measured: `sent ping, got ${reply} from port ${from?.port}`, holds: `${reply}` === "PING" && isServer };
  } finally {
    clearInterval(again);
    await Promise.all([close(server), close(client)]);
  }
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

async function bind(socket: Socket): Promise<void> {
  socket.bind(0, host);
  await once(socket, "listening");
}
