import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { JobList } from "../../../src/labs/fetch/job-list.js";

async function texts(jobs: JobList): Promise<string[]> {
  const all: string[] = [];
  for await (const { index, text } of jobs) all.push(`${index} ${text}`);
  return all;
}

const source = () => [["a", "b"], [], ["c"]];

test("JobList repeats the list and counts the index on", async () => {
  assert.deepEqual(await texts(new JobList(source, { repeat: 2 })), ["0 a", "1 b", "2 c", "3 a", "4 b", "5 c"]);
});

test("JobList stops at `most` and closes its input, and an empty list ends", async () => {
  let closed = false;
  async function* watched() {
    try {
      yield ["a", "b"];
    } finally {
      closed = true;
    }
  }
  assert.deepEqual(await texts(new JobList(watched, { repeat: Number.POSITIVE_INFINITY, most: 1 })), ["0 a"]);
  assert.ok(closed);
  assert.deepEqual(await texts(new JobList(() => [], { repeat: Number.POSITIVE_INFINITY })), []);
});

test("JobList reads a batch only when the previous one is used up", async () => {
  let read = 0;
  async function* counted() {
    for (;;) yield [`${read++}`, "x"];
  }
  const jobs = new JobList(counted, {});
  await jobs.next();
  await jobs.next();
  assert.equal(read, 1);
  await jobs.next();
  assert.equal(read, 2);
  await jobs.return();
});

test("JobList begins no pass after endAt, but finishes the current one", async () => {
  const all = await texts(new JobList(source, { repeat: 1000, endAt: 0 }));
  assert.deepEqual(all, ["0 a", "1 b", "2 c"]);
});
