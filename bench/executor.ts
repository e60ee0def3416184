import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { FixedThreadPool } from "poolifier";
import { Tinypool } from "tinypool";
import workerpool from "workerpool";
import { ProcessPool, ThreadPool } from "../src/concurrency/index.js";
import { type Contestant, compare } from "./support/compare.js";

const maxWorkers = 2;
const rounds = 7;
const movedRounds = 41; // they are short
const tasks = 20_000;
const outstanding = 64;
const bigBytes = 10_000_000;
const trips = { moved: 300, copied: 20 }; // a move takes so little that the first hundreds measure the compiler

const file = (name: string) => new URL(`./workers/${name}.js`, import.meta.url);
const path = (name: string) => fileURLToPath(file(name));

/** Tiny tasks show what it costs to hand over work, a big buffer what it costs to hand over data. */
export default async function executor(): Promise<void> {
  await compare({
    question: `${tasks} tiny tasks, ${outstanding} outstanding, ${maxWorkers} threads`,
    rounds,
    contestants: [
      ourPool("ThreadPool", ThreadPool),
      piscina(),
      tinypool("worker_threads"),
      workerpoolOf("thread"),
      poolifier(),
    ].map(manyTasks),
  });
  await compare({
    question: `${tasks} tiny tasks, ${outstanding} outstanding, ${maxWorkers} processes`,
    rounds,
    contestants: [ourPool("ProcessPool", ProcessPool), tinypool("child_process"), workerpoolOf("process")].map(
      manyTasks,
    ),
  });
  await compare({
    question: `${bigBytes / 1e6} MB moved there and back, ${trips.moved} times`,
    rounds: movedRounds,
    contestants: [bareThread(true), ourBuffer("ThreadPool", ThreadPool, true), piscinaMoved()].map((each) =>
      manyTrips(each, trips.moved),
    ),
  });
  await compare({
    question: `${bigBytes / 1e6} MB copied there and back, ${trips.copied} times`,
    rounds,
    contestants: [
      bareThread(false),
      ourBuffer("ThreadPool", ThreadPool, false),
      bareProcess(),
      ourBuffer("ProcessPool", ProcessPool, false),
    ].map((each) => manyTrips(each, trips.copied)),
  });
}

/** Every task is one run(); as soon as one ends the next is sent. */
function manyTasks(contestant: Contestant): Contestant {
  const run = () => {
    let left = tasks;
    const sender = async () => {
      while (left-- > 0) await contestant.run();
    };
    return Promise.all(Array.from({ length: outstanding }, sender));
  };
  return { ...contestant, run };
}

function manyTrips(contestant: Contestant, count: number): Contestant {
  const run = async () => {
    for (let trip = 0; trip < count; trip++) await contestant.run();
  };
  return { ...contestant, run };
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
