/** `node push-many.js <count>`: binds a PUSH, prints where; when told "go" sends so many JSON messages of 80 bytes. */
import { Push } from "zeromq";

const count = Number(process.argv[2]);
const message = Buffer.from(JSON.stringify({ name: "lab", text: "x".repeat(80 - 24) }));
const push = new Push({ linger: -1, sendHighWaterMark: 0 });
await push.bind("tcp://127.0.0.1:0");
push.events.on("handshake", () => process.send?.("connected"));
process.send?.(push.lastEndpoint);
process.once("message", async () => {
  for (let i = 0; i < count; i++) await push.send(message);
  push.close();
  process.disconnect();
});
