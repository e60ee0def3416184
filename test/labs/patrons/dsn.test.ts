import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDsn } from "../../../src/labs/patrons/dsn.js";

test("parseDsn() reads host, port, database, user, password and sslmode", () => {
  assert.deepEqual(parseDsn("postgres://me:p%40ss%2F@db.example:5433/my%20db?sslmode=require"), {
    host: "db.example",
    port: 5433,
    database: "my db",
    user: "me",
    password: "p@ss/",
    sslMode: "require",
  });
  assert.deepEqual(parseDsn("postgresql://[::1]/"), { host: "::1" });
  assert.deepEqual(parseDsn("postgres://?sslmode=disable"), {});
});

test("parseDsn() reads a socket's folder from host, also beside a user", () => {
  for (const at of ["me@", "me@localhost"]) {
    const dsn = parseDsn(`postgres://${at}/db?host=/run/postgresql`);
    assert.deepEqual(dsn, { host: "/run/postgresql", database: "db", user: "me" });
  }
});

test("parseDsn() names the broken rule, and never the password", () => {
  for (const [text, rule] of [
    ["", "must begin with postgres:// or postgresql://"],
    ["secret", "must begin with postgres:// or postgresql://"],
    ["mysql://me:secret@h/db", "must begin with postgres:// or postgresql://"],
    ["postgres://me:secret@h:99999/db", "must begin with postgres:// or postgresql://"],
    ["postgres://me:secret@a,b/db", "must name one host"],
    ["postgres://me:secret@h/db?password=secret", "takes only host and sslmode after the question mark"],
    ["postgres://me:secret@h/db?sslmode=secret", /^must have an sslmode of disable, /],
    ["postgres://me:%secret@h/db", "must have complete % escapes"],
  ] as const) {
    const said = parseDsn(text);
    assert.ok(typeof said === "string", text);
    assert.match(said, typeof rule === "string" ? new RegExp(`^${rule}$`) : rule);
    assert.doesNotMatch(said, /secret/);
  }
});
