import "../support/hygiene.js";
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { keygen } from "../../src/labs/apm/keygen.js";
import { BadKeyFile, readClientKeys, readServerKeys } from "../../src/zeromq/key-file.js";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "lab-keys-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("keygen writes two matching files that only their owner can read", async (t) => {
  const out = join(folder(t), "lab.keys");
  assert.deepEqual(await keygen({ out }), { server: out, client: `${out}.client` });
  const server = readServerKeys(out);
  const client = readClientKeys(`${out}.client`);
  assert.equal(client.serverKey, server.publicKey);
  assert.deepEqual(server.clients, [client.publicKey]);
  assert.equal(new Set([server.publicKey, server.secretKey, client.publicKey, client.secretKey]).size, 4);
  for (const path of [out, `${out}.client`]) assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(!readFileSync(`${out}.client`, "utf8").includes(server.secretKey));
});

test("keygen never overwrites, and writes both files or none", async (t) => {
  const out = join(folder(t), "lab.keys");
  writeFileSync(`${out}.client`, "mine");
  await assert.rejects(keygen({ out }), { name: "ExitError", code: 1, message: /\.client exists already/ });
  assert.throws(() => statSync(out), { code: "ENOENT" });
  assert.equal(readFileSync(`${out}.client`, "utf8"), "mine");
  await assert.rejects(keygen({ out: join(folder(t), "no", "such", "folder") }), { code: "ENOENT" });
});

test("readServerKeys and readClientKeys need a private file of their side", async (t) => {
  const path = folder(t);
  const out = join(path, "lab.keys");
  await keygen({ out });
  assert.throws(() => readServerKeys(`${out}.client`), /must be the server's key file here/);
  assert.throws(() => readClientKeys(out), /must be the client's key file here/);
  chmodSync(out, 0o640);
  assert.throws(() => readServerKeys(out), /must be a file that only you can read: chmod 600/);
  assert.throws(() => readServerKeys(join(path, "none")), /must be a file that can be read, got ENOENT/);
  assert.throws(() => readServerKeys(path), BadKeyFile);

  const { publicKey, secretKey } = readClientKeys(`${out}.client`);
  const bad = ["", "{", "null", "[]", '"x"', "{}", '{"role":"server"}'];
  bad.push(JSON.stringify({ role: "server", publicKey, secretKey }));
  bad.push(JSON.stringify({ role: "server", publicKey, secretKey, clients: ["short"] }));
  bad.push(JSON.stringify({ role: "server", publicKey, secretKey: `${secretKey}x`, clients: [] }));
  bad.push(JSON.stringify({ role: "client", publicKey, secretKey, serverKey: "~".repeat(40) }));
  for (const [i, text] of bad.entries()) {
    const file = join(path, `bad-${i}`);
    writeFileSync(file, text, { mode: 0o600 });
    assert.throws(() => readServerKeys(file), /must be a file that lab apm keygen has written/, text);
  }
});

test("readServerKeys refuses a key that is no Z85", async (t) => {
  const out = join(folder(t), "lab.keys");
  await keygen({ out });
  const good = JSON.parse(readFileSync(out, "utf8"));
  for (const bad of ["#".repeat(40), "~".repeat(40), "0".repeat(39), 40]) {
    for (const keys of [
      { ...good, secretKey: bad },
      { ...good, clients: [bad] },
    ]) {
      writeFileSync(out, JSON.stringify(keys));
      assert.throws(() => readServerKeys(out), BadKeyFile);
    }
  }
});

test("readServerKeys refuses a file that is not regular or too large", () => {
  for (const path of ["/dev/null", "/dev/zero", tmpdir()])
    assert.throws(() => readServerKeys(path), /must be a file of keys/);
});
