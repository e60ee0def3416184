import "./hygiene.js";
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { isPending } from "./latch.js";
import { noPostgres, usePostgres } from "./postgres.js";

const postgres = usePostgres();

test("usePostgres() gives a server whose data outlive a crash", { skip: noPostgres }, async () => {
  const dsn = await postgres.dsn();
  await postgres.sql("create table kept (id int); insert into kept values (7)", dsn);
  await postgres.kill();
  await assert.rejects(postgres.sql("select 1"), /Connection refused/);
  await postgres.start();
  assert.equal(await postgres.sql("select id from kept", dsn), "7");
});

test("pause() freezes the server, and resume() lets it answer", { skip: noPostgres }, async () => {
  postgres.pause();
  const answer = postgres.sql("select 'awake'");
  const socket = connect(postgres.port, "127.0.0.1"); // the kernel still takes connections
  await new Promise((resolve) => socket.once("connect", resolve));
  assert.ok(await isPending(answer));
  socket.destroy();
  postgres.resume();
  assert.equal(await answer, "awake");
});

test("sql() fails with the message of the server", { skip: noPostgres }, async () => {
  await assert.rejects(postgres.sql("select 1 / 0"), /division by zero/);
});

test("a user named guarded needs a password", { skip: noPostgres }, async () => {
  await postgres.sql("create role guarded login password 'secret'");
  const address = (password: string) => `postgres://guarded:${password}@127.0.0.1:${postgres.port}/postgres`;
  assert.equal(await postgres.sql("select 1", address("secret")), "1");
  await assert.rejects(postgres.sql("select 1", address("wrong")), /password authentication failed/);
});
