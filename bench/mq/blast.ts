/** `node blast.js <port> <protocol> <count>`: says "ready", and sends so many messages as fast as it goes when told to. */
import { once } from "node:events";
import { connect } from "node:net";
import { type Protocol, type ProtocolName, protocols } from "./protocols.js";

const [port, name, count] = process.argv.slice(2) as [string, ProtocolName, string];
const { greet, publish }: Protocol = protocols[name];
const perBlock = Math.floor(65_536 / publish.length);
const block = Buffer.concat(Array.from({ length: perBlock }, () => publish));
const scratch = Buffer.allocUnsafeSlow(65_536);

const socket = connect({
  port: Number(port),
  host: "127.0.0.1",
  noDelay: true,
  onread: { buffer: scratch, callback: () => true }, // answers are read, and thrown away
});
await once(socket, "connect");
if (greet.length > 0) socket.write(greet);
process.once("message", async () => {
  for (let left = Number(count); left > 0; left -= perBlock) {
    if (!socket.write(left >= perBlock ? block : block.subarray(0, left * publish.length))) await once(socket, "drain");
  }
  process.disconnect();
});
process.send?.("ready");
socket.on("close", () => process.exit(0)).on("error", () => process.exit(0)); // the parent ends the broker
