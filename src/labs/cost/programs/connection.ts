/** The server of idle TCP connections. Their other ends are in a process of its own, so that they are not measured. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { Connected, PeerOrder } from "./connection-peer.js";
import { nextMessage } from "./next-message.js";
import { serveRamp } from "./serve.js";

const atOnce = 100; // fewer than wait in the backlog of a server

const peerProgram = fileURLToPath(new URL("./connection-peer.js", import.meta.url));
const sockets: Socket[] = [];
let noticeOne = () => {};
const server = createServer((socket) => {
  sockets.push(socket);
  socket.on("error", () => {}).resume();
  noticeOne();
});
let peer: ChildProcess | undefined;

serveRamp(async (count, stands) => {
  peer ??= await startPeer();
  const { port } = server.address() as AddressInfo;
  for (let left = count; left > 0; left -= atOnce) {
    const before = sockets.length;
    peer.send({ port, count: Math.min(left, atOnce) } satisfies PeerOrder);
    const { connected, error } = await nextMessage<Connected>(peer);
    await accepted(before + connected);
    for (let n = 0; n < connected; n++) stands();
    if (error !== undefined) throw new Error(error);
  }
});

async function startPeer(): Promise<ChildProcess> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [peerProgram], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  child.send({ port, count: 0 } satisfies PeerOrder);
  await nextMessage(child);
  return child;
}

function accepted(count: number): Promise<void> {
  return new Promise((resolve) => {
    noticeOne = () => {
      if (sockets.length >= count) resolve();
    };
    noticeOne();
  });
}
