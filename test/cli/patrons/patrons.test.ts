import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { startPatrons } from "../../support/patrons.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";
import { until } from "../../support/until.js";

const skip = noPostgres;
const postgres = usePostgres();

test("lab patrons creates, reads, replaces and deletes a patron", { skip }, async (t) => {
  const { ask, running } = await startPatrons(t, ["--dsn", await postgres.dsn()]);
  const created = await ask("POST", "/patron", { name: "Lois", fav_dish: "pizza" });
  assert.deepEqual([created.status, created.json], [201, { msg: "ok", id: 1 }]);
  for (const cache of ["miss", "hit"]) {
    const { status, headers, json } = await ask("GET", "/patron/1");
    assert.deepEqual([status, headers["x-cache"]], [200, cache]);
    assert.deepEqual(json, { id: 1, name: "Lois", fav_dish: "pizza" });
  }
  assert.equal((await ask("PUT", "/patron/1", { name: "Lois", fav_dish: "rice" })).status, 200);
  assert.equal((await ask("GET", "/patron/1")).json?.fav_dish, "rice");
  assert.equal((await ask("DELETE", "/patron/1")).status, 200);
  for (const method of ["GET", "DELETE"]) assert.equal((await ask(method, "/patron/1")).status, 404, method);
  assert.equal(await running.stop("SIGTERM"), 0);
});

test("a hit makes no query, and /metrics counts hits, queries, events and echoes", { skip }, async (t) => {
  const dsn = await postgres.dsn();
  const { ask, metrics } = await startPatrons(t, ["--dsn", dsn]);
  await ask("POST", "/patron", { name: "Lois", fav_dish: "pizza" });
  await ask("GET", "/patron/1");
  const before = await metrics();
  for (let i = 0; i < 50; i++) assert.equal((await ask("GET", "/patron/1")).headers["x-cache"], "hit");
  const hits = 'lab_patrons_reads_total{cache="hit"}';
  let now = before;
  await until("the next text", async () => {
    now = await metrics();
    return (now[hits] ?? 0) === (before[hits] ?? 0) + 50;
  });
  assert.equal(now.lab_patrons_queries_total, before.lab_patrons_queries_total);
  await postgres.sql("update patron set fav_dish = 'rice'", dsn);
  await until("the event", async () => (await ask("GET", "/patron/1")).json?.fav_dish === "rice");
  await until("its count", async () => (await metrics()).lab_patrons_corrections_total === 1);
  const { lab_patrons_echoes_total: echoes = 0, lab_patrons_cache_usable: usable } = await metrics();
  assert.ok(echoes > 0 && usable === 1);
});

test("two instances agree after each write, whichever answers it", { skip }, async (t) => {
  const dsn = await postgres.dsn();
  const [one, other] = [await startPatrons(t, ["--dsn", dsn]), await startPatrons(t, ["--dsn", dsn])];
  await one.ask("POST", "/patron", { name: "Lois", fav_dish: "dish 0" });
  for (let i = 1; i <= 20; i++) {
    const [writer, reader] = i % 2 === 0 ? [one, other] : [other, one];
    await reader.ask("GET", "/patron/1");
    await writer.ask("PUT", "/patron/1", { name: "Lois", fav_dish: `dish ${i}` });
    assert.equal((await writer.ask("GET", "/patron/1")).json?.fav_dish, `dish ${i}`, "its own write");
    await until("the event", async () => (await reader.ask("GET", "/patron/1")).json?.fav_dish === `dish ${i}`);
  }
});

test("DELETE /cache clears the caches of all instances", { skip }, async (t) => {
  const dsn = await postgres.dsn();
  const [one, other] = [await startPatrons(t, ["--dsn", dsn]), await startPatrons(t, ["--dsn", dsn])];
  await one.ask("POST", "/patron", { name: "Lois", fav_dish: "pizza" });
  for (const { ask } of [one, other]) await ask("GET", "/patron/1");
  await postgres.sql("set session_replication_role = replica; update patron set fav_dish = 'unseen'", dsn);
  for (const { ask } of [one, other]) assert.equal((await ask("GET", "/patron/1")).json?.fav_dish, "pizza");
  assert.equal((await one.ask("DELETE", "/cache")).status, 200);
  for (const { ask } of [one, other])
    await until("the event", async () => (await ask("GET", "/patron/1")).json?.fav_dish === "unseen");
});
