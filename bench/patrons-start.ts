import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sleep } from "../src/concurrency/index.js";
import { median } from "../src/labs/statistics.js";
import { table } from "../src/terminal/table.js";
import { freePort } from "../test/support/free-port.js";
import { noPglite } from "../test/support/pglite.js";
import { noPostgres, Postgres } from "../test/support/postgres.js";
import { print } from "./support/compare.js";
import { ownRunMs } from "./support/proc-times.js";

const rounds = 5;
const bin = fileURLToPath(new URL("../../bin/lab.js", import.meta.url));

interface Start {
  ms: number;
  cpuMs: number;
  mib: number;
}

/** How soon does lab patrons answer, and what does it take: embedded, from a folder, and with a server? */
export default async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "asyncio-lab-"));
  const postgres = new Postgres();
  const ways: [string, string[]][] = [];
  if (!noPglite) ways.push(["embedded", []], ["embedded, --data", ["--data", join(folder, "data")]]);
  try {
    if (!noPostgres) {
      await postgres.create();
      ways.push(["--dsn", ["--dsn", await postgres.dsn()]]);
    }
    await race(ways);
  } finally {
    if (!noPostgres) await postgres.remove();
    rmSync(folder, { recursive: true });
  }
}

async function race(ways: readonly (readonly [string, string[]])[]): Promise<void> {
  const starts = new Map(ways.map(([name]) => [name, [] as Start[]]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, args] of ways) {
      const start = await measure(args); // the first round makes folder and table, and is not counted
      if (round >= 0) starts.get(name)?.push(start);
    }
  }
  print(`\nlab patrons until its first 200, medians of ${rounds} interleaved rounds`);
  const of = (all: readonly Start[], field: keyof Start) => median(all.map((each) => each[field])).toFixed(0);
  const rows = [...starts].map(([name, all]) => [name, of(all, "ms"), of(all, "cpuMs"), of(all, "mib")]);
  for (const line of table([["", "ms", "CPU ms", "peak MiB"], ...rows], { right: [1, 2, 3] })) print(`  ${line}`);
}

async function measure(args: readonly string[]): Promise<Start> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [bin, "patrons", "--port", `${port}`, ...args], { stdio: "ignore" });
  try {
    while (!(await answers(port, child))) await sleep(10);
    const ms = performance.now() - began;
    const [, kib = ""] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    return { ms, cpuMs: ownRunMs(child.pid ?? 0), mib: Number(kib) / 1024 };
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  }
}

async function answers(port: number, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`lab patrons ended with ${child.exitCode}`);
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    (reply) => reply.ok,
    () => false,
  );
}
