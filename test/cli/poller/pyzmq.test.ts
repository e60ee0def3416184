import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { testAtOnce } from "../../support/at-once.js";
import { freePorts, startPoller, startServer, summary, values } from "../../support/poller.js";
import { noPython, runPython } from "../../support/python.js";

const test = testAtOnce(3);

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The notes' poller. It ends after ten messages per socket, and prints them by socket. */
const pythonPoller = `
import asyncio, json, sys
from zmq.asyncio import Context
import zmq
context = Context()
pull, sub = context.socket(zmq.PULL), context.socket(zmq.SUB)
pull.connect(sys.argv[1]); sub.connect(sys.argv[2]); sub.setsockopt_string(zmq.SUBSCRIBE, '')
print('ready', flush=True)
async def ten(socket):
    return [await socket.recv_json() for _ in range(10)]
async def main():
    print(json.dumps(await asyncio.gather(ten(pull), ten(sub))))
asyncio.run(main())
context.destroy(linger=0)
`;

/** The notes' server, for ten integers. It waits until the subscriber has joined. */
const pythonServer = `
import sys, time, zmq
context = zmq.Context()
push, pub = context.socket(zmq.PUSH), context.socket(zmq.XPUB)
push.bind(sys.argv[1]); pub.bind(sys.argv[2])
pub.recv()
for i in range(10):
    push.send_json(i); pub.send_json(i)
    time.sleep(0.01)
push.close(2000); pub.close(2000); context.term()
`;

test("lab poller-srv sends pyzmq's PULL and SUB everything from message 0", { skip: noPython }, async (t) => {
  const ports = await freePorts();
  const python = runPython(pythonPoller, [ports.push, ports.pub]);
  await new Promise((resolve) => python.stdout.once("data", resolve)); // it connects repeatedly until the server is there
  await startServer(t, ["--interval", "20ms", "--count", "10", "--size", "100"], ports);
  const { stdout } = await python;
  assert.deepEqual(JSON.parse(stdout.split("\n")[1] ?? ""), [upTo(10), upTo(10)]);
});

test("lab poller gets everything from pyzmq's PUSH and PUB from message 0", { skip: noPython }, async (t) => {
  const ports = await freePorts();
  const poller = startPoller(t, ports, ["--count", "20"]);
  await poller.line(/SUB: waiting/);
  await runPython(pythonServer, [ports.push, ports.pub]);
  assert.equal(await poller.ended, 0);
  assert.deepEqual(values(poller, "PULL"), upTo(10));
  assert.deepEqual(values(poller, "SUB"), upTo(10));
  assert.deepEqual([summary(poller).pull.gaps, summary(poller).sub.gaps], [0, 0]);
});
