import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { startPatrons } from "../../support/patrons.js";
import { PatronsLoad } from "../../support/patrons-load.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";
import { unlessBusy } from "../../support/tries.js";
import { until } from "../../support/until.js";

const skip = noPostgres;
const postgres = usePostgres();

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`lab patrons ends within 2 s at ${signal} under load, with exit code 0`, { skip }, (t) =>
    unlessBusy(t, async () => {
      const dsn = await postgres.dsn();
      const { ask, url, running } = await startPatrons(t, ["--dsn", dsn]);
      const { json } = await ask("POST", "/patron", { name: "Lois", fav_dish: "pizza" });
      const load = new PatronsLoad(url, 32, [`${json?.id}`, "4711"]);
      await until("load", () => load.replies.length > 500);
      const start = performance.now();
      const exitCode = await running.stop(signal);
      const ms = performance.now() - start;
      await load.stop();
      assert.deepEqual([exitCode, ms < 2000], [0, true], `${ms} ms`);
      assert.match(running.stdout.at(-1) ?? "", /^\d+ requests in .* from memory, /);
      const connections = "select count(*) from pg_stat_activity where application_name = 'lab patrons'";
      await until("the end of all connections", async () => (await postgres.sql(connections, dsn)) === "0");
    }),
  );
}

test("lab patrons ends at SIGTERM while the server is frozen, with exit code 0", {
  skip,
}, async (t) => {
  const { running, ask } = await startPatrons(t, ["--dsn", await postgres.dsn()]);
  postgres.pause();
  try {
    const asked = ask("GET", "/patron/1").catch(() => undefined);
    const start = performance.now();
    const exitCode = await running.stop("SIGTERM");
    const ms = performance.now() - start;
    await asked;
    assert.equal(exitCode, 0);
    assert.ok(ms < 5000, `${ms} ms`);
  } finally {
    postgres.resume();
  }
});
