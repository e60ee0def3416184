import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { testAtOnce } from "../../support/at-once.js";
import { lab } from "../../support/lab.js";
import { freePorts, messages, startPoller, startServer, values } from "../../support/poller.js";
import { startLab } from "../../support/running-lab.js";

const test = testAtOnce(3);

const folder = mkdtempSync(join(tmpdir(), "lab-curve-"));
const keys = join(folder, "lab.keys");
const others = join(folder, "other.keys");
before(async () => {
  for (const out of [keys, others]) assert.equal((await lab(["apm", "keygen", "--out", out])).exitCode, 0);
});
after(() => rmSync(folder, { recursive: true }));

test("lab apm keygen names both files and never overwrites them", async () => {
  const out = join(folder, "once.keys");
  const { exitCode, stdout } = await lab(["apm", "keygen", "--out", out, "--json"]);
  assert.equal(exitCode, 0);
  assert.deepEqual(JSON.parse(stdout), { server: out, client: `${out}.client` });
  const again = await lab(["apm", "keygen", "--out", out]);
  assert.deepEqual([again.exitCode, again.stdout], [1, ""]);
  assert.equal(again.stderr, `lab: ${out} exists already, and keys are never overwritten\n`);
});

test("lab poller --curve gets message 0 on both sockets", async (t) => {
  const ports = await freePorts();
  const poller = startPoller(t, ports, ["--count", "6", "--curve", `${keys}.client`]);
  await poller.line(/waiting/);
  await startServer(t, ["--interval", "50ms", "--curve", keys], ports);
  assert.equal(await poller.ended, 0);
  assert.deepEqual([values(poller, "PULL")[0], values(poller, "SUB")[0]], [0, 0]);
});

for (const [who, args] of [
  ["without keys", []],
  ["with another server's keys", ["--curve", `${others}.client`]],
] as const) {
  test(`lab poller ${who} is refused, and both sides say so`, async (t) => {
    const { server, ports } = await startServer(t, ["--interval", "20ms", "--curve", keys]);
    const poller = startPoller(t, ports, args);
    for (const socket of ["PULL", "SUB"]) await poller.line(new RegExp(`^${socket}: refused by tcp://127`));
    for (const socket of ["PUSH", "PUB"]) await server.line(new RegExp(`^${socket}: refused a peer: `));
    await server.line(/"push":\{"connects":0,"disconnects":0,"refused":[3-9]/); // it has tried again
    await poller.stop();
    await server.stop();
    assert.deepEqual(messages(poller), []);
    const told = server.stderr.filter((line) => line.startsWith("PUSH: refused"));
    assert.equal(new Set(told).size, told.length, "each reason once");
  });
}

test("lab poller-srv needs --curve or --insecure for an address others can reach", async (t) => {
  const { push, pub } = await freePorts();
  const open = push.replace("127.0.0.1", "0.0.0.0");
  for (const args of [
    ["--push", open, "--pub", pub],
    ["--push", pub, "--pub", open],
  ]) {
    const { exitCode, stdout, stderr } = await lab(["poller-srv", ...args]);
    assert.deepEqual([exitCode, stdout], [2, ""]);
    assert.match(stderr, /^lab: --pu(sh|b) tcp:\/\/0\.0\.0\.0:\d+ lets other machines in: add --curve [^\n]*\n$/);
  }
  for (const args of [["--insecure"], ["--curve", keys]]) {
    const server = startLab(t, ["poller-srv", "--push", open, "--pub", pub, ...args]);
    await server.line(/^Ready: PUSH tcp:\/\/0\.0\.0\.0:\d+, PUB /);
    assert.equal(await server.stop(), 0);
  }
});

test("lab poller --curve refuses a wrong, a readable and a missing key file", async () => {
  const open = join(folder, "open.keys");
  writeFileSync(open, "{}");
  chmodSync(open, 0o644);
  for (const [command, file, says] of [
    ["poller-srv", `${keys}.client`, /must be the server's key file here/],
    ["poller", keys, /must be the client's key file here/],
    ["poller", open, /must be a file that only you can read: chmod 600/],
    ["poller", join(folder, "none"), /must be a file that can be read, got ENOENT/],
  ] as const) {
    const { exitCode, stderr } = await lab([command, "--curve", file]);
    assert.equal(exitCode, 2);
    assert.match(stderr, says);
    assert.match(stderr, /^lab: --curve [^\n]+\n$/);
  }
});
