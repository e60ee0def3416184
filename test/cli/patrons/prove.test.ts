import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "../../support/lab.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";
import { startLab } from "../../support/running-lab.js";
import { unlessBusy } from "../../support/tries.js";

const postgres = usePostgres();

test("lab patrons --prove finds no stale read and no lost write, and leaves no patron", { skip: noPostgres }, (t) =>
  unlessBusy(t, async () => {
    const dsn = await postgres.dsn();
    const { exitCode, stdout, stderr } = await lab(["patrons", "--prove", "--dsn", dsn, "--json", "--strict"]);
    assert.equal(exitCode, 0, stdout);
    const { findings, cache, writes, listening, silent } = JSON.parse(stdout);
    assert.equal(findings.length, 5);
    assert.deepEqual([listening.beyond, silent.beyond], [0, 0]);
    assert.ok(cache.hit > 0 && cache.bypass > 0 && writes > 120, stdout);
    assert.equal(stderr.match(/Killed \d+ connections/g)?.length, 2);
    assert.equal(await postgres.sql("select count(*) from patron", dsn), "0");
  }),
);

test("lab patrons --prove leaves no patron when Ctrl-C ends it", { skip: noPostgres }, async (t) => {
  const dsn = await postgres.dsn();
  const running = startLab(t, ["patrons", "--prove", "--dsn", dsn]);
  await running.line(/^Reading and writing/);
  assert.equal(await running.stop("SIGINT"), 130);
  assert.equal(await postgres.sql("select count(*) from patron", dsn), "0");
});

test("lab patrons --prove ends with 1 if the database goes away", { skip: noPostgres }, async (t) => {
  const running = startLab(t, ["patrons", "--prove", "--dsn", await postgres.dsn()]);
  await running.line(/^Killed/);
  await postgres.kill();
  assert.equal(await running.ended, 1);
  assert.match(running.stderr.at(-1) ?? "", /^lab: PostgreSQL at .*: the database /);
  await postgres.start();
});

test("lab patrons --prove needs a server, and --without a --prove", async () => {
  const dsn = "postgres://127.0.0.1:1/db";
  for (const args of [["--prove"], ["--without", "echo", "--dsn", dsn], ["--instances", "2", "--dsn", dsn]]) {
    const { exitCode, stderr } = await lab(["patrons", ...args]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /--prove/);
  }
  const { exitCode, stderr } = await lab(["patrons", "--prove", "--without", "luck", "--dsn", dsn]);
  assert.equal(exitCode, 2);
  assert.match(stderr, /must be one of versions, bypass, echo, got "luck"/);
});
