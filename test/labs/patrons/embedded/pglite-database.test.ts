import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PGlite } from "@electric-sql/pglite";
import { Unavailable } from "../../../../src/labs/patrons/database.js";
import { PGliteDatabase } from "../../../../src/labs/patrons/embedded/pglite-database.js";

/** A database whose first query runs until end(). `events` has what happens to it. */
function stuck() {
  const events: string[] = [];
  let end = () => {};
  const first = new Promise<void>((resolve) => {
    end = resolve;
  });
  const pg = {
    query: async () => {
      events.push("query");
      await first;
      return { rows: [] };
    },
    close: async () => void events.push("closed"),
  };
  const release = async () => void events.push("released");
  return { database: new PGliteDatabase(pg as unknown as PGlite, { name: "stuck", release }), events, end };
}

test("PGliteDatabase.query() rejects with Unavailable after 2 s of waiting, and never runs", async () => {
  const { database, events, end } = stuck();
  const running = database.query("first");
  const error = await database.query("second").catch((error) => error);
  assert.ok(error instanceof Unavailable);
  assert.match(error.message, /^the database has not been free for 2 s$/);
  end();
  assert.deepEqual(await running, []);
  assert.deepEqual([events, database.load], [["query"], { queries: 1, waiting: 0, refused: 1 }]);
  await database.close();
});

test("PGliteDatabase.close() resolves once the folder is released, also when it is called again", async () => {
  const { database, events, end } = stuck();
  const running = database.query("first");
  const closed = database.close();
  const again = database.close().then(() => events.push("again"));
  end();
  await Promise.all([running, closed, again]);
  assert.deepEqual(events, ["query", "closed", "released", "again"]);
});
