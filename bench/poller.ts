import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { python } from "../test/support/python.js";
import { type Contestant, compare, print } from "./support/compare.js";

const count = 200_000;
const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const nobody = "tcp://127.0.0.1:9";
const asyncio = `
import asyncio, sys, zmq, zmq.asyncio
async def main():
    socket = zmq.asyncio.Context().socket(zmq.PULL)
    socket.connect(sys.argv[1])
    for _ in range(int(sys.argv[2])):
        await socket.recv()
asyncio.run(main())
`;

/** How fast does a receiver take what a sender in another process has to send? */
export default async function poller(): Promise<void> {
  const lab = (at: string) => [path("../../bin/lab.js"), "poller", "--quiet", "--pull", at, "--sub", nobody];
  const contestants: Contestant[] = [
    { name: "lab poller --quiet", run: () => receive(process.execPath, (at) => [...lab(at), "--count", `${count}`]) },
    {
      name: "bare zeromq.js loop",
      run: () => receive(process.execPath, (at) => [path("./support/pull-many.js"), at, `${count}`]),
    },
  ];
  const command = python;
  if (command === undefined) print("  (pyzmq is not installed: skipped)");
  else
    contestants.push({
      name: "asyncio pyzmq loop",
      run: () => receive(command, (at) => ["-c", asyncio, at, `${count}`]),
    });
  await compare({ question: `${count} JSON messages of 80 bytes from another process`, rounds: 9, contestants });
}

/** From the moment a connected receiver may expect messages until it has ended: in milliseconds. */
async function receive(command: string, args: (at: string) => string[]): Promise<number> {
  const sender = fork(path("./support/push-many.js"), [`${count}`], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const [at] = (await once(sender, "message")) as [string];
  const receiver = spawn(command, args(at), { stdio: "ignore" });
  await once(sender, "message"); // connected
  const start = performance.now();
  sender.send("go");
  const [code] = await once(receiver, "exit");
  const ms = performance.now() - start;
  if (code !== 0) throw new Error(`${command} ${args(at).join(" ")} ended with ${code}`);
  if (sender.exitCode === null) await once(sender, "exit");
  return ms;
}
