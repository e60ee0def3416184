/** `node pace.js <port> <per second> <count>`: publishes messages of 1 KiB at a steady rate, with number and time in each. */
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { encodeFrame, headerSize } from "../../src/labs/mq/frame.js";

export const paceChannel = "/topic/pace";
const size = 1024;
const stepMs = 2;

if (process.argv[1] === fileURLToPath(import.meta.url))
  await publish(process.argv.slice(2).map(Number) as [number, number, number]);

async function publish([port, perSecond, count]: [number, number, number]): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  socket.write(encodeFrame(Buffer.from("/null")));
  const name = encodeFrame(Buffer.from(paceChannel));
  const pair = Buffer.concat([name, encodeFrame(Buffer.alloc(size))]);
  const start = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(count, Math.floor(((performance.now() - start) / 1000) * perSecond));
    const messages = Buffer.alloc((due - sent) * pair.length, pair);
    const now = Number(process.hrtime.bigint()) / 1e6;
    for (let at = name.length + headerSize; sent < due; at += pair.length) {
      messages.writeDoubleBE(sent++, at);
      messages.writeDoubleBE(now, at + 8);
    }
    socket.write(messages);
    if (sent < count) return;
    clearInterval(timer);
    socket.end();
  }, stepMs);
}
