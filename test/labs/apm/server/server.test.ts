import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ApmServerEvent, apmServer } from "../../../../src/labs/apm/server/server.js";
import { bindEndpoint } from "../../../../src/zeromq/endpoint.js";
import { latch } from "../../../support/latch.js";
import { setLimits } from "../../../support/limits.js";
import { RawPublisher } from "../../../support/publisher.js";

test("apmServer drops a series that was silent for too long, but no other", async (t) => {
  setLimits(t, { idleMs: 1500 });
  const ready = latch<Extract<ApmServerEvent, { type: "ready" }>>();
  const left = latch();
  const publisher = new RawPublisher();
  t.after(() => publisher.close());
  const series: number[] = [];
  const emit = (event: ApmServerEvent) => {
    if (event.type === "ready") ready.open(event);
    if (event.type !== "status") return;
    series.push(event.series);
    if ((series.includes(2) && event.series === 1) || series.length === 8) left.open();
    else void publisher.sample({ id: "lively" });
  };
  const stop = new AbortController();
  const options = { collect: bindEndpoint("tcp://127.0.0.1:0"), host: "127.0.0.1", port: 0, historySeconds: 10 };
  const serving = apmServer(options, { signal: stop.signal, emit });
  await publisher.join((await ready.passed).collect);
  await publisher.sample({ id: "silent" });
  await publisher.sample({ id: "lively" });
  await left.passed;
  stop.abort();
  await serving;
  assert.equal(series.at(-1), 1, `series each second: ${series.join()}`);
});
