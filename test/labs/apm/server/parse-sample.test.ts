import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSample } from "../../../../src/labs/apm/server/parse-sample.js";

const good = { color: "red", timestamp: "2026-11-22T23:56:14.123456+00:00", cpu: 12.5, mem: 80.25 };
const full = {
  ...good,
  ...{
    id: "4f1c",
    seq: 0,
    unsent: 3,
    name: "checkout é",
    pid: 1,
    host: "atlas",
    lag: 0.5,
    heap: 9,
    gc: 0,
    processes: 2,
  },
  closing: true,
};

function parse(value: unknown) {
  return parseSample(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));
}

test("parseSample takes the four fields that are needed, and all that may come with them", () => {
  assert.deepEqual(parse(good), { sample: good });
  assert.deepEqual(parse(full), { sample: full });
});

test("row 7: parseSample builds a fresh object of the fields it knows, and says nothing of others", () => {
  assert.deepEqual(parse({ ...good, secret: "x", nested: { deep: [1] } }), { sample: good });
  const deep = "[".repeat(30_000);
  assert.deepEqual(parse(`{"color":${deep}`), { reason: "json" });
  assert.deepEqual(parse(`{"extra":${deep}${"]".repeat(30_000)},${JSON.stringify(good).slice(1)}`), { sample: good });
});

const bad: readonly (readonly [row: string, reason: string, value: unknown])[] = [
  ["1", "json", "{not json"],
  ["1", "json", '{"color":"red"'],
  ["1", "json", "NaN"],
  ...[[], null, 1, "x", true].map((value) => ["2", "shape", JSON.stringify(value)] as const),
  ...(["color", "timestamp", "cpu", "mem"] as const).flatMap((field) => {
    const { [field]: _, ...rest } = good;
    return [
      ["2", "field", rest] as const,
      ["2", "field", { ...good, [field]: null }] as const,
      ["2", "field", { ...good, [field]: [] }] as const,
    ];
  }),
  ["2", "field", { ...good, cpu: "5" }],
  ["2", "field", { ...good, mem: true }],
  ["2", "field", { ...good, seq: "1" }],
  ["2", "field", { ...good, closing: 1 }],
  ["3", "json", '{"color":"red","timestamp":"2026-11-22T23:56:14Z","cpu":NaN,"mem":1}'],
  ["3", "range", '{"color":"red","timestamp":"2026-11-22T23:56:14Z","cpu":1e999,"mem":1}'],
  ["3", "range", { ...good, cpu: -0.1 }],
  ["3", "range", { ...good, cpu: 102_400.1 }],
  ["3", "range", { ...good, mem: 2 ** 54 }],
  ["3", "range", { ...good, mem: -1 }],
  ["3", "range", { ...good, lag: -1 }],
  ["3", "range", { ...good, seq: 1.5 }],
  ["3", "range", { ...good, seq: 2 ** 53 }],
  ["3", "range", { ...good, pid: 0 }],
  ["3", "range", { ...good, processes: -1 }],
  ["4", "field", { ...good, timestamp: "yesterday" }],
  ["4", "range", { ...good, timestamp: 1e300 }],
  ["8", "field", { ...good, color: "__proto__" }],
  ["8", "field", { ...good, color: "constructor" }],
  ["8", "field", '{"__proto__":{"color":"red"},"timestamp":"2026-11-22T23:56:14Z","cpu":1,"mem":1}'],
  ["9", "field", { ...good, color: "<img src=x onerror=alert(1)>" }],
  ["9", "field", { ...good, color: "url(http://x)" }],
  ["9", "field", { ...good, color: "#ff00" }],
  ["9", "field", { ...good, color: "red;" }],
  ...["\n", "\u001b[31m", "\u202e", "\u2028", "\ud800", "\u0000"].flatMap((text) => [
    ["10", "field", { ...good, name: `a${text}b` }] as const,
    ["10", "field", { ...good, host: `a${text}b` }] as const,
    ["10", "field", { ...good, id: `a${text}b` }] as const,
    ["10", "field", { ...good, color: `red${text}` }] as const,
    ["10", "field", { ...good, timestamp: `${good.timestamp}${text}` }] as const,
  ]),
  ["10", "field", { ...good, name: "x".repeat(65) }],
  ["10", "field", { ...good, name: "" }],
  ["11", "empty", ""],
];

for (const [row, reason, value] of bad) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  test(`row ${row}: parseSample refuses ${JSON.stringify(text).slice(0, 90)} as ${reason}`, () => {
    assert.deepEqual(parse(value), { reason });
  });
}

test("row 11: parseSample refuses what is not UTF-8", () => {
  for (const bytes of [[0xff], [0xc3, 0x28], [0x00, 0xd8]]) {
    const { reason } = parseSample(Buffer.from(bytes)) as { reason: string };
    assert.ok(reason === "utf8" || bytes[0] === 0, String(bytes));
  }
  const latin1 = Buffer.from(JSON.stringify({ ...good, name: "é" }), "latin1");
  assert.deepEqual(parseSample(latin1), { reason: "utf8" });
});

test("row 4: parseSample takes any clock: 1970, the far future, and the seconds of time.time()", () => {
  for (const timestamp of ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59+00:00", "2026-11-22T23:56"]) {
    assert.deepEqual(parse({ ...good, timestamp }), { sample: { ...good, timestamp } });
  }
  const seconds = parse({ ...good, timestamp: 1_763_855_774.5 });
  assert.deepEqual(seconds, { sample: { ...good, timestamp: "2025-11-22T23:56:14.500Z" } });
});

test("parseSample takes every form of a colour, and knows red by one name", () => {
  for (const color of ["red", "rebeccapurple", "#abc", "#a1b2c3"]) {
    assert.deepEqual(parse({ ...good, color }), { sample: { ...good, color } });
  }
  assert.deepEqual(parse({ ...good, color: "RED" }), { sample: good });
});

test("parseSample does not look beyond its bytes", () => {
  const bytes = Buffer.from(`garbage${JSON.stringify(good)}garbage`);
  assert.deepEqual(parseSample(bytes.subarray(7, -7)), { sample: good });
});
