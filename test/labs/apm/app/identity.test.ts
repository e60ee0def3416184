import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { commandText, identityOf, isName } from "../../../../src/labs/apm/app/identity.js";
import { colorFor } from "../../../../src/labs/apm/color.js";

test("identityOf prefers the chosen name and colour", () => {
  assert.deepEqual(identityOf({ name: "mine", color: "red" }, ["node"]), { name: "mine", color: "red" });
  assert.deepEqual(identityOf({ name: "mine" }, ["node"]), {
    name: "mine",
    color: colorFor("mine"),
    default_color: true,
  });
});

test("identityOf makes a printable name of any program's", () => {
  const nameOf = (program: string) => identityOf({}, [program]).name;
  assert.equal(nameOf("node"), "node");
  assert.equal(nameOf("a\nb\u202ec"), "a?b?c");
  assert.equal(nameOf("x".repeat(100)), "x".repeat(64));
  assert.equal(nameOf(""), "app");
});

test("isName is true of 1 to 64 printable characters", () => {
  for (const name of ["a", "x".repeat(64), "😀".repeat(64), "two words"]) assert.equal(isName(name), true, name);
  for (const name of ["", " ", "x".repeat(65), "a\tb", "a\u200bb"]) assert.equal(isName(name), false, name);
});

test("identityOf names an interpreter with its script, and a script's name without its path", () => {
  const nameOf = (...line: string[]) => identityOf({}, line).name;
  assert.equal(nameOf("/usr/bin/python3", "/srv/train.py", "--fast"), "python3 train.py");
  assert.equal(nameOf("node", "--no-warnings", "dist/server.js"), "node server.js");
  assert.equal(nameOf("python3", "-m", "http.server"), "python3 http.server");
  assert.equal(nameOf("python3", "-c", "print(1)"), "python3");
  assert.equal(nameOf("sh", "-c", "sleep 1"), "sh");
  assert.equal(nameOf("java", "-jar", "app.jar"), "java app.jar");
  assert.equal(nameOf("gzip", "file"), "gzip");
});

test("commandText hides the values of options that are called like a secret", () => {
  assert.equal(commandText(["psql", "--password=x", "--host", "a"]), "psql --password=… --host a");
  assert.equal(commandText(["x", "--api-key", "abc", "TOKEN=abc", "-v"]), "x --api-key … TOKEN=… -v");
  assert.equal(commandText(["curl", "https://me:pw@host/a"]), "curl https://…@host/a");
  assert.equal(commandText(["x", "a\nb"]), "x a?b");
  assert.equal(commandText(["x", "y".repeat(500)]).length, 160);
});
