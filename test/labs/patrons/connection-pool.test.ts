import "../../support/hygiene.js";
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Unavailable } from "../../../src/labs/patrons/database.js";
import { limits } from "../../../src/labs/patrons/limits.js";
import { testAtOnce } from "../../support/at-once.js";
import { FreezablePath } from "../../support/freezable-path.js";
import { openOn } from "../../support/patrons-instance.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";
import { until } from "../../support/until.js";

const skip = noPostgres;
const postgres = usePostgres();
const test = testAtOnce(3);

async function pathTo(t: TestContext) {
  const dsn = await postgres.dsn();
  const path = await FreezablePath.open(t, postgres.port);
  return { path, dsn: dsn.replace(`:${postgres.port}/`, `:${path.port}/`) };
}

test("the pool opens as many connections as it may, and each has one query at a time", { skip }, async () => {
  const database = await openOn(await postgres.dsn(), 3);
  try {
    const count = `select count(*)::text as running from pg_stat_activity
      where datname = current_database() and state = 'active' and application_name = 'lab patrons'`;
    const slow = Array.from({ length: 9 }, () => database.query("select pg_sleep(0.2)"));
    const [seen] = await database.query<{ running: string }>(count);
    await Promise.all(slow);
    assert.ok(Number(seen?.running) <= 3, seen?.running);
    const [left] = await database.query<{ n: string }>(
      "select count(*)::text as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    assert.equal(left?.n, "2");
  } finally {
    await database.close();
  }
});

test("beyond 1,000 that wait a query fails at once, and those that wait fail after 2 s", { skip }, async () => {
  const database = await openOn(await postgres.dsn(), 1);
  try {
    const blocker = database.query("select pg_sleep(10)").catch((error) => error);
    const start = performance.now();
    const waiting = Array.from({ length: limits.waiting }, () => database.query("select 1").catch((error) => error));
    assert.equal(database.load.waiting, limits.waiting);
    await assert.rejects(database.query("select 1"), { name: "Unavailable", message: /1000 queries wait/ });
    const errors = await Promise.all([blocker, ...waiting]);
    assert.ok(errors[0] instanceof Unavailable);
    const failed = errors.filter((error) => error instanceof Unavailable).length;
    assert.ok(
      errors.every((each) => each instanceof Unavailable || Array.isArray(each)),
      "the last ones may get the freed slot",
    );
    assert.ok(performance.now() - start > limits.queryMs - 10);
    assert.equal(database.load.refused, failed + 1);
    assert.deepEqual(await database.query("select 1::text as one"), [{ one: "1" }], "it works as before");
  } finally {
    await database.close();
  }
});

test("a query on a frozen connection fails after 2 s, and the next one has a new connection", { skip }, async (t) => {
  const { path, dsn } = await pathTo(t);
  const database = await openOn(dsn, 1);
  try {
    path.freeze();
    const start = performance.now();
    await assert.rejects(database.query("select 1"), { name: "Unavailable", message: /has not answered in 2 s/ });
    assert.ok(performance.now() - start < limits.queryMs + 1500);
    path.thaw();
    assert.deepEqual(await database.query("select 1::text as one"), [{ one: "1" }]);
  } finally {
    await database.close();
  }
});

test("dropIdle() and close() leave no connection", { skip }, async (t) => {
  const { path, dsn } = await pathTo(t);
  const database = await openOn(dsn, 4);
  await Promise.all(Array.from({ length: 4 }, () => database.query("select pg_sleep(0.1)")));
  assert.equal(path.connections, 4);
  database.dropIdle();
  await until("the end of the idle ones", () => path.connections === 0);
  const running = database.query("select pg_sleep(10)").catch((error) => error);
  const listening = await database.listen("chan", () => {});
  await database.close();
  await listening.gone;
  assert.ok((await running) instanceof Unavailable);
  await assert.rejects(database.query("select 1"), Unavailable);
  await until("the end of all", () => path.connections === 0);
});
