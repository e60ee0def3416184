import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import pidusage from "pidusage";
import { sleep } from "../src/concurrency/index.js";
import { hasProc } from "../src/labs/apm/app/proc.js";
import { ProcessTree } from "../src/labs/apm/app/process-tree.js";
import { TreeProbe } from "../src/labs/apm/app/tree-probe.js";
import { table } from "../src/terminal/table.js";
import { Collector } from "../test/support/apm.js";
import { print } from "./support/compare.js";
import { ownRunMs, usedBelowMs } from "./support/proc-times.js";

const bin = fileURLToPath(new URL("../../bin/lab.js", import.meta.url));
const seconds = 10;
const processes = 20;
/** A shell with children that compute a little each second, and start a program each time. */
const script = `for i in $(seq ${processes - 1}); do
  sh -c 'while :; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 1; done' &
done; wait`;

/** What does it cost to have a command watched, and do its figures agree with those of /proc? */
export default async function simulate(): Promise<void> {
  if (!hasProc()) return print("\nlab apm app -- command: skipped, needs /proc");
  await using collector = await Collector.open();
  const args = [bin, "apm", "app", "--connect", collector.address, "--", "sh", "-c", script];
  const app = spawn(process.execPath, args, { stdio: "ignore" });
  const pid = app.pid ?? 0;
  try {
    await figures(pid, collector);
    await looks(pid);
  } finally {
    app.kill("SIGTERM");
    await once(app, "exit");
  }
}

async function figures(pid: number, collector: Collector): Promise<void> {
  const first = await collector.sample(({ processes: count, seq }) => seq >= 5 && count >= processes);
  const before = { own: ownRunMs(pid), below: usedBelowMs(pid), at: performance.now() };
  await collector.sample(({ seq }) => seq === first.seq + seconds);
  const ms = performance.now() - before.at;
  const said = collector.samples.filter(({ seq }) => seq > first.seq && seq <= first.seq + seconds);
  print(`\nlab apm app -- command, a tree of ${first.processes} processes, ${seconds} s at intervals of 1 s`);
  const row = (name: string, percent: number) => [`${percent.toFixed(2)} %`, name];
  const rows = [
    row("of one core: lab apm app itself", ((ownRunMs(pid) - before.own) / ms) * 100),
    row("of one core: the tree, by /proc", ((usedBelowMs(pid) - before.below) / ms) * 100),
    row("of one core: the tree, by the samples", said.reduce((sum, { cpu }) => sum + cpu, 0) / said.length),
  ];
  for (const line of table(rows, { right: [0] })) print(`  ${line}`);
}

/** One look at the tree each second, by turns in our way and by pidusage, which is given the pids. */
async function looks(pid: number): Promise<void> {
  const probe = TreeProbe.open(pid, { withRoot: false });
  const tree = new ProcessTree(pid);
  const ways = {
    "TreeProbe, descendants found included": () => probe?.read(),
    "pidusage of the same pids": () => pidusage([...tree.descendants().keys()]).catch(() => {}),
  };
  const usedMs = new Map<string, number>();
  for (let round = -1; round < seconds; round++) {
    for (const [name, look] of Object.entries(ways)) {
      await sleep(1000);
      const before = process.cpuUsage();
      await look();
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) usedMs.set(name, (usedMs.get(name) ?? 0) + (user + system) / 1000 / seconds);
    }
  }
  pidusage.clear();
  print("\nCPU time of a look at this tree");
  for (const line of table(
    [...usedMs].map(([name, ms]) => [`${ms.toFixed(2)} ms`, name]),
    { right: [0] },
  ))
    print(`  ${line}`);
}
