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
