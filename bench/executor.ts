/**
 * How fast is a pool? Tiny tasks show what it costs to hand over work, a big buffer what it costs to hand over data.
 * Every contestant has the same number of workers; rounds are interleaved, and each figure is a median of them.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { FixedThreadPool } from "poolifier";
import { Tinypool } from "tinypool";
import workerpool from "workerpool";
import { ProcessPool, ThreadPool } from "../src/concurrency/index.js";

const maxWorkers = 2;
const rounds = Number(process.env.ROUNDS ?? 7);
const tasks = 20_000;
const outstanding = 64;
const bigBytes = 10_000_000;
const trips = 20;

interface Contestant {
  name: string;
  run(): Promise<unknown>;
  close(): unknown;
}

const file = (name: string) => new URL(`./workers/${name}.js`, import.meta.url);
const path = (name: string) => fileURLToPath(file(name));

await compare(`${tasks} tiny tasks, ${outstanding} outstanding, threads`, manyTasks, [
  ourPool("asyncio-lab ThreadPool", ThreadPool),
  piscina(),
  tinypool("worker_threads"),
  workerpoolOf("thread"),
  poolifier(),
]);
await compare(`${tasks} tiny tasks, ${outstanding} outstanding, processes`, manyTasks, [
  ourPool("asyncio-lab ProcessPool", ProcessPool),
  tinypool("child_process"),
  workerpoolOf("process"),
]);
await compare(`${bigBytes / 1e6} MB moved there and back`, bigTrips, [
  ourBuffer("asyncio-lab ThreadPool", ThreadPool, true),
  bareThread(true),
  piscinaMoved(),
]);
await compare(`${bigBytes / 1e6} MB copied there and back`, bigTrips, [
  ourBuffer("asyncio-lab ThreadPool", ThreadPool, false),
  bareThread(false),
  ourBuffer("asyncio-lab ProcessPool", ProcessPool, false),
  bareProcess(),
]);

/** Every task is one run(); as soon as one ends the next is sent. */
async function manyTasks({ run }: Contestant): Promise<void> {
  let left = tasks;
  await Promise.all(
    Array.from({ length: outstanding }, async () => {
      while (left-- > 0) await run();
    }),
  );
}

async function bigTrips({ run }: Contestant): Promise<void> {
  for (let trip = 0; trip < trips; trip++) await run();
}

async function compare(title: string, work: (contestant: Contestant) => Promise<void>, contestants: Contestant[]) {
  const times = contestants.map((): number[] => []);
  for (const contestant of contestants) await work(contestant); // starts the workers, warms up the code
  for (let round = 0; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      const start = performance.now();
      await work(contestant);
      times[index]?.push(performance.now() - start);
    }
  }
  for (const contestant of contestants) await contestant.close();
  const medians = times.map(median);
  const ours = medians[0] as number;
  print(`\n${title} (median of ${rounds} rounds, ${cpus().length} cores, Node ${process.version})`);
  for (const [index, { name }] of contestants.entries()) {
    const ms = medians[index] as number;
    print(`  ${name.padEnd(34)}${ms.toFixed(0).padStart(7)} ms${(ms / ours).toFixed(2).padStart(8)} × ours`);
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

type Tasks = typeof import("./workers/tasks.js");
type OurPool = typeof ThreadPool | typeof ProcessPool;

function ourPool(name: string, Pool: OurPool): Contestant {
  const pool = new Pool<Tasks>(file("tasks"), { maxWorkers });
  return { name, run: () => pool.submit("increment", [1]), close: () => pool.shutdown() };
}

function piscina(): Contestant {
  const pool = new Piscina({ filename: file("tasks").href, minThreads: maxWorkers, maxThreads: maxWorkers });
  return { name: "piscina", run: () => pool.run(1, { name: "increment" }), close: () => pool.destroy() };
}

function tinypool(runtime: "worker_threads" | "child_process"): Contestant {
  const size = { minThreads: maxWorkers, maxThreads: maxWorkers };
  const pool = new Tinypool({ filename: file("tasks").href, runtime, ...size });
  return { name: `tinypool ${runtime}`, run: () => pool.run(1, { name: "increment" }), close: () => pool.destroy() };
}

function workerpoolOf(workerType: "thread" | "process"): Contestant {
  const pool = workerpool.pool(path("workerpool"), { maxWorkers, workerType });
  const run = async () => pool.exec("increment", [1]);
  return { name: `workerpool ${workerType}`, run, close: () => pool.terminate() };
}

/** Its other kind, on cluster, does not answer from an ES module worker: neither does an example of its own. */
function poolifier(): Contestant {
  const pool = new FixedThreadPool<number, number>(maxWorkers, path("poolifier"));
  return { name: "poolifier thread", run: () => pool.execute(1, "increment"), close: () => pool.destroy() };
}

function ourBuffer(name: string, Pool: OurPool, move: boolean): Contestant {
  const pool = new Pool<Tasks>(file("tasks"), { maxWorkers });
  let memory = new ArrayBuffer(bigBytes);
  const run = async () => {
    memory = (await pool.submit("echo", [memory], move ? { transfer: [memory] } : {})) as ArrayBuffer;
  };
  return { name, run, close: () => pool.shutdown() };
}

function piscinaMoved(): Contestant {
  const pool = new Piscina({ filename: file("piscina").href, minThreads: maxWorkers, maxThreads: maxWorkers });
  let memory = new ArrayBuffer(bigBytes);
  const run = async () => {
    memory = await pool.run(memory, { name: "echoMoved", transferList: [memory] });
  };
  return { name: "piscina", run, close: () => pool.destroy() };
}

function bareThread(move: boolean): Contestant {
  const worker = new Worker(file("bare-thread"));
  let memory = new ArrayBuffer(bigBytes);
  const run = async () => {
    worker.postMessage({ memory, move }, move ? [memory] : []);
    [memory] = await once(worker, "message");
  };
  return { name: "bare postMessage", run, close: () => worker.terminate() };
}

function bareProcess(): Contestant {
  const child = fork(path("bare-process"), { serialization: "advanced" });
  let memory = Buffer.alloc(bigBytes);
  const run = async () => {
    child.send(memory);
    [memory] = await once(child, "message");
  };
  return { name: "bare fork, serialization advanced", run, close: () => child.kill() };
}
