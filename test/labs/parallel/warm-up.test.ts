import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProcessPool } from "../../../src/concurrency/index.js";
import { submitted, warmUp } from "../../../src/labs/parallel/warm-up.js";

const { signal } = new AbortController();

test("submitted tells of a killed worker as an expected failure, and of a bug as it is", async () => {
  const killed = "export const kill = () => process.kill(process.pid, 'SIGKILL'); export const fail = () => oops";
  const pool = new ProcessPool<{ kill(): void; fail(): void }>(new URL(`data:text/javascript,${killed}`), {
    maxWorkers: 1,
  });
  await assert.rejects(submitted([() => pool.submit("kill", [])], signal), { name: "ExitError", code: 1 });
  await assert.rejects(submitted([() => pool.submit("fail", [])], signal), ReferenceError);
  await pool.shutdown();
});

test("submitted tells of a worker that cannot be started, by its code and not by its message", async () => {
  const failing = (message: string, more: object) => async () => {
    throw Object.assign(new Error(message), more);
  };
  const refused = submitted([failing("no more", { code: "ERR_WORKER_START" })], signal);
  await assert.rejects(refused, { name: "ExitError", code: 1, message: "no more" });
  await assert.rejects(submitted([failing("cannot start a worker", {})], signal), { name: "Error" });
});

test("submitted tells of a pool whose module cannot be imported as an expected failure", async () => {
  const pool = new ProcessPool<{ any(): void }>(new URL("data:text/javascript,oops"), { maxWorkers: 1 });
  await assert.rejects(submitted([() => pool.submit("any", [])], signal), {
    name: "ExitError",
    code: 1,
    message: /^cannot start a worker with data:.*oops/,
  });
  await pool.shutdown();
});

test("warmUp gives up on workers that never start", async () => {
  const stuck = { submit: (_name: string, _args: unknown[], { signal }: { signal: AbortSignal }) => aborted(signal) };
  const starting = warmUp(stuck as never, 2, signal, 20);
  await assert.rejects(starting, { name: "ExitError", code: 1, message: "the workers did not start within 0.02 s" });
});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
}
