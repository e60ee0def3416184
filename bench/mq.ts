import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median } from "../src/labs/statistics.js";
import { table } from "../src/terminal/table.js";
import { type BrokerKind, isInstalled, ours, peers, startBroker } from "./mq/brokers.js";
import { print } from "./support/compare.js";

const rounds = 5;
const mostTries = 5; // of a round whose listener was cut
const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const bin = path("../../bin/lab.js");

interface Contestant {
  name: string;
  /** Messages per second, undefined if its listener was cut. */
  run(): Promise<number | undefined>;
}

/** How many messages of 100 bytes pass from one sender to one listener? Both are raw sockets, a process each. */
export default async function mq(): Promise<void> {
  const present = peers.filter((kind) => isInstalled(kind) || print(`  (${kind.command} is not installed: skipped)`));
  const contestants: Contestant[] = [
    ...[ours, ...present].map((kind) => ({ name: kind.name, run: () => rawRate(kind) })),
    { name: "lab mq server, with lab mq send and listen", run: labRate },
  ];
  const rates = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  let cuts = 0;
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const { name, run } = contestants[(i + round + 1) % contestants.length] as Contestant;
      let rate: number | undefined;
      for (let tries = 0; rate === undefined && tries < mostTries; tries++) {
        rate = await run();
        if (rate === undefined) cuts++;
      }
      if (rate !== undefined && round >= 0) rates.get(name)?.push(rate);
    }
  }
  const reference = median(rates.get(ours.name) ?? []);
  const rows = [...rates].map(([name, all]) => {
    const rate = median(all);
    return [name, Math.round(rate).toString(), (reference / rate).toFixed(2), spread(all)];
  });
  print(`\nMessages of 100 bytes from one sender to one listener, ${rounds} interleaved rounds`);
  const lines = table([["", "messages/s", "ours is × as fast", "from – to"], ...rows], { right: [1, 2, 3] });
  for (const line of lines) print(`  ${line}`);
  if (cuts > 0) print(`  (${cuts} rounds were repeated: a listener was cut for being slow)`);
}

function spread(rates: readonly number[]): string {
  const thousand = (rate: number) => `${Math.round(rate / 1000)}k`;
  return `${thousand(Math.min(...rates))} – ${thousand(Math.max(...rates))}`;
}

/** From the word to the sender until the listener has everything. */
async function rawRate(kind: BrokerKind): Promise<number | undefined> {
  const broker = await startBroker(kind);
  const args = [`${broker.port}`, kind.protocol, `${kind.count}`];
  const listener = fork(path("./mq/count.js"), args);
  const over = once(listener, "exit");
  try {
    await once(listener, "message");
    const sender = fork(path("./mq/blast.js"), args);
    const senderOver = once(sender, "exit");
    await once(sender, "message");
    const start = performance.now();
    sender.send("go");
    const [code] = await over;
    const seconds = (performance.now() - start) / 1000;
    sender.kill("SIGKILL");
    await senderOver;
    return code === 0 ? kind.count / seconds : undefined;
  } finally {
    await broker.stop();
  }
}

/** The same through our own clients. From the sender's connection until the listener has everything. */
async function labRate(): Promise<number | undefined> {
  const broker = await startBroker(ours);
  const { count } = ours;
  const at = ["--port", `${broker.port}`, "--json"];
  const listener = spawn(process.execPath, [bin, "mq", "listen", "--quiet", "--count", `${count}`, ...at], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  listener.stdout.on("data", (chunk) => {
    said += String(chunk);
  });
  const over = once(listener, "exit");
  try {
    while (!said.includes('"rates"')) await once(listener.stdout, "data"); // a second after it has connected
    const args = ["mq", "send", "--interval", "0", "--size", "100", "--count", `${count}`, ...at];
    const sender = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "pipe", "ignore"] });
    const senderOver = once(sender, "exit");
    await once(sender.stdout.resume(), "data"); // connected
    const start = performance.now();
    while (!/"(?:summary|disconnected)"/.test(said)) await once(listener.stdout, "data");
    const seconds = (performance.now() - start) / 1000;
    for (const child of [sender, listener]) child.kill("SIGKILL");
    await Promise.all([senderOver, over]);
    return said.includes('"disconnected"') ? undefined : count / seconds;
  } finally {
    await broker.stop();
  }
}
