import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { PortableProbe } from "../../../../src/labs/apm/app/portable-probe.js";
import type { Probe, Reading } from "../../../../src/labs/apm/app/probe.js";
import { hasProc, readStat } from "../../../../src/labs/apm/app/proc.js";
import { ProcessTree } from "../../../../src/labs/apm/app/process-tree.js";
import { TreeProbe } from "../../../../src/labs/apm/app/tree-probe.js";

const skip = !hasProc() && "needs /proc";

/**
 * A shell that prints a line when `script` reaches `echo`. The shell and its process group are killed after the test.
 */
function shell(t: TestContext, script: string) {
  const child = spawn("sh", ["-c", script], { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const ended = once(child, "exit");
  t.after(async () => {
    if (isGroup(child.pid)) process.kill(-(child.pid ?? 0), "SIGKILL");
    await ended;
  });
  return child as ChildProcess & { pid: number; stdout: NodeJS.ReadableStream; stdin: NodeJS.WritableStream };
}

function isGroup(pid = 0): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

const spin = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";

test("ProcessTree finds descendants, drops orphans and adds new children", { skip }, async (t) => {
  const child = shell(t, "sh -c 'sleep 60 & echo; wait' & wait; sleep 60 & echo; wait");
  await once(child.stdout, "data");
  const tree = new ProcessTree(child.pid);
  const parents = () => new Map([...tree.descendants()].map(([pid, { ppid }]) => [pid, ppid]));
  const first = parents();
  assert.equal(first.size, 2);
  const middle = [...first].find(([, ppid]) => ppid === child.pid)?.[0] ?? assert.fail();
  const [orphan] = [...first].find(([, ppid]) => ppid === middle) ?? assert.fail();
  process.kill(middle, "SIGKILL");
  await once(child.stdout, "data");
  const later = parents();
  assert.deepEqual([...later.values()], [child.pid]);
  assert.ok(!later.has(middle) && !later.has(orphan));
  assert.ok(readStat(orphan), "the orphan lives, but outside the tree");
});

test("TreeProbe counts the use of a tree and of processes between two reads", {
  skip,
}, async (t) => {
  const child = shell(t, `read x; (${spin}); (${spin}); echo; read x`);
  const probe = TreeProbe.open(child.pid, { withRoot: true });
  assert.ok(probe);
  await probe.read();
  const start = performance.now();
  child.stdin.write("\n");
  await once(child.stdout, "data");
  const { cpu, mem, processes } = (await probe.read()) ?? assert.fail();
  const ms = performance.now() - start;
  const { ownMs, reapedMs } = readStat(child.pid) ?? assert.fail();
  assert.ok(reapedMs > 50, "both loops have ended and were reaped");
  assert.ok(Math.abs((cpu * ms) / 100 - (ownMs + reapedMs)) <= 0.1 * (ownMs + reapedMs) + 20, `${cpu} % of ${ms} ms`);
  assert.equal(processes, 1);
  assert.ok(mem > 0.1 && mem < 100);
});

test("TreeProbe without its root counts only the descendants", { skip }, async (t) => {
  const probe = TreeProbe.open(process.pid, { withRoot: false }) ?? assert.fail();
  const idle = (await probe.read()) ?? assert.fail();
  assert.deepEqual([idle.mem, idle.processes], [0, 0]);
  const until = performance.now() + 100;
  while (performance.now() < until);
  assert.equal((await probe.read())?.cpu, 0, "the use of the root does not count");
  const child = shell(t, `${spin}; echo; read x`);
  await once(child.stdout, "data");
  const busy = (await probe.read()) ?? assert.fail();
  assert.ok(busy.cpu > 0 && busy.mem > 0);
  assert.equal(busy.processes, 1);
});

for (const [name, open] of [
  ["TreeProbe", async (pid: number): Promise<Probe | undefined> => TreeProbe.open(pid, { withRoot: true })],
  ["PortableProbe", (pid: number): Promise<Probe | undefined> => PortableProbe.open(pid)],
] as const) {
  test(`${name} ends with its process, and does not open for an unused pid`, { skip }, async (t) => {
    const child = shell(t, `echo; read x; ${spin}; echo; read x`);
    await once(child.stdout, "data");
    const probe = (await open(child.pid)) ?? assert.fail();
    child.stdin.write("\n");
    await once(child.stdout, "data");
    const { cpu, mem }: Reading = (await probe.read()) ?? assert.fail();
    assert.ok(cpu > 5 && mem > 0.1, `${cpu} %, ${mem} MiB`);
    child.stdin.write("\n");
    await once(child, "close");
    assert.equal(await probe.read(), undefined);
    assert.equal(await open(2 ** 31 - 1), undefined);
  });
}
