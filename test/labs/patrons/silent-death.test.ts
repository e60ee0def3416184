import "../../support/hygiene.js";
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { sleep } from "../../../src/concurrency/index.js";
import { testAtOnce } from "../../support/at-once.js";
import { FreezablePath } from "../../support/freezable-path.js";
import { openOn, type Start, withInstances } from "../../support/patrons-instance.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";
import { until } from "../../support/until.js";

const skip = noPostgres;
const postgres = usePostgres();
const test = testAtOnce(4);

/** An instance whose whole path to the server freezes after a first hit. Then the row changes. */
async function frozen(t: TestContext, start: Start, echo: boolean) {
  const dsn = await postgres.dsn();
  const path = await FreezablePath.open(t, postgres.port);
  const instance = await start(await openOn(dsn.replace(`:${postgres.port}/`, `:${path.port}/`)), { echo });
  const id = await instance.service.create({ name: "Lois", fav_dish: "old" });
  await instance.dish(id);
  assert.deepEqual(await instance.dish(id), ["old", "hit"]);
  path.freeze();
  const frozenAt = performance.now();
  await postgres.sql("update patron set fav_dish = 'new'", dsn);
  path.thaw();
  return { ...instance, id, frozenAt };
}

test(
  "without an echo, a listening connection that died in silence serves the old row for ever",
  {
    skip,
  },
  (t) =>
    withInstances(async (start) => {
      const { service, dish, id } = await frozen(t, start, false);
      await sleep(4000);
      assert.deepEqual(await dish(id), ["old", "hit"]);
      assert.equal(service.listener.state, "listening");
    }),
);

test("a listening connection that died in silence is bypassed within 3 s, and replaced", { skip }, (t) =>
  withInstances(async (start) => {
    const { service, dish, id, frozenAt } = await frozen(t, start, true);
    await until("the bypass", () => {
      const isLate = performance.now() - frozenAt > 3000;
      const isBypassed = service.missState === "bypass";
      assert.ok(isBypassed || !isLate);
      return isBypassed;
    });
    await until("a new connection", () => service.missState === "miss");
    assert.equal(service.listener.counts.connections, 2);
    assert.equal((await dish(id))[0], "new");
    assert.equal(service.listener.counts.lateEchoes, 1);
  }),
);

test(
  "behind a pooler in transaction mode LISTEN succeeds, no event comes, and there is no cache",
  {
    skip,
  },
  () =>
    withInstances(async (start) => {
      const { service, database, dish } = await start(await openOn(await postgres.dsn()));
      const id = await service.create({ name: "Lois", fav_dish: "old" });
      await dish(id);
      database.isDeaf = true;
      await until("the end of a first connection that still had an echo", () => service.listener.state === "away");
      await until("a connection without any echo", () => service.listener.state === "deaf");
      await database.query("update patron set fav_dish = 'new'");
      assert.deepEqual(await dish(id), ["new", "bypass"]);
      database.isDeaf = false;
      await until("an echo", () => service.listener.state === "listening");
      assert.equal(service.missState, "miss");
    }),
);
