import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExitError } from "../../../../src/concurrency/index.js";
import { claimDataFolder } from "../../../../src/labs/patrons/embedded/data-folder.js";
import { temporaryFolder } from "../../../support/files.js";

const pid = process.ppid; // a process that lives, and is not this one
const startOf = (text: string) => text.slice(text.lastIndexOf(")") + 2).split(" ")[19];

test("claimDataFolder() makes the folder, and leaves no claim after release()", async (t) => {
  const folder = temporaryFolder(t)("new");
  const { isMade, markMade, release } = await claimDataFolder(folder);
  assert.equal(isMade, false);
  assert.ok(readdirSync(folder).some((name) => name.startsWith(`used-by-${process.pid}`)));
  await markMade();
  await release();
  assert.deepEqual(readdirSync(folder).sort(), ["lab-patrons.txt", "made"]);
  const again = await claimDataFolder(folder);
  assert.equal(again.isMade, true);
});

test("claimDataFolder() rejects if a process that lives has a claim", async (t) => {
  const folder = temporaryFolder(t)("used");
  await (await claimDataFolder(folder)).release();
  writeFileSync(join(folder, `used-by-${pid}-${startOf(readFileSync(`/proc/${pid}/stat`, "utf8"))}`), "");
  const isRefused = (error: unknown) => error instanceof ExitError && error.message.startsWith(`process ${pid} uses`);
  await assert.rejects(claimDataFolder(folder), isRefused);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes(`-${process.pid}-`)),
    [],
  );
});

test("claimDataFolder() removes claims of dead processes, and of a pid that another process has now", async (t) => {
  const folder = temporaryFolder(t)("left");
  await (await claimDataFolder(folder)).release();
  for (const name of ["used-by-4194305-7", `used-by-${pid}-7`]) writeFileSync(join(folder, name), "");
  await claimDataFolder(folder);
  assert.equal(readdirSync(folder).filter((name) => name.startsWith("used-by-")).length, 1);
});

test("claimDataFolder() removes nothing from a folder with other files", async (t) => {
  const folder = temporaryFolder(t)("mine");
  mkdirSync(join(folder, "database"), { recursive: true });
  await assert.rejects(claimDataFolder(folder), /holds other files/);
  assert.deepEqual(readdirSync(folder), ["database"]);
});

test("claimDataFolder() removes a database that was never made to its end", async (t) => {
  const folder = temporaryFolder(t)("half");
  const { database, release } = await claimDataFolder(folder);
  mkdirSync(database);
  writeFileSync(join(database, "PG_VERSION"), "18");
  await release();
  await claimDataFolder(folder);
  assert.ok(!readdirSync(folder).includes("database"));
});

test("claimDataFolder() rejects with the reason if there can be no folder", async (t) => {
  const file = temporaryFolder(t)("file");
  writeFileSync(file, "");
  await assert.rejects(claimDataFolder(file), /cannot use the folder .*ENOTDIR/);
});
