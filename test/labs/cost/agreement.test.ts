import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import type { TestContext } from "node:test";
import { kindCost } from "../../../src/labs/cost/kind-cost.js";
import { type Kind, type KindSpec, kindSpecs } from "../../../src/labs/cost/kinds.js";
import { ramp } from "../../../src/labs/cost/ramp.js";
import { testAtOnce } from "../../support/at-once.js";

const test = testAtOnce(2);
const { signal } = new AbortController();
const skip = !existsSync("/proc/self/smaps_rollup") && "needs /proc";

/** The bytes of one, measured in another way than cost() does. */
const measures: Record<Kind, (t: TestContext) => Promise<number>> = {
  async task(t) {
    const code = `
      const { setTimeout } = require("node:timers/promises");
      const heap = () => (gc(), gc(), process.memoryUsage().heapUsed);
      const tasks = new Array(20000);
      process.on("message", () => {
        const before = heap();
        for (let n = 0; n < 20000; n++) tasks[n] = (async () => { await setTimeout(3600000); })();
        process.send((heap() - before) / 20000);
      });
    `;
    return ask(start(t, code, ["--expose-gc"]));
  },

  async connection(t) {
    const code = `
      const sockets = [];
      const server = require("node:net").createServer((socket) => sockets.push(socket.resume()));
      server.listen(0, "127.0.0.1", () => process.send(server.address().port));
      process.on("message", (wanted) => {
        if (sockets.length < wanted) return setTimeout(() => process.emit("message", wanted), 5);
        gc();
        process.send(sockets.length);
      });
    `;
    const server = start(t, code, ["--expose-gc"]);
    const [port] = (await once(server, "message")) as [number];
    const open = async (count: number) => {
      for (let n = 0; n < count; n++) {
        const socket = connect(port, "127.0.0.1").on("error", () => {});
        t.after(() => socket.destroy());
        await once(socket, "connect");
      }
    };
    await open(500);
    await ask(server, 500);
    const before = residentBytes(server);
    await open(3000);
    await ask(server, 3500);
    return (residentBytes(server) - before) / 3000;
  },

  async "os-thread"(t) {
    const code = `
      process.on("message", (count) => {
        for (let n = 0; n < count; n++) require("node:fs").read(0, Buffer.alloc(1), 0, 1, null, () => {});
        setTimeout(() => process.send(count), 300);
      });
    `;
    const child = start(t, code, [], { UV_THREADPOOL_SIZE: "500" });
    const before = stackBytes(child);
    await ask(child, 500);
    return (stackBytes(child) - before) / 500;
  },

  async thread(t) {
    const code = `
      const { Worker } = require("node:worker_threads");
      process.on("message", async (count) => {
        for (let n = 0; n < count; n++) {
          const worker = new Worker('require("node:worker_threads").parentPort.on("message", () => {}).postMessage(0)', { eval: true });
          await new Promise((resolve) => worker.once("message", resolve));
        }
        process.send(count);
      });
    `;
    const child = start(t, code);
    await ask(child, 3);
    const before = residentBytes(child);
    await ask(child, 12);
    return (residentBytes(child) - before) / 12;
  },

  async process(t) {
    const started = async (count: number) => {
      const children = Array.from({ length: count }, () => start(t, 'process.on("message", (n) => process.send(n));'));
      for (const child of children) await ask(child);
      return children;
    };
    const children = await started(3);
    const before = privateBytes(children);
    children.push(...(await started(12)));
    return (privateBytes(children) - before) / 12;
  },
};

for (const spec of kindSpecs) {
  test(`cost agrees within 20 % with another measurement of a ${spec.kind}`, { skip }, async (t) => {
    const count = { task: 20_000, connection: 3000, "os-thread": 1024, thread: 15, process: 15 }[spec.kind];
    const patient: KindSpec = { ...spec, budgetMs: 60_000 };
    const ceiling = 2 ** 30;
    const result = await ramp(patient, { count, ceiling, signal, onStep() {}, async onTop() {} });
    const { measured, bytesEach } = kindCost(patient, result, { count, ceiling, limits: [], atStart: undefined });
    const other = await measures[spec.kind](t);
    t.diagnostic(`${spec.kind}: ${bytesEach?.toFixed(0)} B, measured otherwise ${other.toFixed(0)} B`);
    assert.equal(measured, count);
    assert.ok(bytesEach !== null && Math.abs(bytesEach - other) <= 0.2 * other, `${bytesEach}, not ${other}`);
  });
}

function start(t: TestContext, code: string, flags: string[] = [], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [...flags, "-e", code], {
    stdio: ["pipe", "inherit", "inherit", "ipc"],
    env: { ...process.env, NODE_OPTIONS: undefined, ...env },
  });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

async function ask(child: ChildProcess, count = 0): Promise<number> {
  child.send(count);
  const [answer] = (await once(child, "message")) as [number];
  return answer;
}

function residentBytes({ pid }: ChildProcess): number {
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]);
}

/** The pages that these processes share with no other. */
function privateBytes(children: readonly ChildProcess[]): number {
  const sizes = children.flatMap(({ pid }) => [
    ...readFileSync(`/proc/${pid}/smaps_rollup`, "latin1").matchAll(/^Private_(?:Clean|Dirty):\s+(\d+)/gm),
  ]);
  return 1024 * sizes.reduce((sum, [, size]) => sum + Number(size), 0);
}

/** The resident memory of all mappings of 8 MiB, which are the stacks of threads. */
function stackBytes({ pid }: ChildProcess): number {
  const mappings = readFileSync(`/proc/${pid}/smaps`, "latin1").matchAll(/^Size: +8192 kB\n(?:.+\n)*?Rss: +(\d+)/gm);
  return 1024 * [...mappings].reduce((sum, [, size]) => sum + Number(size), 0);
}
