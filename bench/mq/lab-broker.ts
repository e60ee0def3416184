import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { encodeFrame } from "../../src/labs/mq/frame.js";
import type { MqServerReport, MqServerStatus } from "../../src/labs/mq/server.js";

const bin = fileURLToPath(new URL("../../../bin/lab.js", import.meta.url));

/** `lab mq server --json` in a process of its own, with its status. */
export class LabBroker {
  readonly port: number;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, port: number) {
    this.#child = child;
    this.#lines = lines;
    this.port = port;
    this.pid = child.pid ?? 0;
  }

  static async start(): Promise<LabBroker> {
    const child = spawn(process.execPath, [bin, "mq", "server", "--port", "0", "--json"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { port } = JSON.parse((await lines.next()).value);
    return new LabBroker(child, lines, port);
  }

  /** The next status that is as wanted. */
  async status(isSo: (status: MqServerStatus) => boolean): Promise<MqServerStatus> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error("the broker has ended");
      const event = JSON.parse(value);
      if (event.type === "status" && isSo(event)) return event;
    }
  }

  async connect(channel: string): Promise<Socket> {
    const [socket] = (await this.connectMany(1)) as [Socket];
    socket.write(encodeFrame(Buffer.from(channel)));
    return socket;
  }

  /** Connections that have sent nothing yet. */
  async connectMany(count: number): Promise<Socket[]> {
    const sockets = Array.from({ length: count }, () => connect({ port: this.port, host: "127.0.0.1", noDelay: true }));
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    for (const socket of sockets) socket.on("error", () => {}).resume();
    return sockets;
  }

  /** End it by SIGTERM. Resolves with its summary. */
  async stop(): Promise<MqServerReport> {
    const over = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    let last = "";
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) break;
      last = value;
    }
    await over;
    return JSON.parse(last);
  }
}
