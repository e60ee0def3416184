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

test("parseSample takes the four required fields and all the optional ones", () => {
  assert.deepEqual(parse(good), { sample: good });
  assert.deepEqual(parse(full), { sample: full });
});

test("parseSample builds a fresh object of the known fields only", () => {
  assert.deepEqual(parse({ ...good, secret: "x", nested: { deep: [1] } }), { sample: good });
  const deep = "[".repeat(30_000);
  assert.deepEqual(parse(`{"color":${deep}`), { reason: "json" });
  assert.deepEqual(parse(`{"extra":${deep}${"]".repeat(30_000)},${JSON.stringify(good).slice(1)}`), { sample: good });
});

const bad: readonly (readonly [what: string, reason: string, value: unknown])[] = [
  ["text that is not JSON", "json", "{not json"],
  ["an unfinished object", "json", '{"color":"red"'],
  ["a bare NaN", "json", "NaN"],
  ...[[], null, 1, "x", true].map((value) => [JSON.stringify(value), "shape", JSON.stringify(value)] as const),
  ...(["color", "timestamp", "cpu", "mem"] as const).flatMap((field) => {
    const { [field]: _, ...rest } = good;
    return [
      [`no ${field}`, "field", rest] as const,
      [`a ${field} of null`, "field", { ...good, [field]: null }] as const,
      [`a ${field} of []`, "field", { ...good, [field]: [] }] as const,
    ];
  }),
  ["a cpu in quotes", "field", { ...good, cpu: "5" }],
  ["a mem of true", "field", { ...good, mem: true }],
  ["a seq in quotes", "field", { ...good, seq: "1" }],
  ["a closing of 1", "field", { ...good, closing: 1 }],
  ["a cpu of NaN", "json", '{"color":"red","timestamp":"2026-11-22T23:56:14Z","cpu":NaN,"mem":1}'],
  ["a cpu of 1e999", "range", '{"color":"red","timestamp":"2026-11-22T23:56:14Z","cpu":1e999,"mem":1}'],
  ["a cpu of -0.1", "range", { ...good, cpu: -0.1 }],
  ["a cpu of 102400.1", "range", { ...good, cpu: 102_400.1 }],
  ["a mem of 2 ** 54", "range", { ...good, mem: 2 ** 54 }],
  ["a mem of -1", "range", { ...good, mem: -1 }],
  ["a lag of -1", "range", { ...good, lag: -1 }],
  ["a seq of 1.5", "range", { ...good, seq: 1.5 }],
  ["a seq of 2 ** 53", "range", { ...good, seq: 2 ** 53 }],
  ["a pid of 0", "range", { ...good, pid: 0 }],
  ["-1 processes", "range", { ...good, processes: -1 }],
  ["a timestamp of yesterday", "field", { ...good, timestamp: "yesterday" }],
  ["a timestamp of 1e300", "range", { ...good, timestamp: 1e300 }],
  ["a color of __proto__", "field", { ...good, color: "__proto__" }],
  ["a color of constructor", "field", { ...good, color: "constructor" }],
  ["a color in __proto__", "field", '{"__proto__":{"color":"red"},"timestamp":"2026-11-22T23:56:14Z","cpu":1,"mem":1}'],
  ["a color of HTML", "field", { ...good, color: "<img src=x onerror=alert(1)>" }],
  ["a color of url()", "field", { ...good, color: "url(http://x)" }],
  ["a color of four hex digits", "field", { ...good, color: "#ff00" }],
  ["a color with a semicolon", "field", { ...good, color: "red;" }],
  ...["\n", "\u001b[31m", "\u202e", "\u2028", "\ud800", "\u0000"].flatMap((text) => {
    const code = `U+${text.charCodeAt(0).toString(16)}`;
    return [
      [`a name with ${code}`, "field", { ...good, name: `a${text}b` }] as const,
      [`a host with ${code}`, "field", { ...good, host: `a${text}b` }] as const,
      [`an id with ${code}`, "field", { ...good, id: `a${text}b` }] as const,
      [`a color with ${code}`, "field", { ...good, color: `red${text}` }] as const,
      [`a timestamp with ${code}`, "field", { ...good, timestamp: `${good.timestamp}${text}` }] as const,
    ];
  }),
  ["a name of 65 characters", "field", { ...good, name: "x".repeat(65) }],
  ["an empty name", "field", { ...good, name: "" }],
  ["an empty frame", "empty", ""],
];

for (const [what, reason, value] of bad) {
  test(`parseSample refuses ${what} as ${reason}`, () => {
    assert.deepEqual(parse(value), { reason });
  });
}

test("parseSample refuses bytes that are not UTF-8", () => {
  for (const bytes of [[0xff], [0xc3, 0x28], [0x00, 0xd8]]) {
    const { reason } = parseSample(Buffer.from(bytes)) as { reason: string };
    assert.ok(reason === "utf8" || bytes[0] === 0, String(bytes));
  }
  const latin1 = Buffer.from(JSON.stringify({ ...good, name: "é" }), "latin1");
  assert.deepEqual(parseSample(latin1), { reason: "utf8" });
});

test("parseSample takes any clock: 1970, 9999, and time.time() in seconds", () => {
  for (const timestamp of ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59+00:00", "2026-11-22T23:56"]) {
    assert.deepEqual(parse({ ...good, timestamp }), { sample: { ...good, timestamp } });
  }
  const seconds = parse({ ...good, timestamp: 1_763_855_774.5 });
  assert.deepEqual(seconds, { sample: { ...good, timestamp: "2025-11-22T23:56:14.500Z" } });
});

test("parseSample takes every form of a colour, and red in any case", () => {
  for (const color of ["red", "rebeccapurple", "#abc", "#a1b2c3"]) {
    assert.deepEqual(parse({ ...good, color }), { sample: { ...good, color } });
  }
  assert.deepEqual(parse({ ...good, color: "RED" }), { sample: good });
});

test("parseSample does not read beyond its bytes", () => {
  const bytes = Buffer.from(`garbage${JSON.stringify(good)}garbage`);
  assert.deepEqual(parseSample(bytes.subarray(7, -7)), { sample: good });
});
