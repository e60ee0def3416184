/**
 * `node subscribe.js <port> <sockets> <count>`: subscribes so many times, and reads messages with a number and a time in
 * their first 16 bytes. Reports once each socket has `count` messages, or has been closed.
 */
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { encodeFrame, FrameReader } from "../../src/labs/mq/frame.js";
import { paceChannel } from "./pace.js";

export interface SubscriberReport {
  received: number[];
  /** Messages that were not the next in order. */
  outOfOrder: number;
  p99Ms: number;
  maxMs: number;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  listen(process.argv.slice(2).map(Number) as [number, number, number]);

function listen([port, sockets, count]: [number, number, number]): void {
  const received = Array.from({ length: sockets }, () => 0);
  const lateMs: number[] = [];
  let [outOfOrder, open, arrivedAt] = [0, sockets, 0];
  const finish = () => {
    if (--open > 0) return;
    lateMs.sort((a, b) => a - b);
    const at = (share: number) => lateMs[Math.min(lateMs.length - 1, Math.floor(lateMs.length * share))] ?? 0;
    process.send?.({ received, outOfOrder, p99Ms: at(0.99), maxMs: at(1) } satisfies SubscriberReport);
    process.disconnect();
  };
  for (let i = 0; i < sockets; i++) {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.write(encodeFrame(Buffer.from(paceChannel)));
    const reader = new FrameReader({
      admits: () => true,
      take: (bytes, start) => {
        if (bytes.readDoubleBE(start) !== received[i]) outOfOrder++;
        lateMs.push(arrivedAt - bytes.readDoubleBE(start + 8));
        received[i] = (received[i] ?? 0) + 1;
        return true;
      },
    });
    socket.on("data", (chunk) => {
      arrivedAt = now(); // for all messages of the chunk
      reader.read(chunk);
      if ((received[i] ?? 0) >= count) socket.destroy();
    });
    socket.on("error", () => {}).once("close", finish);
  }
}

/** Milliseconds on a clock that all processes share. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
