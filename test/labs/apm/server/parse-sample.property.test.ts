import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isColor } from "../../../../src/labs/apm/color.js";
import type { Sample } from "../../../../src/labs/apm/sample.js";
import { parseSample } from "../../../../src/labs/apm/server/parse-sample.js";
import type { Series } from "../../../../src/labs/apm/server/series.js";
import { SeriesTable } from "../../../../src/labs/apm/server/series-table.js";

const seed = Buffer.from(
  JSON.stringify({
    ...{ color: "red", timestamp: "2026-11-22T23:56:14.123Z", cpu: 12.5, mem: 80.25, id: "4f1c", seq: 7, unsent: 0 },
    ...{ name: "checkout", pid: 4711, host: "atlas", lag: 1.5, heap: 9.5, gc: 0, processes: 1, closing: false },
  }),
);

/** Pieces that have broken parsers before. */
const pieces = fc.constantFrom(
  ...[
    '"',
    "\\",
    "{",
    "}",
    "[",
    "]",
    "null",
    "1e999",
    "-1",
    "-0",
    "__proto__",
    "constructor",
    "toString",
    "\u2028",
    "\n",
  ],
  ...["\u001b[31m", "\ufeff", "<script>", "\\ud800", "NaN", "Infinity", "1e-400", "0x1", "true", ":", ","],
);

/** A part of the seed, replaced by other bytes. */
const mutation = fc.record({
  at: fc.nat(seed.length),
  length: fc.nat(12),
  by: fc.oneof(
    pieces.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
  ),
});

const frame = fc.oneof(
  { weight: 8, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 4 }).map((all) => all.reduce(mutate, seed)) },
  { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
);

function mutate(bytes: Buffer, { at, length, by }: { at: number; length: number; by: Buffer }): Buffer {
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + length)]);
}

test("parseSample lets nothing invalid through in 20,000 mutated samples", () => {
  const prototypes = () => [Object, Array, String, Number].map(({ prototype }) => Reflect.ownKeys(prototype).length);
  const before = prototypes();
  let taken = 0;
  fc.assert(
    fc.property(frame, (bytes) => {
      const parsed = parseSample(bytes);
      if ("sample" in parsed) {
        taken++;
        checkSample(parsed.sample as unknown as Record<string, unknown>);
      }
    }),
    { numRuns: 20_000 },
  );
  assert.deepEqual(prototypes(), before);
  assert.equal(({} as Record<string, unknown>).color, undefined);
  assert.ok(taken > 200 && taken < 19_800, `some are still samples: ${taken}`);
});

function checkSample(sample: Record<string, unknown>): void {
  assert.equal(Object.getPrototypeOf(sample), Object.prototype);
  const unknown = Object.keys(sample).filter((name) => !(name in checks));
  assert.deepEqual(unknown, []);
  for (const name of ["color", "timestamp", "cpu", "mem"]) assert.ok(Object.hasOwn(sample, name), name);
  for (const [name, value] of Object.entries(sample)) assert.ok(checks[name]?.(value), `${name}: ${value}`);
  const written = JSON.stringify(sample);
  assert.doesNotMatch(written, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  checkUpdate(
    new SeriesTable({ historySeconds: 1 }).seriesOf(sample as unknown as Sample),
    sample as unknown as Sample,
  );
}

/** Check the update for /feed: it has no null, and 256 of them fit into a quarter of a MiB. */
function checkUpdate(series: Series | undefined, sample: Sample): void {
  series?.add(sample, 1000.5);
  const written = JSON.stringify(series?.update);
  const { series: key, at, received, lost, joined_at, ...rest } = JSON.parse(written);
  assert.deepEqual(rest, JSON.parse(JSON.stringify(sample)));
  assert.ok(typeof key === "string" && at === 1000.5);
  for (const count of [received, lost, joined_at]) assert.ok(count === undefined || Number.isSafeInteger(count));
  assert.ok(Buffer.byteLength(written) < 1024);
}

const number = (most: number) => (value: unknown) => typeof value === "number" && value >= 0 && value <= most;
const whole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const text = (value: unknown) => typeof value === "string" && value.length > 0 && value.length <= 64;

const checks: Record<string, (value: unknown) => boolean> = {
  color: (value) => typeof value === "string" && isColor(value),
  timestamp: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
  cpu: number(102_400),
  mem: number(2 ** 53),
  id: text,
  seq: whole,
  unsent: whole,
  name: text,
  pid: whole,
  host: text,
  lag: number(86_400_000),
  heap: number(2 ** 53),
  gc: number(86_400_000),
  processes: whole,
  interval: number(86_400_000),
  span: number(2 ** 53),
  cpu_seconds: number(2 ** 53),
  mem_peak: number(2 ** 53),
  wait: number(86_400_000),
  exit_code: whole,
  exit_signal: text,
  command: (value) => typeof value === "string" && value.length > 0 && [...value].length <= 160,
  default_color: (value) => typeof value === "boolean",
  closing: (value) => typeof value === "boolean",
};
