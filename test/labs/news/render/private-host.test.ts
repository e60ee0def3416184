import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Lookups } from "../../../../src/http/client/lookups.js";
import { privateHost } from "../../../../src/labs/news/render/private-host.js";

const names: Record<string, string[]> = {
  "inside.test": ["10.0.0.1", "10.0.0.2"],
  "outside.test": ["93.184.216.34"],
  "both.test": ["93.184.216.34", "127.0.0.1"],
};
const lookups = new Lookups(async (name) => {
  const addresses = names[name];
  if (!addresses) throw new Error("no such name");
  return addresses.map((address) => ({ address, family: 4 }));
});

test("privateHost names a host whose addresses are all private, with its port", async () => {
  for (const [url, own] of [
    ["http://127.0.0.1:8080/news", "127.0.0.1:8080"],
    ["http://[::1]/", "::1:80"],
    ["https://inside.test/", "inside.test:443"],
    ["http://outside.test/", undefined],
    ["http://both.test/", undefined],
    ["http://missing.test/", undefined],
    ["http://93.184.216.34/", undefined],
  ] as const)
    assert.equal((await privateHost(new URL(url), lookups))?.name, own, url);
});
