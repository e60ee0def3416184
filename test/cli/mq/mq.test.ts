import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { testAtOnce } from "../../support/at-once.js";
import { freePort } from "../../support/free-port.js";
import { lab } from "../../support/lab.js";
import { MqPeer, startListen, startMqServer, statusOf } from "../../support/mq.js";
import { startLab } from "../../support/running-lab.js";
import { unlessBusy } from "../../support/tries.js";

const test = testAtOnce(3);
const payload = (line: string) => JSON.parse(line) as { text?: string; hex?: string; bytes: number };

test("lab mq listen prints what lab mq send sends, in order", async (t) => {
  const { port, server } = await startMqServer(t);
  const listen = startLab(t, ["mq", "listen", "--port", `${port}`, "--count", "3"]);
  await statusOf(server, ({ channels }) => channels === 1);
  const send = await lab(["mq", "send", "--port", `${port}`, "--interval", "10ms", "--count", "3"]);
  assert.deepEqual([send.exitCode, await listen.ended], [0, 0]);
  const [, name = ""] = /^\/topic\/foo: Message 0 from ([0-9a-f]{8})$/.exec(listen.stdout[0] ?? "") ?? [];
  assert.deepEqual(
    listen.stdout.slice(0, 3),
    [0, 1, 2].map((n) => `/topic/foo: Message ${n} from ${name}`),
  );
  assert.match(listen.stdout[4] ?? "", /^Received 3 messages, 69 B, in /);
  assert.match(send.stdout, /^Sent 3 messages to \/topic\/foo in /);
});

test("lab mq send --lines sends each line, and lab mq listen shows what it is", async (t) => {
  const { port, server } = await startMqServer(t);
  const asText = startLab(t, ["mq", "listen", "--port", `${port}`, "--count", "5"]);
  const asJson = await startListen(t, port, "/topic/foo", "--count", "5");
  await statusOf(server, ({ connections, channels }) => connections === 2 && channels === 1);
  const send = lab(["mq", "send", "--port", `${port}`, "--lines"]);
  send.stdin.end(Buffer.from("plain\n\n\x1b[31mred\n\xff\x00\nlast, without a line break", "latin1"));
  assert.equal((await send).exitCode, 0);
  assert.deepEqual([await asText.ended, await asJson.ended], [0, 0]);
  const prefixed = ["plain", "(empty)", "\\u{1b}[31mred", "(hex) ff00", "last, without a line break"];
  assert.deepEqual(
    asText.stdout.slice(0, 5),
    prefixed.map((each) => `/topic/foo: ${each}`),
  );
  assert.deepEqual(
    asJson.stdout.slice(1, 6).map((line) => [payload(line).text ?? payload(line).hex, payload(line).bytes]),
    [
      ["plain", 5],
      ["", 0],
      ["\x1b[31mred", 8],
      ["ff00", 2],
      ["last, without a line break", 26],
    ],
  );
});

test("lab mq send --size makes messages of exactly that size", async (t) => {
  const { port, server } = await startMqServer(t);
  const listen = await startListen(t, port, "/topic/foo", "--count", "4");
  await statusOf(server, ({ channels }) => channels === 1);
  for (const size of ["5", "40", "1048576"]) {
    const { exitCode } = await lab([
      "mq",
      "send",
      "--port",
      `${port}`,
      "--size",
      size,
      "--count",
      size === "5" ? "2" : "1",
    ]);
    assert.equal(exitCode, 0);
  }
  assert.equal(await listen.ended, 0);
  const messages = listen.stdout.slice(1, 5).map(payload);
  assert.deepEqual(
    messages.map(({ bytes }) => bytes),
    [5, 5, 40, 1048576],
  );
  assert.match(messages[2]?.text ?? "", /^Message 0 from [0-9a-f]{8}X{17}$/);
});

