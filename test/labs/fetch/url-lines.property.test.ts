import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseUrlLine, type RawLine, rawLines } from "../../../src/labs/fetch/url-lines.js";
import { anyText } from "../../support/any-text.js";

async function* chunked(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const to of [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)) {
    yield bytes.subarray(from, to);
    from = to;
  }
}

async function read(bytes: Buffer, cuts: readonly number[] = []): Promise<RawLine[]> {
  const lines: RawLine[] = [];
  for await (const batch of rawLines(chunked(bytes, cuts))) lines.push(...batch);
  return lines;
}

const line = fc.oneof(
  anyText.map((text) => text.replace(/[\r\n]/g, "")),
  fc.webUrl(),
  fc.constantFrom("", "x".repeat(8191), "x".repeat(8192), "x".repeat(8193), "ü".repeat(5000), "x".repeat(30_000)),
);

test("rawLines gives each line once for any chunks and line ends", async () => {
  const list = fc.array(line, { maxLength: 20 });
  const property = fc.asyncProperty(
    list,
    fc.array(fc.nat()),
    fc.boolean(),
    fc.boolean(),
    fc.boolean(),
    async (lines, cuts, crlf, open, marked) => {
      const end = crlf ? "\r\n" : "\n";
      const last = lines.at(-1) === "" || !open ? end : ""; // an empty last line without an end is not a line
      const mark = marked ? "\ufeff" : "";
      const bytes = Buffer.from(lines.length > 0 ? mark + lines.join(end) + last : "");
      const read1 = await read(bytes, cuts);
      assert.equal(read1.length, lines.length);
      for (const [index, got] of read1.entries()) {
        const wanted = (index === 0 && !marked ? lines[0]?.replace(/^\ufeff/, "") : lines[index]) ?? "";
        assert.equal(typeof got === "string", Buffer.byteLength(wanted) <= 8192);
        if (typeof got === "string") assert.equal(got, Buffer.from(wanted).toString());
      }
    },
  );
  await fc.assert(property, { numRuns: 300 });
});

test("rawLines takes a line of 8192 bytes and refuses one of 8193", async () => {
  for (const end of ["\n", "\r\n", ""]) {
    for (const cuts of [[], [1], [8192], [8193], [8195], [8196], [8197], [100, 8000, 8194]]) {
      for (const mark of ["", "\ufeff"]) {
        assert.deepEqual(await read(Buffer.from(mark + "x".repeat(8192) + end), cuts), ["x".repeat(8192)]);
        assert.deepEqual(await read(Buffer.from(mark + "x".repeat(8193) + end), cuts), [
          [`${"x".repeat(80)}…`, "a line of more than 8192 bytes"],
        ]);
      }
    }
  }
});

test("rawLines shows what stood in a line that is not UTF-8", async () => {
  const bytes = Buffer.concat([
    Buffer.from("http://h/ü"),
    Buffer.of(0xfc, 0xc3),
    Buffer.from("\ufffd\nhttp://h/\ufffd"),
  ]);
  assert.deepEqual(await read(bytes), [["http://h/ü\\xfc\\xc3\ufffd", "a line that is not UTF-8"], "http://h/\ufffd"]);
});

test("parseUrlLine takes no line for another URL", () => {
  const flaws = {
    "http://h/a\tlabel": "there is a tab or a line end in it",
    "http://h/a\rhttp://h/b": "there is a tab or a line end in it",
    "http://h/a\u0001": "there is a control character around it",
    " \u0001 http://h/a": "there is a control character around it",
    "http://h/a\t ": "there is a tab or a line end in it",
    "http:\\\\h/a": "there must be // and a host after the scheme",
    "http:///h/a": "there must be // and a host after the scheme",
    "http:h": "there must be // and a host after the scheme",
    "http://h\\a": "there is a backslash in it",
    "http://h/a\\b?c": "there is a backslash in it",
    "http://12345/": "its host would become 0.0.48.57",
    "http://ex%41mple/": "its host would become example",
    "http://exam\u00adple/": "its host would become example",
    "http://\uff45xample/": "its host would become example",
  };
  for (const [text, why] of Object.entries(flaws)) {
    const { error, text: kept } = parseUrlLine(text, 0);
    assert.deepEqual([error?.class, kept], ["bad_url", text]);
    assert.ok(error?.message.endsWith(`: ${why}`), error?.message);
  }
});

test("parseUrlLine takes a URL whose characters are only encoded", () => {
  for (const text of [
    "http://h",
    "HTTP://H:80/A b?c\\d#e\\f",
    "http://u:p@h:8080/ü",
    "https://münchen.example/ß",
    "http://MÜNCHEN.example/",
    "http://xn--mnchen-3ya.example/",
    "http://[::0:1]/",
    "http://127.0.0.1/../a",
    "http://h/\ufffd",
    "http://h?q",
    "  http://h/a ",
  ]) {
    assert.equal(parseUrlLine(text, 0).error, undefined, text);
  }
});

test("parseUrlLine gives either a URL or an error, and never throws", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.webUrl()), fc.nat(), (text, index) => {
      const parsed = parseUrlLine(text, index);
      assert.equal(parsed.index, index);
      assert.equal(parsed.url === undefined, parsed.error !== undefined);
      if (parsed.url) assert.match(parsed.url.protocol, /^https?:$/);
      if (parsed.error) assert.ok(parsed.error.message.length < 600);
    }),
  );
});
