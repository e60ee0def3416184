import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "../../support/lab.js";
import { startPatrons } from "../../support/patrons.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";

const skip = noPostgres;
const postgres = usePostgres();

test("a row that a trigger of others skips means 409", { skip }, async (t) => {
  const dsn = await postgres.dsn();
  const { ask, running } = await startPatrons(t, ["--dsn", dsn]);
  await postgres.sql("create function skip() returns trigger language plpgsql as 'begin return null; end'", dsn);
  await postgres.sql("create trigger skip before insert on patron for each row execute function skip()", dsn);
  const { status, json } = await ask("POST", "/patron", { name: "Lois", fav_dish: "pizza" });
  assert.deepEqual(
    [status, json?.error],
    [409, "the database skips it: a trigger or a rule of the table takes no row"],
  );
  assert.doesNotMatch(running.stderr.join("\n"), /bug/);
});

test("a role that may not read the table ends lab patrons at the start, with exit code 1", { skip }, async (t) => {
  const dsn = await postgres.dsn();
  await (await startPatrons(t, ["--dsn", dsn])).running.stop("SIGTERM");
  await postgres.sql("create role stranger login", dsn);
  const { exitCode, stdout, stderr } = await lab([
    "patrons",
    ...["--port", "0", "--dsn", dsn.replace("postgres@", "stranger@")],
  ]);
  assert.deepEqual([exitCode, stdout], [1, ""], stderr);
  assert.match(stderr, /^lab: PostgreSQL at [^\n]+ the database says: permission denied for table patron\n$/);
});
