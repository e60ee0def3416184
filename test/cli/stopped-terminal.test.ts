import "../support/hygiene.js";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { testAtOnce } from "../support/at-once.js";
import { freePort } from "../support/free-port.js";
import { MqPeer, startMqServer, statusOf } from "../support/mq.js";
import { startOnTerminal, withoutTerminal } from "../support/on-terminal.js";
import { unlessBusy } from "../support/tries.js";

const test = testAtOnce(3);
const skip = process.platform === "linux" ? withoutTerminal : "Node waits for a terminal there";
const ctrlS = "\x13";
const statusLineMs = 1500; // within it, a status line would have been written

const tcp = "tcp://127.0.0.1:0";
for (const [args, ready] of [
  [["mq", "server", "--port", "0"], /Ready/],
  [["mq", "listen", "--port", "1"], /Waiting/],
  [["poller-srv", "--push", tcp, "--pub", tcp], /sent/],
  [["apm", "server", "--collect", tcp, "--port", "0"], /Collecting/],
  [["apm", "app", "--connect", "tcp://127.0.0.1:1"], /sent/],
  [["cost", "--count", "100000"], /./],
] as const) {
  test(`lab ${args.slice(0, 2).join(" ")} on a terminal with Ctrl-S ends within 2 s of SIGTERM`, { skip }, (t) =>
    unlessBusy(t, async () => {
      const lab = await startOnTerminal(t, args);
      await lab.shows(ready);
      lab.press(ctrlS);
      await sleep(statusLineMs);
      const start = performance.now();
      process.kill(lab.pid, "SIGTERM");
      assert.equal(await lab.ended, 143, "the end of the output is lost");
      assert.ok(performance.now() - start < 2500, `${performance.now() - start} ms`);
    }),
  );
}

test("lab mq server on a terminal with Ctrl-S goes on passing messages", { skip }, async (t) => {
  const server = await startOnTerminal(t, ["mq", "server", "--port", "0"]);
  const [, port] = await server.shows(/Ready: 127\.0\.0\.1:(\d+)/);
  server.press(ctrlS);
  await sleep(statusLineMs);
  const [reader, sender] = [
    await MqPeer.connect(t, Number(port), "/topic/a"),
    await MqPeer.connect(t, Number(port), "/null"),
  ];
  const again = setInterval(() => sender.send("/topic/a", "hello"), 50); // the reader may have subscribed later
  await reader.has(1).finally(() => clearInterval(again));
  server.press("\x11");
  await server.shows(/2 connections/);
});

test("lab mq send on a terminal with Ctrl-S goes on sending", { skip }, async (t) => {
  const { port, server } = await startMqServer(t);
  const send = await startOnTerminal(t, ["mq", "send", "--port", `${port}`, "--interval", "10ms"]);
  await send.shows(/ sent/);
  send.press(ctrlS);
  await sleep(statusLineMs);
  const { in: before = 0 } = await statusOf(server, () => true);
  await statusOf(server, (status) => (status.in ?? 0) > before + 50);
});

test("lab on a terminal prints everything after Ctrl-S and Ctrl-Q", { skip }, async (t) => {
  const { port, server } = await startMqServer(t);
  const listen = await startOnTerminal(t, ["mq", "listen", "--port", `${port}`, "--count", "3000"]);
  await statusOf(server, ({ channels }) => channels === 1);
  listen.press(ctrlS);
  const sender = await MqPeer.connect(t, port, "/null");
  sender.send("/topic/foo", ...Array.from({ length: 3000 }, (_, n) => `number ${n};`));
  await statusOf(server, (status) => status.out === 3000);
  listen.press("\x11");
  await listen.shows(/Received 3000 messages/);
  assert.equal(await listen.ended, 0);
  for (let n = 0; n < 3000; n++) await listen.shows(new RegExp(`/topic/foo: number ${n};\r\n`));
});

test("lab apm app -- command leaves its command a terminal that blocks", { skip }, async (t) => {
  const port = await freePort();
  const look = "grep flags: /proc/self/fdinfo/1 /proc/self/fdinfo/2";
  const app = await startOnTerminal(t, ["apm", "app", "--connect", `tcp://127.0.0.1:${port}`, "--", "sh", "-c", look]);
  assert.match((await app.shows(/fdinfo\/1:flags:\s+(\d+)/))[1] ?? "", /[0-37]\d{3}$/); // without 04000, O_NONBLOCK
  assert.equal(await app.ended, 0);
});
