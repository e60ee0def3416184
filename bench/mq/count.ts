/** `node count.js <port> <protocol> <count>`: subscribes, says "ready", and ends once so many messages have come. */
import { once } from "node:events";
import { connect } from "node:net";
import { type Protocol, type ProtocolName, protocols } from "./protocols.js";

const [port, name, count] = process.argv.slice(2) as [string, ProtocolName, string];
const { subscribe, answer, delivered }: Protocol = protocols[name];
const settleMs = 300; // a broker without an answer needs time to subscribe us

let left = Number(count) * delivered;
const buffer = Buffer.allocUnsafeSlow(256 * 1024); // one for all reads: nothing is kept
let text = "";
let isReady = answer === undefined;
const onRead = (bytes: number): boolean => {
  if (isReady) {
    left -= bytes;
    if (left <= 0) process.exit(); // nats-server's pings may be among the bytes
    return true;
  }
  text += buffer.toString("latin1", 0, bytes);
  isReady = text.endsWith(answer ?? "");
  if (isReady) process.send?.("ready");
  return true;
};
const socket = connect({ port: Number(port), host: "127.0.0.1", onread: { buffer, callback: onRead } });
socket.on("close", () => process.exit(1)); // it was cut
await once(socket, "connect");
socket.write(subscribe);
if (answer === undefined) setTimeout(() => process.send?.("ready"), settleMs);
