import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TcpPath } from "../src/labs/patrons/prove/tcp-path.js";
import { median } from "../src/labs/statistics.js";
import { table } from "../src/terminal/table.js";
import { noPostgres, Postgres } from "../test/support/postgres.js";
import { type Service, services } from "./patrons/services.js";
import { print } from "./support/compare.js";
import { ownRunMs } from "./support/proc-times.js";
import { kill, type WebServer } from "./support/web-servers.js";
import { hasWrk, load } from "./support/wrk.js";

const [rounds, seconds, patrons] = [5, 2, 1000];

/** In turn: each patron is asked for, so that a cache of one never has it. */
const inTurn = `
local nth = 0
request = function()
  nth = nth % ${patrons} + 1
  return wrk.format("GET", "/patron/" .. nth)
end
`;

interface Contestant extends Service, WebServer {
  /** Requests a second, by round. */
  rates: number[];
  /** CPU time of the service for a request in microseconds, by round. */
  costs: number[];
  /** Queries, and requests, of all measured rounds. Only ours count them. */
  queries: number;
  requests: number;
}

/** What is the cache worth, near the database and 5 ms away, and how fast is aiohttp with asyncpg? */
export default async function bench(): Promise<void> {
  if (!hasWrk) return print("\nlab patrons: skipped, needs wrk (Debian: wrk)");
  if (noPostgres) return print(`\nlab patrons: skipped, ${noPostgres}`);
  const postgres = new Postgres();
  const folder = mkdtempSync(join(tmpdir(), "asyncio-lab-"));
  const script = join(folder, "in-turn.lua");
  writeFileSync(script, inTurn);
  try {
    await postgres.create();
    const path = await TcpPath.open({ host: "127.0.0.1", port: postgres.port }, { delayMs: 5 });
    await race(postgres, path, script).finally(() => path.close());
  } finally {
    await postgres.remove();
    rmSync(folder, { recursive: true });
  }
}

async function race(postgres: Postgres, path: TcpPath, script: string): Promise<void> {
  const dsn = await postgres.dsn();
  const contestants: Contestant[] = [];
  try {
    for (const service of services(dsn, dsn.replace(`:${postgres.port}/`, `:${path.port}/`))) {
      contestants.push({ ...service, ...(await service.open()), rates: [], costs: [], queries: 0, requests: 0 });
      if (contestants.length === 1) await postgres.sql(fill, dsn); // the first one has made the table
    }
    for (let round = -1; round < rounds; round++) {
      for (let i = 0; i < contestants.length; i++)
        await measure(contestants[(i + round + 1) % contestants.length] as Contestant, script, round >= 0);
    }
    show(contestants);
  } finally {
    for (const each of contestants) await kill(each);
  }
}

const fill = `insert into patron (name, fav_dish) select 'patron ' || n, 'dish ' || n from generate_series(1, ${patrons}) n`;

async function measure(contestant: Contestant, script: string, counts: boolean): Promise<void> {
  const { url, child, isOurs, rates, costs } = contestant;
  const [cpuBefore, queriesBefore] = [ownRunMs(child.pid ?? 0), isOurs ? await queriesOf(url) : 0];
  const { requests, perSecond } = await load(url, seconds, { connections: 32, script });
  if (!counts) return; // the first round warms up, and fills the caches
  rates.push(perSecond);
  costs.push(((ownRunMs(child.pid ?? 0) - cpuBefore) * 1000) / requests);
  contestant.requests += requests;
  contestant.queries += isOurs ? (await queriesOf(url)) - queriesBefore : Number.NaN;
}

async function queriesOf(url: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1100)); // the text of /metrics may be a second old
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^lab_patrons_queries_total (\d+)/m.exec(metrics)?.[1]);
}

/** Ratios are medians of those in each round. */
function show(contestants: readonly Contestant[]): void {
  print(
    `\nGET /patron/:id of ${patrons} in turn: wrk with 32 connections, ${rounds} interleaved rounds of ${seconds} s`,
  );
  const ratio = (rates: readonly number[], reference: string | undefined) => {
    const others = contestants.find(({ name }) => name === reference)?.rates;
    return others ? median(rates.map((rate, round) => rate / (others[round] ?? Number.NaN))) : undefined;
  };
  const rows = contestants.map(({ name, bare, own, isOurs, rates, costs, queries, requests }) => {
    const toPeer = own === undefined ? undefined : 1 / (ratio(rates, own) ?? Number.NaN);
    const speed = [median(rates).toFixed(0), ratio(rates, bare)?.toFixed(2), toPeer?.toFixed(2)];
    return [name, ...speed, median(costs).toFixed(1), isOurs ? ((1000 * queries) / requests).toFixed(1) : ""];
  });
  const head = ["", "requests/s", "to no cache", "lab to it", "CPU µs a request", "queries per 1,000"];
  const cells = [head, ...rows].map((row) => row.map((cell) => cell ?? ""));
  for (const line of table(cells, { right: [1, 2, 3, 4, 5] })) print(`  ${line}`);
}
