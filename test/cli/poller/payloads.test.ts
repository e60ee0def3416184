import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { Push } from "zeromq";
import { testAtOnce } from "../../support/at-once.js";
import { freePorts, messages } from "../../support/poller.js";
import { startLab } from "../../support/running-lab.js";

const test = testAtOnce(3);

const payloads: readonly (readonly [frames: (string | Buffer)[], line: string, fields: Record<string, unknown>])[] = [
  [["0"], "0", { value: 0 }],
  [["null"], "null", { value: null }],
  [["false"], "false", { value: false }],
  [['""'], '""', { value: "" }],
  [[""], "(empty)", { value: "", encoding: "text" }],
  [['{"a":\n[1]}'], '{"a": [1]}', { value: { a: [1] } }],
  [
    ["hello\u001b[31m\r\n\u2028"],
    "hello\\u{1b}[31m\\u{d}\\u{a}\\u{2028}",
    { value: "hello\u001b[31m\r\n\u2028", encoding: "text" },
  ],
  [[Buffer.from([0xff, 0x00])], "(hex) ff00", { value: "ff00", encoding: "hex" }],
  [
    ["weather", '{"t":21}'],
    'weather | {"t":21}',
    { value: ["weather", { t: 21 }], frames: 2, encoding: ["text", "json"] },
  ],
  [["x".repeat(2000)], `${"x".repeat(999)}… (2000 characters)`, { value: "x".repeat(2000), encoding: "text" }],
];

test("lab poller shows any payload escaped on one line, and whole with --json", async (t) => {
  for (const json of [false, true]) {
    const { push: address, pub } = await freePorts();
    const args = ["--pull", address, "--sub", pub, "--count", String(payloads.length), ...(json ? ["--json"] : [])];
    const poller = startLab(t, ["poller", ...args]);
    const push = new Push({ linger: 1000 });
    await push.bind(address);
    for (const [frames] of payloads) await push.send(frames);
    assert.equal(await poller.ended, 0);
    push.close();
    for (const [i, [, line, fields]] of payloads.entries()) {
      assert.doesNotMatch(poller.stdout[i] ?? "", /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      if (!json) assert.equal(poller.stdout[i], `Via PULL: ${line}`);
      else {
        const { via, seq, at, ...rest } = messages(poller)[i] ?? {};
        assert.deepEqual([via, seq, typeof at, rest], ["PULL", i, "string", fields]);
      }
    }
  }
});

test("lab poller --json keeps numbers beyond the range of JavaScript", async (t) => {
  const { push: address, pub } = await freePorts();
  const poller = startLab(t, ["poller", "--json", "--pull", address, "--sub", pub, "--count", "1"]);
  const push = new Push({ linger: 1000 });
  await push.bind(address);
  await push.send("12345678901234567890");
  await poller.ended;
  push.close();
  await poller.line(/"value":12345678901234567890,/);
});
