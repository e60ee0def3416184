import "../support/hygiene.js";
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Progress } from "../../src/terminal/progress.js";

/** The line that a Progress of `total` steps draws after 250 of them and two seconds. */
function drawn(
  t: TestContext,
  columns: number | undefined,
  { total = 1000 as number | undefined, term = "xterm", hidden = false } = {},
) {
  const { TERM } = process.env;
  let now = 0;
  const clock = t.mock.method(performance, "now", () => now);
  let written = "";
  const write = (text: string) => {
    written += text;
    return true;
  };
  try {
    process.env.TERM = term;
    const progress = new Progress(total, { stream: { isTTY: true, columns, write } as NodeJS.WriteStream, hidden });
    for (let step = 1; step < 250; step++) progress.step(step % 10 > 0);
    now = 2000;
    progress.step();
  } finally {
    clock.mock.restore();
    if (TERM === undefined) delete process.env.TERM;
    else process.env.TERM = TERM;
  }
  return written.replace(/^\r/, "").replace("\u001b[K", "");
}

const whole = "██████░░░░░░░░░░░░░░░░░░ 250/1000  125/s  24 failed  6 s left";

test("Progress shows a bar and all figures on 80 columns or an unknown width", (t) => {
  for (const columns of [80, 200, 0, undefined]) assert.equal(drawn(t, columns), whole);
});

test("Progress never draws a line as wide as the terminal", (t) => {
  for (let columns = 2; columns < 80; columns++) {
    for (const total of [1000, undefined]) {
      const line = drawn(t, columns, { total });
      assert.ok(line.length > 0 && line.length < columns, `${columns}: ${line}`);
    }
  }
  assert.equal(drawn(t, 50), "███░░░░░░░░░ 250/1000  125/s  24 failed  6 s left");
  assert.equal(drawn(t, 40), "250/1000  125/s  24 failed  6 s left");
  assert.equal(drawn(t, 30), "250/1000  125/s  24 failed");
});

test("Progress draws nothing on a dumb terminal or when hidden", (t) => {
  assert.equal(drawn(t, 80, { term: "dumb" }), "");
  assert.equal(drawn(t, 80, { hidden: true }), "");
});

test("Progress draws by itself each second, with the steps that wait", (t) => {
  let tick = () => {};
  const cleared = t.mock.method(globalThis, "clearInterval");
  t.mock.method(globalThis, "setInterval", (draw: () => void, ms: number) => {
    assert.equal(ms, 1000);
    tick = draw;
    return { unref: () => "its timer" };
  });
  let now = 0;
  const clock = t.mock.method(performance, "now", () => now);
  const written: string[] = [];
  const write = (text: string) => Boolean(written.push(text));
  const { TERM } = process.env;
  process.env.TERM = "xterm";
  const progress = new Progress(10, { stream: { isTTY: true, columns: 80, write } as unknown as NodeJS.WriteStream });
  progress.watch(() => ({ count: 3, longestMs: now }));
  for (now = 1000; now <= 3000; now += 1000) tick();
  progress.clear();
  clock.mock.restore();
  process.env.TERM = TERM;
  assert.deepEqual(
    written.slice(0, 3).map((line) => line.replace(/^\r░* /, "").replace("\u001b[K", "")),
    [1, 2, 3].map((seconds) => `0/10  3 waiting, up to ${seconds} s  0/s`),
  );
  assert.deepEqual(cleared.mock.calls[0]?.arguments, ["its timer"]);
});
