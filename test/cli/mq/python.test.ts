import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { testAtOnce } from "../../support/at-once.js";
import { lab, root } from "../../support/lab.js";
import { MqPeer, startListen, startMqServer, statusOf } from "../../support/mq.js";

const test = testAtOnce(3);
const python = ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["-c", "import socket"]).status === 0);
const skip = python === undefined && "needs python3";

/** A client from the wire format alone. It sends its messages in a way of its choice, then prints those that come. */
const client = `
import json, os, socket, struct, sys, time
port, mine, other, how, wanted = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3].encode(), sys.argv[4], int(sys.argv[5])
def frame(payload):
    return struct.pack('>I', len(payload)) + payload
def exactly(count):
    data = b''
    while len(data) < count:
        chunk = sock.recv(count - len(data))
        if not chunk: raise EOFError
        data += chunk
    return data
sock = socket.create_connection(('127.0.0.1', port))
sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
sock.sendall(frame(mine))
print('ready', flush=True)
sys.stdin.readline()
special = [b'', bytes(range(256)), b'x' * 2**20, 'Grüße'.encode()]
if how == 'whole':
    for message in special: sock.sendall(frame(other) + frame(message))
if how == 'bytes':
    for byte in frame(other) + frame(b'slowly') + frame(other) + frame(b''): sock.sendall(bytes([byte]))
if how == 'burst':
    sock.sendall(b''.join(frame(other) + frame(b'%d' % n) for n in range(200)))
for _ in range(wanted):
    (length,) = struct.unpack('>I', exactly(4))
    print(exactly(length).hex() or '-', flush=True)
`;

function startPython(port: number, mine: string, other: string, how: string, wanted: number) {
  return execa(python ?? "", ["-c", client, `${port}`, mine, other, how, `${wanted}`], {
    timeout: 60_000,
    reject: false,
  });
}

const special = [
  Buffer.alloc(0),
  Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
  Buffer.alloc(2 ** 20, "x"),
  Buffer.from("Grüße"),
];

for (const channel of ["/topic/py", "/queue/py"]) {
  for (const [how, messages] of [
    ["whole", special],
    ["bytes", ["slowly", ""].map((each) => Buffer.from(each))],
    ["burst", Array.from({ length: 200 }, (_, n) => Buffer.from(`${n}`))],
  ] as const) {
    test(`a Python client sends to ${channel} (${how}), and lab mq listen gets it`, { skip }, async (t) => {
      const { port, server } = await startMqServer(t);
      const listen = await startListen(t, port, channel, "--count", `${messages.length}`);
      const peer = startPython(port, "/null", channel, how, 0);
      await statusOf(server, ({ channels }) => channels === 2);
      peer.stdin.end("go\n");
      assert.equal((await peer).exitCode, 0);
      assert.equal(await listen.ended, 0);
      const received = listen.objects.filter(({ type }) => type === undefined);
      assert.deepEqual(
        received.map(({ text, hex, bytes }) => [
          text === undefined ? hex : Buffer.from(`${text}`).toString("hex"),
          bytes,
        ]),
        messages.map((each) => [each.toString("hex"), each.length]),
      );
    });
  }

  test(`a Python client gets what lab mq send and a peer send to ${channel}`, { skip }, async (t) => {
    const { port, server } = await startMqServer(t);
    const peer = startPython(port, channel, "/null", "none", 203 + special.length);
    await statusOf(server, ({ channels }) => channels === 1);
    peer.stdin.end("go\n");
    const lines = ["first", "", "Grüße", ...Array.from({ length: 200 }, (_, n) => `${n}`)];
    const send = lab(["mq", "send", "--port", `${port}`, "--channel", channel, "--lines"]);
    send.stdin.end(`${lines.join("\n")}\n`);
    assert.equal((await send).exitCode, 0);
    (await MqPeer.connect(t, port, "/null")).send(channel, ...special);
    const [, ...received] = (await peer).stdout.split("\n");
    const sent = [...lines.map((line) => Buffer.from(line)), ...special];
    assert.deepEqual(
      received,
      sent.map((each) => each.toString("hex") || "-"),
    );
  });
}

test("the Python client of the page passes messages from channel to channel", { skip }, async (t) => {
  const page = readFileSync(join(root, "docs/labs/mq.md"), "utf8");
  const [, code = ""] = /^```python\n([\s\S]*?)^```/m.exec(page) ?? [];
  assert.ok(code.split("\n").filter((line) => line.trim() !== "").length <= 25, "25 lines");
  const { port, server } = await startMqServer(t);
  const listen = await startListen(t, port, "/topic/bar", "--count", "3");
  const shout = execa(python ?? "", ["-c", code, `${port}`, "/topic/foo", "/topic/bar", "3"], {
    timeout: 60_000,
    reject: false,
  });
  await statusOf(server, ({ channels }) => channels === 2);
  await lab(["mq", "send", "--port", `${port}`, "--count", "3", "--interval", "0"]);
  assert.equal((await shout).exitCode, 0);
  assert.equal(await listen.ended, 0);
  const texts = listen.objects.filter(({ type }) => type === undefined).map(({ text }) => String(text));
  assert.match(texts.join(), /^MESSAGE 0 FROM [0-9A-F]{8},MESSAGE 1 FROM [0-9A-F]{8},MESSAGE 2 FROM [0-9A-F]{8}$/);
});
