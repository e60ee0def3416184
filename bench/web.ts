import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median } from "../src/labs/statistics.js";
import { table } from "../src/terminal/table.js";
import { freePort } from "../test/support/free-port.js";
import { print } from "./support/compare.js";
import { environment } from "./support/environment.js";
import { hasWrk, requestsPerSecond } from "./support/wrk.js";

const [rounds, seconds] = [7, 2];
const bin = fileURLToPath(new URL("../../bin/lab.js", import.meta.url));

const bare = `
const server = require("node:http").createServer((request, response) => {
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
  response.end("Hello, world");
});
server.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));
`;

/** The program of the notes, on loopback and a given port. */
const aiohttp = `
import sys
from aiohttp import web

async def hello(request):
    return web.Response(text="Hello, world")

app = web.Application()
app.router.add_get('/', hello)
web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]))
`;

interface Server {
  name: string;
  url: string;
  child: ChildProcess;
  rates: number[];
}

/** What does the gate cost, beside node:http without one, and beside the server of the notes? */
export default async function web(): Promise<void> {
  if (!hasWrk) return print("\nlab web: skipped, needs wrk (Debian: wrk)");
  const servers: Server[] = [];
  try {
    servers.push(await start("bare node:http", process.execPath, ["-e", bare]));
    servers.push(await start("lab web", process.execPath, [bin, "web", "--port", "0"]));
    if (spawnSync("/usr/bin/python3", ["-c", "import aiohttp"]).status === 0)
      servers.push(
        await start("aiohttp, the notes' program", "/usr/bin/python3", ["-uc", aiohttp, `${await freePort()}`]),
      );
    else print("  (python3-aiohttp is not installed: skipped)");
    await measure(servers);
  } finally {
    for (const { child } of servers) await stop(child);
  }
}

/** Interleaved rounds, each in another order, after one unmeasured round. */
async function measure(servers: readonly Server[]): Promise<void> {
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < servers.length; i++) {
      const { url, rates } = servers[(i + round + 1) % servers.length] as Server;
      const rate = await requestsPerSecond(url, seconds);
      if (round >= 0) rates.push(rate);
    }
  }
  print(`\nHello, world: wrk with 64 connections, ${rounds} interleaved rounds of ${seconds} s`);
  const own = servers.find(({ name }) => name === "lab web")?.rates ?? [];
  const rows = servers.map(({ name, rates }) => {
    const ratio = median(own.map((rate, round) => rate / (rates[round] ?? Number.NaN)));
    return [name, Math.round(median(rates)).toString(), ratio.toFixed(2)];
  });
  const head = ["", "median requests/s", "lab web is so many times as fast"];
  for (const line of table([head, ...rows], { right: [1, 2] })) print(`  ${line}`);
}

async function start(name: string, command: string, args: readonly string[]): Promise<Server> {
  const child = spawn(command, args, { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
    child.stdout.on("data", (chunk) => {
      const [found] = /http:\/\/[\d.]+:\d+/.exec(String(chunk)) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return { name, url, child, rates: [] };
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
