import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { askPatrons } from "../../support/patrons.js";
import { noPgBouncer, startPgBouncer } from "../../support/pgbouncer.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";
import { startLab } from "../../support/running-lab.js";

const postgres = usePostgres();

test("behind PgBouncer in transaction mode it runs without cache, and says so", {
  skip: noPostgres || noPgBouncer,
}, async (t) => {
  const direct = await postgres.dsn();
  const running = startLab(t, ["patrons", "--port", "0", "--dsn", await startPgBouncer(t, postgres, direct)]);
  const [url = ""] = /http:\/\/[^/" ]+/.exec(await running.line(/http:/)) ?? [];
  await running.line(/^LISTEN succeeds, but no event comes.*running without cache$/);
  const { json } = await askPatrons(url, "POST", "/patron", { name: "Lois", fav_dish: "pizza" });
  for (let i = 0; i < 30; i++) {
    const [status, dish] = [200, `dish ${i}`];
    if (i % 3 === 0) await postgres.sql(`update patron set fav_dish = '${dish}'`, direct);
    else await askPatrons(url, "PUT", `/patron/${json?.id}`, { name: "Lois", fav_dish: dish });
    const reply = await askPatrons(url, "GET", `/patron/${json?.id}`);
    assert.deepEqual([reply.status, reply.json?.fav_dish, reply.headers["x-cache"]], [status, dish, "bypass"]);
  }
  const health = await askPatrons(url, "GET", "/healthz");
  assert.deepEqual(health.json, { database: "ok", listener: "deaf", cache: { state: "bypass", patrons: 0 } });
  assert.equal(await running.stop("SIGTERM"), 0);
});
