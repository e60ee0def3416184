/** Waits in the way that its argument names: for ever, or for something that may still come. */
import { createServer } from "node:net";
import { Lock, Queue, type RunContext, runMain, sleep, ThreadPool, taskGroup } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

const ways: Record<string, (context: RunContext) => Promise<unknown>> = {
  async locks({ signal }) {
    const [a, b] = [new Lock({ name: "lock A" }), new Lock({ name: "lock B" })];
    await taskGroup(
      (group) => {
        const both = (first: Lock, second: Lock) => (own: AbortSignal) => {
          const inside = async () => {
            await sleep(10, { signal: own });
            await second.use(() => {}, { signal: own });
          };
          return first.use(inside, { signal: own });
        };
        group.spawn(both(a, b), { name: "Alice" });
        group.spawn(both(b, a), { name: "Bob" });
        group.spawn((own) => sleep(5, { signal: own }).then(() => a.acquire({ signal: own })), { name: "Carol" });
      },
      { signal },
    );
  },
  async queue({ signal }) {
    const jobs = new Queue<number>({ name: "jobs" });
    await taskGroup(
      (group) => {
        for (let n = 0; n < 20; n++) group.spawn((own) => jobs.get({ signal: own }), { name: `worker ${n}` });
      },
      { signal },
    );
  },
  async again({ spawn, signal }) {
    const lock = new Lock();
    spawn((own) => lock.use(() => lock.use(() => {}, { signal: own }), { signal: own }), { name: "twice" });
    await new Queue({ name: "end" }).get({ signal });
  },
  sleep: ({ signal }) => besides(signal, (own) => sleep(Number.POSITIVE_INFINITY, { signal: own })),
  server({ signal, defer }) {
    const server = createServer().listen(0, "127.0.0.1");
    defer(() => server.close());
    return new Queue().get({ signal });
  },
  async pool({ signal }) {
    const module = new URL(
      "data:text/javascript,export const busy = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500)",
    );
    await using pool = new ThreadPool<{ busy(): string }>(module, { maxWorkers: 1 });
    const jobs = new Queue<number>();
    await taskGroup(
      (group) => {
        group.spawn((own) => jobs.get({ signal: own }));
        group.spawn((own) => pool.submit("busy", [], { signal: own }).then(() => jobs.putNowait(1)));
      },
      { signal },
    );
  },
  stdin({ signal, defer }) {
    const lines = new Queue<string>();
    process.stdin.on("data", (data) => lines.putNowait(String(data)));
    defer(() => process.stdin.destroy());
    return lines.get({ signal });
  },
  elsewhere: ({ signal }) => besides(signal, once), // waits for something that we cannot know
};

/** Waits past the helpers. */
function once(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

/** A task that waits for a queue beside another one. */
function besides(signal: AbortSignal, other: (own: AbortSignal) => Promise<unknown>): Promise<unknown> {
  return taskGroup(
    (group) => {
      group.spawn((own) => new Queue().get({ signal: own }));
      group.spawn(other);
    },
    { signal },
  );
}

say("started"); // opens stdout
runMain((context) => ways[process.argv[2] ?? ""]?.(context));
