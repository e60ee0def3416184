import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { table } from "../src/terminal/table.js";
import { print } from "./support/compare.js";
import { environment } from "./support/environment.js";
import { withNginx } from "./support/nginx.js";

const bin = fileURLToPath(new URL("../../bin/lab.js", import.meta.url));
const say = 'console.error("rss",process.memoryUsage.rss(),"peak",process.resourceUsage().maxRSS * 1024)';
const preload = `data:text/javascript,process.on("exit",()=>${say})`;

/** Does memory depend on how many URLs there are? Peak RSS of the whole process, fed through a pipe that cannot run ahead. */
export default function fetchMemory(): Promise<void> {
  return withNginx(measure);
}

async function measure(origin: string): Promise<void> {
  const rows = [10_000, 100_000, 1_000_000].map((count) => [count, ...measureMiB(origin, count)] as const);
  const [, leastRss, leastPeak] = rows[0] ?? [0, 0, 0];
  print("\nMemory of lab fetch, 64 at a time, each URL another one, in MiB");
  const cells = rows.map(([count, rss, peak]) =>
    [count, rss.toFixed(1), (rss - leastRss).toFixed(1), peak.toFixed(1), (peak - leastPeak).toFixed(1)].map(String),
  );
  for (const line of table([["URLs", "RSS at the end", "more", "peak", "more"], ...cells], {
    right: [0, 1, 2, 3, 4],
  })) {
    print(`  ${line}`);
  }
}

function measureMiB(url: string, count: number): [rss: number, peak: number] {
  const lab = `"${process.execPath}" --import '${preload}' "${bin}" fetch --file - --output /dev/null`;
  const { stderr, status } = spawnSync("sh", ["-c", `seq -f '${url}/item/%.0f' ${count} | ${lab}`], {
    encoding: "utf8",
    maxBuffer: 1e9,
    env: environment,
  });
  if (status !== 0) throw new Error(`lab fetch ended with ${status}: ${stderr}`);
  const [, rss, peak] = /rss (\d+) peak (\d+)/.exec(stderr) ?? [];
  return [Number(rss) / 2 ** 20, Number(peak) / 2 ** 20];
}
