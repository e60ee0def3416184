import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "../../test/support/free-port.js";
import { print } from "./compare.js";
import { environment } from "./environment.js";

const bin = fileURLToPath(new URL("../../../bin/lab.js", import.meta.url));

/** It closes on SIGTERM, as Node's documentation of close() has it. */
const bare = `
const server = require("node:http").createServer((request, response) => {
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8", "content-length": 12 });
  response.end("Hello, world");
});
server.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));
process.once("SIGTERM", () => server.close());
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

export interface WebServer {
  url: string;
  child: ChildProcess;
}

type Start = () => Promise<WebServer>;

/** The servers that say Hello, world. One that is not installed is left out, with a line that says so. */
export function webServers(): [name: string, start: Start][] {
  const servers: [string, Start][] = [
    ["lab web", () => start(process.execPath, [bin, "web", "--port", "0"])],
    ["bare node:http", () => start(process.execPath, ["-e", bare])],
  ];
  if (spawnSync("/usr/bin/python3", ["-c", "import aiohttp"]).status === 0) {
    servers.push(["aiohttp", async () => start("/usr/bin/python3", ["-uc", aiohttp, `${await freePort()}`])]);
  } else print("  (python3-aiohttp is not installed: skipped)");
  return servers;
}

export async function kill({ child }: WebServer): Promise<void> {
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** Start a server. Resolves once it has printed its address. `stderr` (default: "inherit") may be "ignore". */
export async function start(
  command: string,
  args: readonly string[],
  { stderr = "inherit" }: { stderr?: "inherit" | "ignore" } = {},
): Promise<WebServer> {
  const child = spawn(command, args, { env: environment, stdio: ["ignore", "pipe", stderr] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${command} ended with ${code}`)));
    child.stdout.on("data", (chunk) => {
      const [found] = /http:\/\/[\d.]+:\d+/.exec(String(chunk)) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return { url, child };
}
