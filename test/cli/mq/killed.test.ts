import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { testAtOnce } from "../../support/at-once.js";
import { freePort } from "../../support/free-port.js";
import { MqPeer, startListen, startMqServer, statusOf } from "../../support/mq.js";
import { startLab } from "../../support/running-lab.js";
import { until } from "../../support/until.js";

const test = testAtOnce(2);

test("lab mq listen and send find a killed broker again", async (t) => {
  const port = await freePort();
  const start = () => startLab(t, ["mq", "server", "--port", `${port}`, "--json"]);
  const first = start();
  await first.line(/"ready"/);
  const listen = await startListen(t, port, "/topic/foo");
  const send = startLab(t, ["mq", "send", "--port", `${port}`, "--interval", "20ms", "--json"]);
  await listen.line(/"text":"Message \d/);
  await first.stop("SIGKILL");
  await Promise.all([listen.line(/"disconnected"/), send.line(/"disconnected"/)]);
  const before = listen.stdout.length;
  const second = start();
  await second.line(/"ready"/);
  await Promise.all([listen.line(/"again":true/), send.line(/"again":true/)]);
  while (!listen.stdout.slice(before).some((line) => line.includes('"text":"Message'))) await listen.nextLine();
  assert.match(listen.stderr.join("\n"), /^Lost the broker at 127\.0\.0\.1:\d+: messages sent meanwhile are lost$/m);
  assert.equal(listen.stderr.filter((line) => line.startsWith("Waiting")).length <= 1, true, "told once");
  assert.deepEqual([await listen.stop(), await send.stop()], [0, 0]);
});

test("lab mq send at full speed finds a killed broker again", async (t) => {
  const port = await freePort();
  const start = () => startLab(t, ["mq", "server", "--port", `${port}`, "--json"]);
  const first = start();
  await first.line(/"ready"/);
  const send = startLab(t, ["mq", "send", "--port", `${port}`, "--interval", "0", "--json"]);
  await statusOf(first, (status) => (status.in ?? 0) > 10_000);
  await first.stop("SIGKILL");
  await send.line(/"disconnected"/);
  const second = start();
  await second.line(/"ready"/);
  await statusOf(second, (status) => (status.in ?? 0) > 10_000);
  assert.match(`${await send.stop()}`, /^[01]$/, "1 if messages had not left");
  assert.equal(send.objects.at(-1)?.connects, 2);
});

test("a killed listener leaves the broker, and another one goes on", async (t) => {
  const { port, server } = await startMqServer(t);
  const [killed, other] = [await startListen(t, port, "/topic/foo"), await startListen(t, port, "/topic/foo")];
  await statusOf(server, ({ connections }) => connections === 2);
  const send = startLab(t, ["mq", "send", "--port", `${port}`, "--interval", "10ms", "--count", "100", "--json"]);
  await killed.line(/Message 5 /);
  await killed.stop("SIGKILL");
  assert.equal(await send.ended, 0);
  await other.line(/Message 99 /);
  assert.equal(other.stdout.filter((line) => line.includes('"text"')).length, 100, "all of them");
  await statusOf(server, ({ connections }) => connections === 1);
});

test("a killed worker of a queue leaves its later messages to the others", async (t) => {
  const { port, server } = await startMqServer(t);
  const [killed, other] = [await startListen(t, port, "/queue/a"), await startListen(t, port, "/queue/a")];
  await statusOf(server, ({ connections }) => connections === 2);
  const send = startLab(t, ["mq", "send", "--port", `${port}`, "--channel", "/queue/a", "--interval", "5ms"]);
  await killed.line(/Message [5-9]\d /);
  await killed.stop("SIGKILL");
  await statusOf(server, ({ connections }) => connections === 2);
  const numbers = (lines: readonly string[]) =>
    lines.flatMap((line) => /Message (\d+) /.exec(line)?.[1] ?? []).map(Number);
  const from = numbers(other.stdout).at(-1) ?? Number.NaN;
  await until("50 more", () => (numbers(other.stdout).at(-1) ?? 0) >= from + 50);
  const both = [...numbers(killed.stdout), ...numbers(other.stdout)];
  assert.equal(new Set(both).size, both.length, "each went to one of them");
  const later = numbers(other.stdout).filter((n) => n >= from);
  assert.deepEqual(
    later,
    later.map((_, i) => from + i),
    "all of the later ones",
  );
  await send.stop();
});

test("a sender killed at full speed leaves whole messages, in order", async (t) => {
  const { port, server } = await startMqServer(t);
  const listener = await MqPeer.connect(t, port, "/topic/foo");
  await statusOf(server, ({ channels }) => channels === 1);
  const send = startLab(t, ["mq", "send", "--port", `${port}`, "--interval", "1ms", "--size", "100000"]);
  await listener.has(20);
  await send.stop("SIGKILL");
  const { in: taken = 0 } = await statusOf(server, ({ connections }) => connections === 1);
  await listener.has(taken);
  for (const [i, message] of listener.received.entries()) {
    assert.equal(message.length, 100_000);
    assert.ok(message.toString("latin1", 0, 20).startsWith(`Message ${i} from `));
  }
});

test("whole messages of a killed sender are delivered, half ones are not", async (t) => {
  const { port, server } = await startMqServer(t);
  const listen = await startListen(t, port, "/topic/foo");
  const sender = await MqPeer.connect(t, port, "/null");
  await statusOf(server, ({ connections }) => connections === 2);
  sender.send("/topic/foo", "whole", "also whole");
  sender.socket.write(Buffer.from([0, 0, 0, 10, 0x2f]));
  await listen.line(/also whole/);
  sender.socket.resetAndDestroy();
  await statusOf(server, ({ connections }) => connections === 1);
  (await MqPeer.connect(t, port, "/null")).send("/topic/foo", "next");
  await listen.line(/next/);
  assert.deepEqual(
    listen.objects.filter(({ type }) => type === undefined).map(({ text }) => text),
    ["whole", "also whole", "next"],
  );
});

test("lab mq listen waits for a broker that is not there yet", async (t) => {
  const port = await freePort();
  const listen = startLab(t, ["mq", "listen", "--port", `${port}`, "--count", "1"]);
  await listen.line(/^Waiting for a broker at 127\.0\.0\.1:\d+: nothing listens there$/);
  const server = startLab(t, ["mq", "server", "--port", `${port}`, "--json"]);
  await listen.line(/^Connected to/);
  await statusOf(server, ({ channels }) => channels === 1);
  (await MqPeer.connect(t, port, "/null")).send("/topic/foo", "hello");
  assert.equal(await listen.ended, 0);
  assert.equal(listen.stdout[0], "/topic/foo: hello");
});
