import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { startPatrons } from "../../support/patrons.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";

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
