import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { Worker } from "node:worker_threads";

/** Listens with room for few connections, and accepts none of them before it is woken. Then it answers each with a 200. */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
const { createServer } = require("node:net");
const reply = "HTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nslow";
const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.on("data", () => socket.write(reply));
});
server.listen({ host: workerData.host, port: workerData.port, backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(new Int32Array(workerData.woken), 0, 0);
});
`;

export interface SlowListener {
  port: number;
  /** Accept connections from now on. The kernel repeats a dropped SYN after a second. */
  wake(): void;
}

/** Listen at `host`, where a connection that is opened stays unanswered until wake(). */
export async function startSlowListener(t: TestContext, host: string, port = 0): Promise<SlowListener> {
  const woken = new SharedArrayBuffer(4);
  const worker = new Worker(program, { eval: true, workerData: { host, port, woken } });
  const wake = () => {
    Atomics.store(new Int32Array(woken), 0, 1);
    Atomics.notify(new Int32Array(woken), 0);
  };
  const [bound] = (await once(worker, "message")) as [number];
  const fillers = await fill(host, bound);
  t.after(async () => {
    for (const each of fillers) each.destroy();
    wake();
    await worker.terminate();
  });
  return { port: bound, wake };
}

/** Connect until the kernel has no more room for connections. */
async function fill(host: string, port: number): Promise<Socket[]> {
  const fillers: Socket[] = [];
  for (let isFull = false; !isFull; ) {
    const socket = connect({ host, port }).on("error", () => {});
    fillers.push(socket);
    const connected = once(socket, "connect").then(() => false);
    isFull = await Promise.race([connected, new Promise<boolean>((resolve) => setTimeout(resolve, 300, true))]);
  }
  return fillers;
}
