import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import driver from "postgres";
import { openPostgres } from "../../../src/labs/patrons/postgres.js";
import { PostgresConnection } from "../../../src/labs/patrons/postgres-connection.js";
import { definitions, ensureSchema } from "../../../src/labs/patrons/schema.js";
import { bothKinds, onServer, openOn, withInstances } from "../../support/patrons-instance.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";
import { until } from "../../support/until.js";

const skip = noPostgres;
const postgres = usePostgres();
const open = onServer(postgres);
const starts = 40;

async function openEmpty() {
  return openPostgres(await emptyDsn(), { pool: starts });
}

async function emptyDsn() {
  const { pathname } = new URL(await postgres.dsn());
  return { host: "127.0.0.1", user: "postgres", port: postgres.port, database: pathname.slice(1) };
}

test("CREATE … IF NOT EXISTS fails where another session is creating the same table", { skip }, async (t) => {
  const dsn = await emptyDsn();
  const database = await openPostgres(dsn, { pool: 2 });
  const other = new PostgresConnection(driver, dsn);
  t.after(() => Promise.all([database.close(), other.end()]));
  await other.query(`begin; ${definitions}`);
  const failing = assert.rejects(database.script(definitions), /duplicate key|already exists/);
  const waits =
    "select count(*)::text from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await until(
    "the wait for the other session",
    async () => (await database.query<{ count: string }>(waits))[0]?.count === "1",
  );
  await other.query("commit");
  await failing;
});

test("ensureSchema() succeeds in 40 sessions at once", { skip }, async (t) => {
  const database = await openEmpty();
  t.after(() => database.close());
  await Promise.all(Array.from({ length: starts }, () => ensureSchema(database)));
  await database.query("insert into patron (name, fav_dish) values ('Lois', 'pizza')");
});

test("ensureSchema() keeps the rows of a table that is there, and gives it versions", { skip }, async (t) => {
  const database = await openEmpty();
  t.after(() => database.close());
  await database.script(`create table patron (id serial primary key, name text not null, fav_dish text not null);
    insert into patron (name, fav_dish) values ('Lois', 'pizza')`);
  await ensureSchema(database);
  await ensureSchema(database);
  await database.query("update patron set fav_dish = 'rice'");
  assert.deepEqual(await database.query("select id::text, fav_dish, (version > 0)::text as raised from patron"), [
    { id: "1", fav_dish: "rice", raised: "true" },
  ]);
});

for (const { on, skip, open } of bothKinds(postgres)) {
  test(
    `without its trigger, a TRUNCATE leaves every cached patron in memory, until DELETE /cache, ${on}`,
    {
      skip,
    },
    () =>
      withInstances(async (start) => {
        const { service, database, dish } = await start(await open());
        const id = await service.create({ name: "Lois", fav_dish: "pizza" });
        await dish(id);
        await database.query("drop trigger patron_tell_truncate on patron");
        await database.query("truncate patron");
        const { echoes } = service.listener.counts;
        await until("an echo, before which all events come", () => service.listener.counts.echoes > echoes);
        assert.deepEqual(await dish(id), ["pizza", "hit"]);
        await service.clearEverywhere();
        assert.deepEqual(await dish(id), [undefined, "miss"]);
      }),
  );
}

test("a TRUNCATE clears the cache of every instance", { skip }, () =>
  withInstances(async (start) => {
    const dsn = await postgres.dsn();
    const [writer, reader] = [await start(await openOn(dsn)), await start(await openOn(dsn))];
    const id = await writer.service.create({ name: "Lois", fav_dish: "pizza" });
    for (const { dish } of [writer, reader]) await dish(id);
    await writer.database.query("truncate patron");
    for (const { dish } of [writer, reader]) await until("the event", async () => (await dish(id))[0] === undefined);
  }),
);

test("another program with an empty search_path, or rights on the table alone, writes as before", { skip }, () =>
  withInstances(async (start) => {
    const { service, database } = await start(await open());
    const id = await service.create({ name: "Lois", fav_dish: "pizza" });
    await database.script("set local search_path = ''; update public.patron set fav_dish = 'rice'");
    await database.script(`create role writer; grant select, update on patron to writer;
      set local role writer; update patron set fav_dish = 'soup'`);
    assert.equal(JSON.parse((await service.read(id)).json ?? "").id, Number(id));
  }),
);

test("a forged event with a row and a huge version costs a read, and changes no answer", { skip }, () =>
  withInstances(async (start) => {
    const { service, database, dish } = await start(await open());
    const id = await service.create({ name: "Lois", fav_dish: "pizza" });
    await dish(id);
    const data = { name: "evil", fav_dish: "poison" };
    const forged = { type: "UPDATE", id, version: "9223372036854775807", data };
    const { events } = service.listener.counts;
    await database.query("select pg_notify('chan_patron', $1)", [JSON.stringify(forged)]);
    await until("the event", () => service.listener.counts.events > events);
    assert.deepEqual(await dish(id), ["pizza", "miss"]);
    await service.replace(id, { name: "Lois", fav_dish: "rice" });
    assert.equal((await dish(id))[0], "rice");
  }),
);

test("an id that a statement changes leaves no patron under the old one", { skip }, () =>
  withInstances(async (start) => {
    const { service, database, dish } = await start(await open());
    const id = await service.create({ name: "Lois", fav_dish: "pizza" });
    await dish(id);
    await database.query("update patron set id = 77");
    await until("the event", async () => (await dish(id))[0] === undefined);
    assert.deepEqual((await dish("77"))[0], "pizza");
  }),
);
