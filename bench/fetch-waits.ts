import { median } from "../src/labs/statistics.js";
import { table } from "../src/terminal/table.js";
import { bareSockets } from "./support/bare-sockets.js";
import { print } from "./support/compare.js";
import { fetchAll } from "./support/fetch-all.js";
import { withNginx } from "./support/nginx.js";
import { undiciWorkers } from "./support/undici-workers.js";

const [count, concurrency, waitMs, timeoutMs] = [10_000, 500, 50, 250];
const hangEvery = 100;
const idealMs = (count / concurrency) * waitMs;
const rounds = 9;

/** Do waits overlap as far as they can, and as far as this machine can, and does one that never ends hold up the others? */
export default function fetchWaits(): Promise<void> {
  return withNginx(measure, { waits: true });
}

async function measure(origin: string): Promise<void> {
  const urls = Array.from({ length: count }, (_, i) => `${origin}/wait/${i}`);
  const withHanging = urls.map((url, i) => (i % hangEvery === 0 ? url.replace("/wait/", "/hang/") : url));
  const taken = { bare: [] as number[], engine: [] as number[], workers: [] as number[], others: [] as number[] };
  let late = 0;
  for (let round = -1; round < rounds; round++) {
    const bare = await bareSockets(urls, concurrency);
    const engine = allOk(await fetchAll(urls, concurrency));
    const hanging = await fetchAll(withHanging, concurrency, timeoutMs);
    const workers = allOk(await undiciWorkers(urls, concurrency, (body) => body.dump()));
    if (round < 0) continue;
    taken.bare.push(bare);
    taken.engine.push(engine);
    taken.workers.push(workers);
    taken.others.push(hanging.lastOkMs);
    late += count - count / hangEvery - hanging.ok;
  }
  const row = (name: string, ms: number, reference: number) => [name, ms.toFixed(0), (ms / reference).toFixed(2)];
  print(`\n${count} URLs of ${waitMs} ms each, ${concurrency} at a time, ${rounds} interleaved rounds`);
  const rows = [
    row("the ideal", idealMs, idealMs),
    row("bare sockets that read no reply", median(taken.bare), idealMs),
    row("the engine of lab fetch", median(taken.engine), idealMs),
    row("workers over undici.request, body.dump()", median(taken.workers), idealMs),
    row(
      `the engine, one in ${hangEvery} hangs for its time-out of ${timeoutMs} ms: the others, against no hanging`,
      median(taken.others),
      median(taken.engine),
    ),
  ];
  for (const line of table([["", "median ms", "ratio"], ...rows], { right: [1, 2] })) print(`  ${line}`);
  if (late > 0) print(`  (${late} of the others took longer than ${timeoutMs} ms, too: the machine is busy)`);
}

function allOk({ ok, lastOkMs }: { ok: number; lastOkMs: number }): number {
  if (ok !== count) throw new Error(`only ${ok} of ${count} were answered`);
  return lastOkMs;
}
