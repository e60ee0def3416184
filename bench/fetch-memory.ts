import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { print } from "./support/compare.js";
import { withNginx } from "./support/nginx.js";

const bin = fileURLToPath(new URL("../../bin/lab.js", import.meta.url));
const peak = 'data:text/javascript,process.on("exit",()=>console.error("peak",process.resourceUsage().maxRSS))';

/** Does memory depend on how many URLs there are? Peak RSS of the whole process, fed through a pipe that cannot run ahead. */
export default function fetchMemory(): Promise<void> {
  return withNginx(measure);
}

async function measure(origin: string): Promise<void> {
  print("\nPeak RSS of lab fetch, 64 at a time, each URL another one");
  let least = Number.NaN;
  for (const count of [10_000, 100_000, 1_000_000]) {
    const mib = peakMiB(origin, count);
    if (Number.isNaN(least)) least = mib;
    print(`  ${String(count).padStart(7)} URLs  ${mib.toFixed(1)} MiB  ${(mib - least).toFixed(1)} MiB more`);
  }
}

function peakMiB(url: string, count: number): number {
  const lab = `"${process.execPath}" --import '${peak}' "${bin}" fetch --file - --output /dev/null`;
  const { stderr, status } = spawnSync("sh", ["-c", `seq -f '${url}/item/%.0f' ${count} | ${lab}`], {
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(`lab fetch ended with ${status}: ${stderr}`);
  return Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024;
}
