/** The switches between two that hand over to each other: tasks, threads by Atomics and by messages, processes. */
import { spawn } from "node:child_process";
import { Worker } from "node:worker_threads";
import { nextMessage } from "./next-message.js";
import { serve } from "./serve.js";

export type SwitchKind = "await" | "atomics" | "postMessage" | "process";

const rounds = 7;

/** The µs of one switch in each round. */
serve((kind: SwitchKind): Promise<number[]> => measures[kind]());

const measures: Record<SwitchKind, () => Promise<number[]>> = {
  async await() {
    const task = async (turns: number) => {
      for (let turn = 0; turn < turns; turn++) await undefined; // the other task goes on
    };
    return timeRounds(20_000, (turns) => Promise.all([task(turns), task(turns)]));
  },

  async atomics() {
    const turn = new Int32Array(new SharedArrayBuffer(4)); // 0: ours, 1: the worker's
    const code = `
      const { parentPort, workerData: turn } = require("node:worker_threads");
      parentPort.postMessage("ready");
      for (;;) {
        Atomics.wait(turn, 0, 0);
        Atomics.store(turn, 0, 0);
        Atomics.notify(turn, 0);
      }
    `;
    await nextMessage(new Worker(code, { eval: true, workerData: turn }));
    return timeRounds(500, async (turns) => {
      for (let n = 0; n < turns; n++) {
        Atomics.store(turn, 0, 1);
        Atomics.notify(turn, 0);
        Atomics.wait(turn, 0, 1);
      }
    });
  },

  async postMessage() {
    const code =
      'const { parentPort } = require("node:worker_threads"); parentPort.on("message", (n) => parentPort.postMessage(n));';
    const worker = new Worker(code, { eval: true });
    return timeRounds(300, (turns) => echo(worker, (n) => worker.postMessage(n), turns));
  },

  async process() {
    const code = 'process.on("message", (n) => process.send(n));';
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    return timeRounds(150, (turns) => echo(child, (n) => child.send(n), turns));
  },
};

/** Time `pass`, which makes two switches a turn. The first round, to warm up, does not count. */
async function timeRounds(turns: number, pass: (turns: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    await pass(turns);
    times.push(((performance.now() - start) * 1000) / (2 * turns));
  }
  return times.slice(1);
}

async function echo(other: Parameters<typeof nextMessage>[0], send: (n: number) => void, turns: number): Promise<void> {
  for (let n = 0; n < turns; n++) {
    send(n);
    await nextMessage(other);
  }
}
