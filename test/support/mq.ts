import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { Broker, type BrokerOptions, type Cut } from "../../src/labs/mq/broker.js";
import { encodeFrame, FrameReader } from "../../src/labs/mq/frame.js";
import { type RunningLab, type RunningLabOptions, startLab } from "./running-lab.js";
import { until } from "./until.js";

/** A broker in this process, with the connections that it has cut. */
export interface TestBroker {
  broker: Broker;
  port: number;
  cuts: Cut[];
}

/** Start a broker on a free port. It is gone at the end of the test. Without `looks`, it cuts nobody for being slow. */
export async function startBroker(
  t: TestContext,
  { looks = true, ...options }: BrokerOptions & { looks?: boolean } = {},
): Promise<TestBroker> {
  const cuts: Cut[] = [];
  const broker = new Broker((cut) => cuts.push(cut), options);
  const server = createServer({ noDelay: true }, (socket) => broker.accept(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const looking = setInterval(() => looks && broker.look(), 50).unref();
  t.after(async () => {
    clearInterval(looking);
    server.close();
    broker.destroy();
    await once(server, "close");
  });
  return { broker, port: (server.address() as AddressInfo).port, cuts };
}

/** A client by hand: it subscribes, sends pairs, and keeps the messages that come. */
export class MqPeer {
  readonly socket: Socket;
  readonly received: Buffer[] = [];
  readonly closed: Promise<unknown>;

  private constructor(socket: Socket) {
    this.socket = socket.on("error", () => {});
    this.closed = new Promise((resolve) => socket.once("close", resolve)); // once() would reject for a reset
    const reader = new FrameReader({
      admits: () => true,
      take: (bytes, start, end) => {
        this.received.push(Buffer.from(bytes.subarray(start, end)));
        return true;
      },
    });
    socket.on("data", (chunk: Buffer) => reader.read(chunk));
  }

  /** Connect, and subscribe to `channel`, if there is one. Gone at the end of the test. */
  static async connect(t: TestContext, port: number, channel?: string | Buffer): Promise<MqPeer> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    const peer = new MqPeer(socket);
    if (channel !== undefined) socket.write(encodeFrame(Buffer.from(channel)));
    t.after(async () => {
      socket.destroy();
      await peer.closed;
    });
    return peer;
  }

  /** The received messages as text. */
  get texts(): string[] {
    return this.received.map(String);
  }

  send(channel: string | Buffer, ...messages: (string | Buffer)[]): boolean {
    return this.socket.write(pairs(channel, ...messages));
  }

  /** Resolves once so many messages have come. */
  has(count: number): Promise<void> {
    return until(`${count} messages`, () => this.received.length >= count);
  }
}

/** The pairs that publish messages to a channel. */
export function pairs(channel: string | Buffer, ...messages: (string | Buffer)[]): Buffer {
  const name = encodeFrame(Buffer.from(channel));
  return Buffer.concat(messages.flatMap((message) => [name, encodeFrame(Buffer.from(message))]));
}

/** Connect peers to a channel of the broker, and wait until it knows all of them. */
export async function subscribe(
  t: TestContext,
  { broker, port }: TestBroker,
  ...channels: (string | Buffer)[]
): Promise<MqPeer[]> {
  const before = broker.subscriptions;
  const peers: MqPeer[] = [];
  for (const channel of channels) peers.push(await MqPeer.connect(t, port, channel)); // in this order
  await until("subscriptions", () => broker.subscriptions >= before + channels.length);
  return peers;
}

/** Start `lab mq server --json` on a free port. */
export async function startMqServer(t: TestContext, args: readonly string[] = [], opts: RunningLabOptions = {}) {
  const server = startLab(t, ["mq", "server", "--json", "--port", "0", ...args], opts);
  const { port } = JSON.parse(await server.line(/"type":"ready"/)) as { port: number };
  return { server, port };
}

/** Start `lab mq listen --json`. Resolves once it is connected; the broker may not yet know its channel. */
export async function startListen(t: TestContext, port: number, channel: string, ...args: string[]) {
  const listen = startLab(t, ["mq", "listen", "--json", "--port", `${port}`, "--listen", channel, ...args]);
  await listen.line(/"connected"/);
  return listen;
}

/** Resolves once a status of the server has what `isSo` wants. */
export async function statusOf(
  server: RunningLab,
  isSo: (status: Record<string, number>) => boolean,
): Promise<Record<string, number>> {
  const [seen] = [server.stdout.length];
  for (;;) {
    const statuses = server.stdout.slice(seen).filter((line) => line.includes('"status"'));
    const found = statuses.map((line) => JSON.parse(line)).find(isSo);
    if (found) return found;
    await server.nextLine();
  }
}
