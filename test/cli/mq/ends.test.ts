import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { execa } from "execa";
import { testAtOnce } from "../../support/at-once.js";
import { temporaryFolder } from "../../support/files.js";
import { bin, lab } from "../../support/lab.js";
import { MqPeer, startListen, startMqServer, statusOf } from "../../support/mq.js";
import { startLab } from "../../support/running-lab.js";

const test = testAtOnce(3);

/** A peer that reads nothing. */
async function startSilentPeer(t: TestContext) {
  const sockets: Socket[] = [];
  const server = createServer({ pauseOnConnect: true }, (socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, server, sockets };
}

for (const [how, args] of [
  ["numbered messages", ["--interval", "0", "--count", "20", "--size", "1048576"]],
  ["lines", ["--lines", "--count", "20"]],
] as const) {
  test(`lab mq send counts ${how} that had not left when their connection was reset`, async (t) => {
    const { port, server, sockets } = await startSilentPeer(t);
    const send = startSend(t, port, args);
    const waiting = async () => {
      const { sent } = JSON.parse(await send.nextStatus()) as { sent: number };
      return sent;
    };
    let before = -1;
    for (let now = await waiting(); now !== before || now === 0; now = await waiting()) before = now; // the kernel takes no more
    server.on("connection", (socket) => socket.on("error", () => {}).resume());
    sockets[0]?.resetAndDestroy();
    assert.equal(await send.ended, 1);
    const { sent, unsent, connects } = send.objects.at(-1) ?? {};
    assert.deepEqual([Number(sent) + Number(unsent), Number(unsent) > 0, connects], [20, true, 2]);
  });
}

/** lab mq send --json, with 20 lines of 1 MB on its stdin. */
function startSend(t: TestContext, port: number, args: readonly string[]) {
  const script = `for (let i = 0; i < 20; i++) console.log("x".repeat(1e6))`;
  const shell = `exec "$0" -e '${script}' | "$0" "$@"`;
  const lines = ["sh", "-c", shell];
  const send = startLab(
    t,
    ["mq", "send", "--port", `${port}`, "--json", ...args],
    args[0] === "--lines" ? { under: lines } : {},
  );
  let seen = 0;
  const nextStatus = async () => {
    for (;;) {
      const at = send.stdout.findIndex((line, index) => index >= seen && line.includes('"status"'));
      seen = at < 0 ? seen : at + 1;
      if (at >= 0) return send.stdout[at] as string;
      await send.nextLine();
    }
  };
  return Object.assign(send, { nextStatus });
}

test("lab mq send --lines says that stdin cannot be read, and exits with 1", async (t) => {
  const { port } = await startMqServer(t);
  const file = temporaryFolder(t)("write-only");
  const { exitCode, stderr } = await inShell(`exec "$@" 0>${file}`, ["send", "--port", `${port}`, "--lines"]);
  assert.deepEqual(
    [exitCode, stderr.split("\n").at(-1)],
    [1, "lab: cannot read stdin: EBADF: bad file descriptor, read"],
  );
});

test("lab mq send --lines says after which line stdin broke, and exits with 1", async (t) => {
  const { port } = await startMqServer(t);
  const input = createServer((socket) => {
    socket.write("one\ntwo\n");
    resets.push(socket);
  }).listen(0, "127.0.0.1");
  const resets: Socket[] = [];
  t.after(() => input.close());
  await once(input, "listening");
  const bash = `exec 0<>/dev/tcp/127.0.0.1/${(input.address() as AddressInfo).port} && exec "$@"`;
  const send = startLab(t, ["mq", "send", "--port", `${port}`, "--lines", "--json"], {
    under: ["bash", "-c", bash, "bash"],
  });
  await send.line(/"sent":2/);
  resets[0]?.resetAndDestroy();
  assert.equal(await send.ended, 1);
  assert.match(send.stderr.at(-1) ?? "", /^lab: cannot read stdin after line 2: read ECONNRESET$/);
});

for (const command of ["mq send --lines", "fetch --file -"]) {
  test(`lab ${command} refuses a folder as stdin`, async () => {
    const { exitCode, stderr } = await inShell(
      'exec "$@" </tmp',
      command.split(" ").slice(command.startsWith("mq") ? 1 : 0),
      command.startsWith("mq"),
    );
    assert.equal(exitCode, 2);
    assert.match(stderr, /^lab: (stdin|--file) must be a file that can be read: it is a folder$/);
  });
}

test("lab mq refuses a channel whose bytes are no UTF-8", async () => {
  for (const name of ["send --channel", "listen --listen"]) {
    const { exitCode, stderr } = await inShell(`exec "$@" "$(printf '/queue/\\377')"`, name.split(" "));
    assert.equal(exitCode, 2);
    assert.match(stderr, /must be UTF-8/);
  }
});

/** Run a command of mq by a shell, as "$@". */
function inShell(script: string, args: readonly string[], isMq = true) {
  const words = [process.execPath, bin, ...(isMq ? ["mq"] : []), ...args];
  return execa("sh", ["-c", script, "sh", ...words], { reject: false, timeout: 60_000, stdin: "ignore" });
}

test("lab mq send --json ends with its summary after Ctrl-C, and says what is unconfirmed", async (t) => {
  const { port } = await startSilentPeer(t);
  const send = startLab(t, ["mq", "send", "--port", `${port}`, "--interval", "0", "--count", "3", "--json"]);
  await send.line(/"ending"/);
  assert.equal(await send.stop(), 130);
  const { type, sent, unsent, unconfirmed, interrupted } = send.objects.at(-1) ?? {};
  assert.deepEqual([type, sent, unsent, unconfirmed, interrupted], ["summary", 3, 0, true, true]);
});

test("lab mq send says in text that Ctrl-C came before the broker had closed", async (t) => {
  const { port } = await startSilentPeer(t);
  const send = startLab(t, ["mq", "send", "--port", `${port}`, "--interval", "0", "--count", "3"]);
  await send.line(/^All has left: waiting for the broker to read it$/);
  assert.equal(await send.stop(), 130);
  assert.equal(
    send.stdout.at(-1),
    "Interrupted before the broker had closed: the broker may not have read all of them",
  );
});

test("lab mq listen --count counts the jobs of a queue that came beyond it", async (t) => {
  const { port, server } = await startMqServer(t);
  const sender = await MqPeer.connect(t, port, "/null");
  sender.send("/queue/q", ...Array.from({ length: 9000 }, () => Buffer.alloc(500, "x")));
  await statusOf(server, ({ waiting }) => waiting === 9000);
  const listen = await startListen(t, port, "/queue/q", "--count", "1");
  assert.equal(await listen.ended, 0);
  const { received, beyond } = listen.objects.at(-1) as { received: number; beyond: number };
  const { waiting = 0 } = await statusOf(server, ({ connections }) => connections === 1);
  assert.deepEqual([received, beyond > 0, received + beyond + waiting], [1, true, 9000]);
  sender.send("/queue/q", ...Array.from({ length: 100 }, () => "job"));
  await statusOf(server, (status) => status.waiting === waiting + 100);
  const asText = await lab(["mq", "listen", "--port", `${port}`, "--listen", "/queue/q", "--count", "1"]);
  assert.match(asText.stdout, /^Lost beyond the count: \d+ messages that the queue had sent$/m);
});
