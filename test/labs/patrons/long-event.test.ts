import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { onServer, openOn, withInstances } from "../../support/patrons-instance.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";
import { until } from "../../support/until.js";

const skip = noPostgres;
const postgres = usePostgres();
const open = onServer(postgres);

const emoji = "🍕".repeat(2250); // 9,000 bytes, but 2,250 characters and 4,500 UTF-16 code units

/** The trigger as one writes it first: it counts characters. */
const countsCharacters = `
create or replace function patron_tell() returns trigger language plpgsql as $$
declare event text := jsonb_build_object('type', tg_op, 'id', new.id::text, 'version', new.version::text, 'data',
  jsonb_build_object('name', new.name, 'fav_dish', new.fav_dish))::text;
begin
  if length(event) < 8000 then perform pg_notify('chan_patron', event); end if;
  return null;
end $$`;

test("a trigger that counts characters lets NOTIFY fail the INSERT of 9,000 bytes of emoji", { skip }, () =>
  withInstances(async (start) => {
    const { service, database } = await start(await open());
    await database.script(countsCharacters);
    await assert.rejects(service.create({ name: "Lois", fav_dish: emoji }), /payload string too long/);
  }),
);

test("an event of any length fails no INSERT, and corrects the cache of another instance", { skip }, () =>
  withInstances(async (start) => {
    const dsn = await postgres.dsn();
    const [writer, reader] = [await start(await openOn(dsn)), await start(await openOn(dsn))];
    const lengths = [7_000, 7_800, ...Array.from({ length: 200 }, (_, i) => 7_850 + i), 8_000, 9_000, 20_000, 60_000];
    const id = await writer.service.create({ name: "Lois", fav_dish: "old" });
    for (const letter of ["x", "é", "🍕", '"']) {
      for (const bytes of letter === "x" ? lengths : [9_000, 60_000]) {
        const fav_dish = letter.repeat(bytes / Buffer.byteLength(letter));
        await reader.dish(id);
        await writer.service.replace(id, { name: "Lois", fav_dish });
        await until(`${bytes} bytes of ${letter}`, async () => (await reader.dish(id))[0] === fav_dish);
      }
    }
    assert.equal(reader.service.cache.counts.corrected, lengths.length + 6);
  }),
);
