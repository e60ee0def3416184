import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenStream } from "../../../src/concurrency/mapping/result-stream.js";
import { LatchedMapper } from "../../support/latch.js";

const letters = ["a", "b", "c", "d", "e"];

for (const ordered of [true, false]) {
  test(`OpenStream.undelivered() has the results from before and after an abort (ordered: ${ordered})`, async () => {
    const mapper = new LatchedMapper();
    const controller = new AbortController();
    const { signal } = controller;
    const stream = new OpenStream(letters, mapper.map, { concurrency: 5, ordered, signal });
    const first = stream.next();
    for (const letter of ["e", "c", "d"]) await mapper.finish(letter);
    if (!ordered) assert.deepEqual(await first, { done: false, value: "E" });
    const reason = new Error("enough");
    controller.abort(reason);
    for (const letter of ["b", "a"]) void mapper.finish(letter);
    await assert.rejects(ordered ? first : stream.next(), (error) => error === reason);
    assert.deepEqual(stream.undelivered(), ordered ? ["A", "B", "C", "D", "E"] : ["C", "D", "B", "A"]);
  });
}
