import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Contestant, compare, print } from "./support/compare.js";
import { environment } from "./support/environment.js";
import { withNginx } from "./support/nginx.js";

const [count, concurrency] = [10_000, 64];
const bin = fileURLToPath(new URL("../../bin/lab.js", import.meta.url));

const aiohttp = `
import asyncio, sys, aiohttp
async def main():
    urls = iter(open(sys.argv[1]).read().split())
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=${concurrency})) as session:
        async def worker():
            for url in urls:
                async with session.get(url) as response:
                    assert response.status == 200
                    await response.read()
        await asyncio.gather(*(worker() for _ in range(${concurrency})))
asyncio.run(main())
`;

/** How long does a whole process take, from its start to its end, against what people use today? */
export default function fetchProcess(): Promise<void> {
  return withNginx(measure);
}

async function measure(origin: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "asyncio-lab-"));
  try {
    await measureIn(folder, origin);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureIn(folder: string, origin: string): Promise<void> {
  const file = (name: string, lines: readonly string[]) => {
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
    return join(folder, name);
  };
  const urls = Array.from({ length: count }, (_, i) => `${origin}/item/${i}`);
  const list = file("urls", urls);
  const config = file(
    "curl",
    urls.flatMap((url) => [`url = ${url}`, "output = /dev/null"]),
  );
  const parallel = ["--silent", "--parallel", "--parallel-max", `${concurrency}`];
  const contestants: Contestant[] = [
    program("curl --parallel", "curl", ["--fail", ...parallel, "--config", config]),
    program("lab fetch", process.execPath, [bin, "fetch", "--file", list]),
    program("lab fetch --output", process.execPath, [bin, "fetch", "--file", list, "--output", join(folder, "out")]),
  ];
  if (spawnSync("/usr/bin/python3", ["-c", "import aiohttp"]).status === 0) {
    contestants.push(program("aiohttp", "/usr/bin/python3", ["-c", aiohttp, list]));
  } else print("  (python3-aiohttp is not installed: skipped)");
  await compare({ question: `${count} small URLs, ${concurrency} at a time, whole processes`, rounds: 9, contestants });
}

function program(name: string, command: string, args: readonly string[]): Contestant {
  return {
    name,
    run() {
      const { status } = spawnSync(command, args, { stdio: ["ignore", "ignore", "ignore"], env: environment });
      if (status !== 0) throw new Error(`${name} ended with ${status}`);
    },
  };
}
