import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothKinds, type OpenDatabase, type Start, withInstances } from "../../support/patrons-instance.js";
import { usePostgres } from "../../support/postgres.js";
import { until } from "../../support/until.js";

const kinds = bothKinds(usePostgres());

/** A SELECT has the row of before, and returns after the event of the change. The dish that the next reader gets. */
async function overtaken(start: Start, open: OpenDatabase, versions: boolean) {
  const { service, database, dish } = await start(await open(), { versions });
  const id = await service.create({ name: "Lois", fav_dish: "old" });
  const select = database.holdNext(/^select id/);
  const reader = dish(id);
  await select.answered;
  await database.query("update patron set fav_dish = 'new'");
  await until("the events of the INSERT and the UPDATE", () => service.listener.counts.events === 2);
  select.release();
  assert.deepEqual(await reader, ["old", "miss"], "it began before the change");
  return { next: await dish(id), service };
}

for (const { on, skip, open, rounds } of kinds) {
  test(`without versions, a slow SELECT that returns after an event is served for ever ${on}`, { skip }, () =>
    withInstances(async (start) => {
      for (let i = 0; i < rounds; i++) assert.deepEqual((await overtaken(start, open, false)).next, ["old", "hit"]);
    }),
  );

  test(`a SELECT that is older than an event is not kept ${on}`, { skip }, () =>
    withInstances(async (start) => {
      for (let i = 0; i < rounds; i++) {
        const { next, service } = await overtaken(start, open, true);
        assert.deepEqual(next, ["new", "miss"]);
        assert.deepEqual([service.cache.counts.dropped, service.cache.versions], [1, 0]);
      }
    }),
  );

  test(`a reader who comes after an event does not share a SELECT from before it ${on}`, { skip }, () =>
    withInstances(async (start) => {
      const { service, database, dish } = await start(await open());
      const id = await service.create({ name: "Lois", fav_dish: "old" });
      const select = database.holdNext(/^select id/);
      const early = dish(id);
      await select.answered;
      await service.replace(id, { name: "Lois", fav_dish: "new" });
      assert.deepEqual(await dish(id), ["new", "miss"]);
      select.release();
      await early;
      assert.deepEqual(await dish(id), ["new", "hit"], "the older SELECT, which returned last, replaced nothing");
    }),
  );

  test(`an answer to an older write does not overwrite a newer event ${on}`, { skip }, () =>
    withInstances(async (start) => {
      const { service, database, dish } = await start(await open());
      const id = await service.create({ name: "Lois", fav_dish: "old" });
      await dish(id);
      const update = database.holdNext(/^update/);
      const writer = service.replace(id, { name: "Lois", fav_dish: "first" });
      await update.answered;
      await database.query("update patron set fav_dish = 'second'");
      await until("both events", async () => (await dish(id))[0] === "second");
      update.release();
      await writer;
      assert.deepEqual(await dish(id), ["second", "hit"]);
    }),
  );

  test(`an answer to a write does not bring a deleted patron back ${on}`, { skip }, () =>
    withInstances(async (start) => {
      const { service, database, dish } = await start(await open());
      const id = await service.create({ name: "Lois", fav_dish: "old" });
      await dish(id);
      const update = database.holdNext(/^update/);
      const writer = service.replace(id, { name: "Lois", fav_dish: "new" });
      await update.answered;
      await database.query("delete from patron");
      await until("the event", () => service.cache.size === 0);
      update.release();
      assert.equal(await writer, true);
      assert.deepEqual(await dish(id), [undefined, "miss"]);
    }),
  );
}
