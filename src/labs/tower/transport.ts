import { once } from "node:events";
import { connect, type OnReadOpts, type Socket, type TcpNetConnectOpts } from "node:net";
import type { Outcome } from "../lab.js";
import { overTcp } from "./loopback.js";

type Connect = (options: TcpNetConnectOpts & { onread: OnReadOpts }) => Socket;

/** Tier 7: the handle below a stream. It reads into a buffer of ours, and no `data` event is made of it. */
export async function transport(signal: AbortSignal, open: Connect = (options) => connect(options)): Promise<Outcome> {
  const buffer = Buffer.alloc(16);
  let bytes = 0;
  let events = 0;
  const callback = (count: number) => {
    bytes += count;
    return bytes < buffer.length; // whether to go on reading
  };
  await overTcp(
    {
      serve: (socket) => void socket.end("hello"),
      connect: (address) => open({ ...address, onread: { buffer, callback } }),
      async use(client) {
        client.on("data", () => events++);
        await once(client, "close");
      },
    },
    signal,
  );
  const read = buffer.toString("latin1", 0, bytes);
  return {
    measured: `${bytes} bytes in our buffer: "${read}"; data events: ${events}`,
    holds: read === "hello" && events === 0,
  };
}
