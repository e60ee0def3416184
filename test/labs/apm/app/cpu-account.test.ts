import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { CpuAccount, type CpuUse } from "../../../../src/labs/apm/app/cpu-account.js";

/** `pid: [ppid, own ms, reaped ms, start]` */
function look(uses: Record<number, [ppid: number, ownMs: number, reapedMs: number, start?: number]>) {
  return new Map(
    Object.entries(uses).map(([pid, [ppid, ownMs, reapedMs, start = 1]]): [number, CpuUse] => [
      Number(pid),
      { ppid, ownMs, reapedMs, start },
    ]),
  );
}

test("CpuAccount.add counts what was used since the last look, of new processes all of it", () => {
  const account = new CpuAccount(look({ 1: [0, 500, 300] }));
  assert.equal(account.add(look({ 1: [0, 510, 300], 2: [1, 40, 5] })), 55);
  assert.equal(account.add(look({ 1: [0, 510, 300], 2: [1, 50, 5] })), 10);
});

test("CpuAccount.add counts a process that came and went between two looks, by its parent", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0] }));
  assert.equal(account.add(look({ 1: [0, 0, 70] })), 70);
});

test("CpuAccount.add counts of a process that ended only what was not counted before", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0] }));
  assert.equal(account.add(look({ 1: [0, 0, 0], 2: [1, 900, 0] })), 900);
  assert.equal(account.add(look({ 1: [0, 0, 920] })), 20);
  assert.equal(account.add(look({ 1: [0, 0, 930] })), 10);
});

test("CpuAccount.add gives what two generations used to the one that is left", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0], 2: [1, 100, 0], 3: [2, 200, 0] }));
  assert.equal(account.add(look({ 1: [0, 0, 305] })), 5);
});

test("CpuAccount.add waits a look for a parent that has not waited for its child yet", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0], 2: [1, 500, 0] }));
  assert.equal(account.add(look({ 1: [0, 0, 0] })), 0);
  assert.equal(account.add(look({ 1: [0, 0, 510] })), 10);
});

test("CpuAccount.add does not charge others for a child that left the tree, or was never waited for", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0], 2: [1, 500, 0] }));
  assert.equal(account.add(look({ 1: [0, 30, 0] })), 30);
  assert.equal(account.add(look({ 1: [0, 60, 0] })), 30);
  assert.equal(account.add(look({ 1: [0, 60, 40] })), 40);
});

test("CpuAccount.add takes a later process of the same number for a new one", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0], 2: [1, 500, 0] }));
  assert.equal(account.add(look({ 1: [0, 0, 500], 2: [1, 7, 0, 99] })), 7);
});
