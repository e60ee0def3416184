import "../../support/hygiene.js";
import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { test } from "node:test";
import { Lookups } from "../../../src/http/client/lookups.js";

const both: LookupAddress[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

function counting(answer: (name: string) => Promise<LookupAddress[]>) {
  const asked: string[] = [];
  const lookups = new Lookups((name) => {
    asked.push(name);
    return answer(name);
  });
  return { asked, ask: (name: string) => lookups.addressesOf(name) };
}

test("Lookups asks once per name for all waiting callers", async () => {
  const { asked, ask } = counting(async () => both);
  const all = await Promise.all([ask("a"), ask("a"), ask("b")]);
  assert.deepEqual(all, [both, both, both]);
  assert.deepEqual(asked, ["a", "b"]);
});

test("Lookups asks again after a failed look-up", async () => {
  let nth = 0;
  const { asked, ask } = counting(async () => {
    if (++nth === 1) throw new Error("not found");
    return both;
  });
  await assert.rejects(ask("a"), /not found/);
  assert.deepEqual(await ask("a"), both);
  assert.deepEqual(asked, ["a", "a"]);
});

test("Lookups forgets the oldest name beyond 4,096", async () => {
  const { asked, ask } = counting(async () => both);
  for (let i = 0; i <= 4096; i++) await ask(`${i}`);
  await ask("1");
  await ask("0");
  assert.deepEqual(asked.slice(4097), ["0"]);
});
