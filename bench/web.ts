import { hasProc } from "../src/labs/apm/app/proc.js";
import { median } from "../src/labs/statistics.js";
import { table } from "../src/terminal/table.js";
import { print } from "./support/compare.js";
import { ownRunMs } from "./support/proc-times.js";
import { kill, type WebServer, webServers } from "./support/web-servers.js";
import { hasWrk, load } from "./support/wrk.js";

const [rounds, seconds] = [7, 2];

interface Contestant extends WebServer {
  name: string;
  /** Requests a second, by round. */
  rates: number[];
  /** CPU time of the server for a request in microseconds, by round. Other programs hardly change it. */
  costs: number[];
}

/** What does the gate cost, beside node:http without one, and beside the server of the notes? */
export default async function web(): Promise<void> {
  if (!hasWrk) return print("\nlab web: skipped, needs wrk (Debian: wrk)");
  const contestants: Contestant[] = [];
  try {
    for (const [name, start] of webServers()) contestants.push({ name, ...(await start()), rates: [], costs: [] });
    for (let round = -1; round < rounds; round++) {
      for (let i = 0; i < contestants.length; i++)
        await measure(contestants[(i + round + 1) % contestants.length] as Contestant, round >= 0);
    }
    show(contestants);
  } finally {
    for (const each of contestants) await kill(each);
  }
}

async function measure({ url, child, rates, costs }: Contestant, counts: boolean): Promise<void> {
  const cpuMs = () => (hasProc() ? ownRunMs(child.pid ?? 0) : Number.NaN);
  const before = cpuMs();
  const { requests, perSecond } = await load(url, seconds);
  if (!counts) return; // the first round warms up
  rates.push(perSecond);
  costs.push(((cpuMs() - before) * 1000) / requests);
}

/** Ratios are medians of those in each round. */
function show(contestants: readonly Contestant[]): void {
  print(`\nHello, world: wrk with 64 connections, ${rounds} interleaved rounds of ${seconds} s`);
  const own = contestants.find(({ name }) => name === "lab web");
  const ratio = (ours: readonly number[] = [], theirs: readonly number[]) =>
    median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN))).toFixed(2);
  const rows = contestants.map(({ name, rates, costs }) => [
    name,
    median(rates).toFixed(0),
    ratio(own?.rates, rates),
    median(costs).toFixed(1),
    ratio(costs, own?.costs ?? []),
  ]);
  const head = ["", "requests/s", "lab web to it", "CPU µs a request", "it to lab web"];
  for (const line of table([head, ...rows], { right: [1, 2, 3, 4] })) print(`  ${line}`);
}
