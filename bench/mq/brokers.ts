import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sleep } from "../../src/concurrency/index.js";
import { freePort } from "../support/free-port.js";
import { carefulBroker, chunkBroker, plainBroker } from "./asyncio-brokers.js";
import type { ProtocolName } from "./protocols.js";

const bin = fileURLToPath(new URL("../../../bin/lab.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lab-bench-mq-"));
process.once("exit", () => rmSync(folder, { recursive: true }));

export interface BrokerKind {
  name: string;
  protocol: ProtocolName;
  /** Messages of one round: enough for some seconds. */
  count: number;
  command: string;
  args(port: number): string[];
}

export const ours: BrokerKind = {
  name: "lab mq server",
  protocol: "mq",
  count: 3_000_000,
  command: process.execPath,
  args: (port) => [bin, "mq", "server", "--port", `${port}`],
};

/** nats-server cuts slow consumers at 64 MB; here it may hold more, like redis-server. */
function natsSettings(): string {
  const file = join(folder, "nats.conf");
  writeFileSync(file, "max_pending: 1GB\n");
  return file;
}

export const peers: readonly BrokerKind[] = [
  {
    name: "asyncio, careful",
    protocol: "mq",
    count: 200_000,
    command: "python3",
    args: (port) => ["-c", carefulBroker, `${port}`],
  },
  {
    name: "asyncio, a chunk at a time",
    protocol: "mq",
    count: 500_000,
    command: "python3",
    args: (port) => ["-c", chunkBroker, `${port}`],
  },
  {
    name: "asyncio, plain",
    protocol: "mq",
    count: 50_000,
    command: "python3",
    args: (port) => ["-c", plainBroker, `${port}`],
  },
  {
    name: "redis-server",
    protocol: "redis",
    count: 2_000_000,
    command: "redis-server",
    args: (port) => [
      ...["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--client-output-buffer-limit"],
      "pubsub 0 0 0",
      "--port",
      `${port}`,
      "--dir",
      folder,
    ],
  },
  {
    name: "nats-server",
    protocol: "nats",
    count: 3_000_000,
    command: "nats-server",
    args: (port) => ["-a", "127.0.0.1", "-p", `${port}`, "-c", natsSettings()],
  },
];

export function isInstalled({ command }: BrokerKind): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).error === undefined;
}

export interface RunningBroker {
  port: number;
  child: ChildProcess;
  stop(): Promise<void>;
}

/** Start a broker. Resolves once it accepts connections. */
export async function startBroker(kind: BrokerKind): Promise<RunningBroker> {
  const port = await freePort();
  const child = spawn(kind.command, kind.args(port), { stdio: "ignore" });
  const over = once(child, "exit");
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`${kind.name} has ended with ${child.exitCode}`);
    await sleep(20);
  }
  const stop = async () => {
    child.kill("SIGKILL");
    await over;
  };
  return { port, child, stop };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const done = (outcome: boolean) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once("connect", () => done(true)).once("error", () => done(false));
  });
}
