import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { CpuAccount, type CpuUse } from "../../../../src/labs/apm/app/cpu-account.js";

/** Processes by pid, each `[ppid, own ms, reaped ms, start]`. */
function look(uses: Record<number, [ppid: number, ownMs: number, reapedMs: number, start?: number]>) {
  return new Map(
    Object.entries(uses).map(([pid, [ppid, ownMs, reapedMs, start = 1]]): [number, CpuUse] => [
      Number(pid),
      { ppid, ownMs, reapedMs, start },
    ]),
  );
}

test("CpuAccount.add() counts the use since the last look, and all of a new process", () => {
  const account = new CpuAccount(look({ 1: [0, 500, 300] }));
  assert.equal(account.add(look({ 1: [0, 510, 300], 2: [1, 40, 5] })), 55);
  assert.equal(account.add(look({ 1: [0, 510, 300], 2: [1, 50, 5] })), 10);
});

test("CpuAccount.add() counts a process between two looks through its parent", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0] }));
  assert.equal(account.add(look({ 1: [0, 0, 70] })), 70);
});

test("CpuAccount.add() counts only the uncounted rest of an ended process", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0] }));
  assert.equal(account.add(look({ 1: [0, 0, 0], 2: [1, 900, 0] })), 900);
  assert.equal(account.add(look({ 1: [0, 0, 920] })), 20);
  assert.equal(account.add(look({ 1: [0, 0, 930] })), 10);
});

test("CpuAccount.add() charges two ended generations to the remaining process", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0], 2: [1, 100, 0], 3: [2, 200, 0] }));
  assert.equal(account.add(look({ 1: [0, 0, 305] })), 5);
});

test("CpuAccount.add() waits a look for a parent that has not reaped its child", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0], 2: [1, 500, 0] }));
  assert.equal(account.add(look({ 1: [0, 0, 0] })), 0);
  assert.equal(account.add(look({ 1: [0, 0, 510] })), 10);
});

test("CpuAccount.add() charges nobody for a child that left or was never reaped", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0], 2: [1, 500, 0] }));
  assert.equal(account.add(look({ 1: [0, 30, 0] })), 30);
  assert.equal(account.add(look({ 1: [0, 60, 0] })), 30);
  assert.equal(account.add(look({ 1: [0, 60, 40] })), 40);
});

test("CpuAccount.add() takes a reused pid for a new process", () => {
  const account = new CpuAccount(look({ 1: [0, 0, 0], 2: [1, 500, 0] }));
  assert.equal(account.add(look({ 1: [0, 0, 500], 2: [1, 7, 0, 99] })), 7);
});