test("lab mq send ends only when the broker has closed, though all has left", async (t) => {
  const sockets: Socket[] = [];
  const broker = createServer({ pauseOnConnect: true }, (socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  t.after(() => broker.close());
  await once(broker, "listening");
  const { port } = broker.address() as AddressInfo;
  const send = startLab(t, ["mq", "send", "--port", `${port}`, "--interval", "0", "--count", "3", "--json"]);
  for (let i = 0; i < 2; i++) assert.equal(JSON.parse(await send.line(/"status".*"sent":3/)).sent, 3);
  assert.equal(send.child.exitCode, null, "it waits");
  sockets[0]?.resume();
  assert.equal(await send.ended, 0);
});

test("lab mq send has all its messages read by the broker", async (t) => {
  const { port, server } = await startMqServer(t);
  const args = ["mq", "send", "--port", `${port}`, "--interval", "0", "--count", "50000", "--size", "1000", "--json"];
  const { stdout, exitCode } = await lab(args);
  const summary = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  assert.deepEqual([exitCode, summary.sent, summary.unsent, summary.connects], [0, 50_000, 0, 1]);
  await server.stop("SIGTERM");
  assert.equal(server.objects.at(-1)?.in, 50_000);
});

test("lab mq send says that the broker ended before it had read everything", async (t) => {
  const { port, server } = await startMqServer(t);
  const args = ["mq", "send", "--port", `${port}`, "--channel", "/queue/a", "--interval", "0", "--count", "20000"];
  const send = lab(args);
  await statusOf(server, ({ paused }) => paused === 1);
  assert.equal(await server.stop("SIGTERM"), 0);
  const { exitCode, stdout } = await send;
  assert.equal(exitCode, 1);
  assert.match(stdout, /^The connection was lost at the end: the broker may not have read all of them$/m);
});

test("lab mq send says that a peer is no broker", async (t) => {
  const { port } = await startHttp(t);
  const { exitCode, stderr } = await lab(["mq", "send", "--port", `${port}`, "--interval", "0", "--count", "3"]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /lab: 127\.0\.0\.1:\d+ is no broker: what it sends are no messages\n$/);
});

test("lab mq send without a count ends with 0 after Ctrl-C at full speed", async (t) => {
  const { port, server } = await startMqServer(t);
  const send = startLab(t, ["mq", "send", "--port", `${port}`, "--channel", "/queue/a", "--interval", "0", "--json"]);
  await statusOf(server, ({ paused }) => paused === 1);
  assert.equal(await send.stop(), 0);
  assert.equal(send.objects.at(-1)?.unsent, 0);
});

test("lab mq send without a broker exits with 3 and one line", async () => {
  const port = await freePort();
  const { exitCode, stderr, stdout } = await lab(["mq", "send", "--port", `${port}`]);
  assert.deepEqual([exitCode, stdout], [3, ""]);
  assert.equal(stderr, `lab: no broker at 127.0.0.1:${port}: nothing listens there; start one with lab mq server\n`);
});

test("lab mq server says which port is in use, and exits with 1", async (t) => {
  const { port } = await startMqServer(t);
  const { exitCode, stderr } = await lab(["mq", "server", "--port", `${port}`]);
  assert.equal(exitCode, 1);
  assert.match(stderr, new RegExp(`^lab: cannot listen on 127\\.0\\.0\\.1:${port}: the port is in use: .*\n$`));
});

test("lab mq server lets other machines in only with --insecure", async () => {
  const { exitCode, stderr } = await lab(["mq", "server", "--host", "0.0.0.0", "--port", "0"]);
  assert.equal(exitCode, 2);
  assert.equal(stderr, "lab: --host 0.0.0.0 lets other machines in: add --insecure if you mean it\n");
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`lab mq server writes what is queued and exits with 0 after ${signal}`, (t) =>
    unlessBusy(t, () => endsWithEverythingWritten(t, signal)));
}

async function endsWithEverythingWritten(t: TestContext, signal: NodeJS.Signals): Promise<void> {
  const { port, server } = await startMqServer(t);
  const reader = await MqPeer.connect(t, port, "/topic/foo");
  const sender = await MqPeer.connect(t, port, "/null");
  await statusOf(server, ({ channels }) => channels === 2);
  reader.socket.pause();
  const messages = Array.from({ length: 80 }, () => Buffer.alloc(100_000, "x")); // more than the kernel takes
  sender.send("/topic/foo", ...messages);
  await statusOf(server, (status) => status.in === 80 && (status.waiting ?? 0) > 0);
  const start = performance.now();
  const ended = server.stop(signal);
  reader.socket.resume();
  assert.equal(await ended, 0);
  assert.ok(performance.now() - start < 2000);
  await Promise.all([reader.closed, sender.closed]);
  const { out, dropped, waiting, findings } = server.objects.at(-1) ?? {};
  assert.deepEqual([reader.received.length, out, dropped, waiting], [80, 80, 0, 0]);
  assert.equal((findings as { holds: boolean }[])[0]?.holds, true);
}

test("lab mq server ends within 2 s of SIGTERM beside a reader that has stopped", async (t) => {
  const { port, server } = await startMqServer(t);
  const reader = await MqPeer.connect(t, port, "/topic/foo");
  const sender = await MqPeer.connect(t, port, "/null");
  await statusOf(server, ({ channels }) => channels === 2);
  reader.socket.pause();
  sender.send("/topic/foo", ...Array.from({ length: 80 }, () => Buffer.alloc(100_000, "x")));
  await statusOf(server, (status) => status.in === 80 && (status.waiting ?? 0) > 0);
  const start = performance.now();
  assert.equal(await server.stop("SIGTERM"), 0);
  assert.ok(performance.now() - start < 2000, `${performance.now() - start} ms`);
  const { out, dropped, findings } = server.objects.at(-1) as {
    out: number;
    dropped: number;
    findings: { holds: boolean }[];
  };
  assert.equal(out + dropped, 80);
  assert.ok(dropped > 0);
  assert.equal(findings[0]?.holds, true);
});

test("lab mq server tells HTTP and TLS clients apart, at most once a second each", async (t) => {
  const { port, server } = await startMqServer(t);
  const knock = async (bytes: string | Buffer) => {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    socket.write(bytes);
    await once(socket, "close");
  };
  for (let i = 0; i < 5; i++) await knock("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await knock(Buffer.from([0x16, 3, 1, 0, 0xf0, 1, 0, 0, 0xec]));
  const { cut } = await statusOf(server, (status) => status.cut === 6);
  assert.equal(cut, 6);
  await server.stop();
  const cuts = server.objects.filter(({ type }) => type === "cut").map(({ reason }) => reason);
  assert.ok(cuts.filter((reason) => reason === "http").length <= 3, `${cuts}`);
  assert.ok(cuts.includes("tls"));
  assert.deepEqual(server.objects.at(-1)?.cuts, { http: 5, tls: 1 });
  assert.match(server.stderr.join("\n"), /^Cut 127\.0\.0\.1:\d+: it speaks HTTP$/m);
});

test("lab mq listen says that a peer is no broker", async (t) => {
  const { port } = await startHttp(t);
  const { exitCode, stderr } = await lab(["mq", "listen", "--port", `${port}`]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /lab: 127\.0\.0\.1:\d+ is no broker: what it sends are no messages\n$/);
});

async function startHttp(t: TestContext) {
  const serve = startLab(t, ["serve", "--port", "0", "--json"]);
  const { url } = JSON.parse(await serve.line(/"url"/));
  return { port: Number(new URL(url).port) };
}
