/** A program with many tasks. A SIGUSR2 blocks the event loop, in the function that its first argument names. */
import { execSync } from "node:child_process";
import { pbkdf2Sync } from "node:crypto";
import { gzipSync } from "node:zlib";
import { Queue, runMain, sleep, taskGroup } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

const ms = Number(process.argv[3] ?? 3000);
const text = "a".repeat(28);

/** Each blocks the loop; the name of the function must be in the answer. */
const kinds: Record<string, () => void> = {
  spinForever() {
    for (const end = performance.now() + ms; performance.now() < end; );
  },
  backtrack() {
    for (const end = performance.now() + ms; performance.now() < end; ) /^(a+)+$/.test(`${text.slice(6)}b`);
  },
  waitForChild: () => void execSync(`sleep ${ms / 1000}`),
  compressAll() {
    for (const end = performance.now() + ms; performance.now() < end; ) gzipSync(Buffer.alloc(1e6, "ab"));
  },
  hashAll() {
    for (const end = performance.now() + ms; performance.now() < end; ) pbkdf2Sync("a", "b", 20_000, 64, "sha512");
  },
  parseAll() {
    const json = JSON.stringify(Array.from({ length: 1e5 }, (_, i) => i));
    for (const end = performance.now() + ms; performance.now() < end; ) JSON.parse(json);
  },
  sortAll() {
    for (const end = performance.now() + ms; performance.now() < end; )
      Array.from({ length: 1e5 }, (_, i) => -i).sort();
  },
  sleepAtomically: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
};

async function storm(): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end; ) await null;
}

const jobs = new Queue<number>({ name: "jobs" });
runMain(({ signal }) =>
  taskGroup(
    (group) => {
      for (let n = 0; n < 1000; n++) group.spawn((own) => jobs.get({ signal: own }), { name: `worker ${n}` });
      group.spawn((own) => sleep(600_000, { signal: own }), { name: "secret-keeper" });
      const kind = process.argv[2] ?? "";
      const block = kind === "storm" ? storm : kinds[kind];
      process.on("SIGUSR2", () => {
        say("blocks");
        void block?.();
      });
      say("started");
    },
    { signal },
  ),
);
