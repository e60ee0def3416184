import { fork } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { sleep } from "../src/concurrency/index.js";
import { hasProc } from "../src/labs/apm/app/proc.js";
import { encodeFrame } from "../src/labs/mq/frame.js";
import { table } from "../src/terminal/table.js";
import { LabBroker } from "./mq/lab-broker.js";
import { memoryOf } from "./mq/proc-memory.js";
import type { SubscriberReport } from "./mq/subscribe.js";
import { print } from "./support/compare.js";
import { ownRunMs } from "./support/proc-times.js";

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const mebibyte = Buffer.alloc(2 ** 20, "x");
const header = (length: number) => Buffer.from([length >>> 24, length >>> 16, length >>> 8, length]);

/** What do slow readers, hostile peers and many idle subscribers cost the broker? */
export default async function mqLoad(): Promise<void> {
  if (!hasProc()) return print("\nlab mq server under load: skipped, needs /proc");
  for (const look of [slowReader, unreadQueue, hugeFrames, halfFrames, idleSubscribers]) await look();
}

function show(title: string, rows: readonly [value: string, what: string][]): void {
  print(`\n${title}`);
  for (const line of table(rows, { right: [0] })) print(`  ${line}`);
}

/** Ten subscribers, one of them stopped, and 20,000 messages of 1 KiB a second for 10 s. */
async function slowReader(): Promise<void> {
  const [perSecond, count] = [20_000, 200_000];
  const broker = await LabBroker.start();
  const live = fork(path("./mq/subscribe.js"), [broker.port, 9, count].map(String));
  const stuck = fork(path("./mq/subscribe.js"), [broker.port, 1, count].map(String));
  const reports = [live, stuck].map((child) => once(child, "message") as Promise<[SubscriberReport]>);
  await broker.status(({ connections }) => connections === 10);
  stuck.kill("SIGSTOP");
  const before = ownRunMs(broker.pid);
  const start = performance.now();
  const pacer = fork(path("./mq/pace.js"), [broker.port, perSecond, count].map(String));
  await once(pacer, "exit");
  const [[got]] = (await Promise.all([reports[0]])) as [[SubscriberReport]];
  const cpu = ((ownRunMs(broker.pid) - before) / (performance.now() - start)) * 100;
  const { peakMiB } = memoryOf(broker.pid);
  stuck.kill("SIGCONT");
  const [late] = (await reports[1]) as [SubscriberReport];
  const { out, dropped, cuts, findings } = await broker.stop();
  const written = out - got.received.reduce((sum, each) => sum + each, 0);
  show("Ten subscribers, one stopped by SIGSTOP; 20,000 messages of 1 KiB a second for 10 s", [
    [
      `${Math.min(...got.received)}`,
      `least of ${count} messages that each of the nine received; ${got.outOfOrder} out of order`,
    ],
    [`${got.p99Ms.toFixed(1)} ms`, `p99 of their delay; the longest ${got.maxMs.toFixed(1)} ms`],
    [
      `${written}`,
      `copies written to the tenth, which received ${late.received[0]} once it went on; ${dropped} dropped`,
    ],
    [JSON.stringify(cuts), `cut; ${findings.map(({ measured, holds }) => `${holds ? "✔" : "✘"} ${measured}`).join()}`],
    [`${peakMiB.toFixed(0)} MiB`, "peak memory of the broker"],
    [`${cpu.toFixed(0)} %`, "of a core, broker"],
  ]);
}

/** A queue without a reader, fed with messages of 1 MiB without end; then a reader comes. */
async function unreadQueue(): Promise<void> {
  const broker = await LabBroker.start();
  const sender = await broker.connect("/null");
  const pair = Buffer.concat([encodeFrame(Buffer.from("/queue/a")), encodeFrame(mebibyte)]);
  let stopped = false;
  const feeding = (async () => {
    while (!stopped) {
      sender.write(pair);
      while (sender.writableLength > 0 && !stopped) await sleep(1);
    }
  })();
  const { waiting } = await broker.status((status) => status.paused === 1);
  await sleep(3000);
  const { peakMiB } = memoryOf(broker.pid);
  stopped = true;
  await feeding;
  const reader = await broker.connect("/queue/a");
  let bytes = 0;
  reader.on("data", (chunk) => {
    bytes += chunk.length;
  });
  sender.end();
  await once(sender, "close");
  const { in: taken } = await broker.status((status) => status.waiting === 0 && status.connections === 1);
  while (bytes < taken * (mebibyte.length + 4)) await once(reader, "data");
  reader.destroy();
  await broker.stop();
  show("A /queue that nobody reads, fed with messages of 1 MiB without end", [
    [`${peakMiB.toFixed(0)} MiB`, `peak memory of the broker, with ${waiting} messages waiting`],
    [`${taken}`, `messages taken in all; the reader that came got ${bytes / (mebibyte.length + 4)}`],
  ]);
}

/** 500 connections that announce 4 GiB, after others that warmed the broker up. */
async function hugeFrames(): Promise<void> {
  const broker = await LabBroker.start();
  const round = async () => {
    const sockets = await broker.connectMany(500);
    for (const socket of sockets) socket.write(header(0xffffffff));
    await Promise.all(sockets.map(closed));
  };
  for (let i = 0; i < 8; i++) await round();
  await sleep(1500);
  const before = memoryOf(broker.pid).nowMiB;
  await round();
  const after = memoryOf(broker.pid).nowMiB;
  const { cuts } = await broker.stop();
  show("500 connections that announce 4 GiB", [
    [`${(after - before).toFixed(1)} MiB`, `more memory of the broker; cut: ${JSON.stringify(cuts)}`],
  ]);
}

async function halfFrames(): Promise<void> {
  const broker = await LabBroker.start();
  const sockets = await broker.connectMany(1000);
  const start = performance.now();
  for (const socket of sockets) socket.write(Buffer.concat([header(10), Buffer.from("half")]));
  await Promise.all(sockets.map(closed));
  const seconds = (performance.now() - start) / 1000;
  await broker.stop();
  show("1,000 connections with half a frame", [[`${seconds.toFixed(2)} s`, "until the last one was cut"]]);
}

async function idleSubscribers(): Promise<void> {
  const count = 5000;
  const broker = await LabBroker.start();
  await sleep(1500);
  const before = memoryOf(broker.pid).nowMiB;
  const sockets = await broker.connectMany(count);
  let [left, done] = [count, () => {}];
  for (const socket of sockets) {
    socket.write(encodeFrame(Buffer.from("/topic/all")));
    socket.once("data", () => --left === 0 && done());
  }
  await broker.status((status) => status.connections === count && status.channels === 1);
  await sleep(2000);
  const { nowMiB } = memoryOf(broker.pid);
  const sender = await broker.connect("/null");
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const start = performance.now();
  sender.write(Buffer.concat([encodeFrame(Buffer.from("/topic/all")), encodeFrame(Buffer.from("hello"))]));
  await all;
  const ms = performance.now() - start;
  for (const socket of [...sockets, sender]) socket.destroy();
  await broker.stop();
  show(`${count} idle subscribers`, [
    [`${(((nowMiB - before) * 1024) / count).toFixed(1)} KiB`, "of the broker's memory for each"],
    [`${ms.toFixed(0)} ms`, "until the last of them had a message to all"],
  ]);
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
}
