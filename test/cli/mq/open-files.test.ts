import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { MqPeer, startMqServer, statusOf } from "../../support/mq.js";
import { until } from "../../support/until.js";

const skip = process.platform !== "linux" && "needs /proc and prlimit";
const fewFiles = ["sh", "-c", 'ulimit -n 96; exec "$@"', "sh"];

test("lab mq server closes connections beyond the open files less 64", { skip }, async (t) => {
  const { port, server } = await startMqServer(t, [], { under: fewFiles });
  const peers: MqPeer[] = [];
  for (let i = 0; i < 40; i++) peers.push(await MqPeer.connect(t, port, "/topic/a"));
  const { connections } = await statusOf(server, (status) => (status.refused ?? 0) >= 8);
  assert.equal(connections, 32);
  peers[0]?.send("/topic/a", "all");
  await until("the message for each", () => peers.filter(({ received }) => received.length === 1).length === 32);
  await server.stop();
  assert.equal(server.objects.at(-1)?.refused, 8);
});

test("lab mq server goes on after it ran out of file descriptors", { skip }, async (t) => {
  const { port, server } = await startMqServer(t);
  const [listener, sender] = [await MqPeer.connect(t, port, "/topic/a"), await MqPeer.connect(t, port, "/null")];
  await statusOf(server, ({ channels }) => channels === 2);
  const limit = (files: number) => execFileSync("prlimit", ["--pid", `${server.child.pid}`, `--nofile=${files}:`]);
  limit(5);
  const late = await MqPeer.connect(t, port, "/topic/a").catch(() => undefined); // the kernel accepts, the broker cannot
  sender.send("/topic/a", "still here");
  await listener.has(1);
  limit(1000);
  late?.socket.destroy();
  const another = await MqPeer.connect(t, port, "/topic/b");
  await statusOf(server, ({ channels }) => channels === 3);
  sender.send("/topic/b", "again");
  await another.has(1);
  assert.equal(await server.stop(), 0);
});
