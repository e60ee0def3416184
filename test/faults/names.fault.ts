import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { layCable } from "../support/cable.js";
import { connected, startPoller } from "../support/poller.js";
import { startLab } from "../support/running-lab.js";

/** Gives every name two addresses in a process: one that nobody has, and the one of the server. */
const names = `data:text/javascript,import dns from "node:dns";
dns.promises.lookup = async () => ["10.99.7.3", "10.99.7.1"].map((address) => ({ address, family: 4 }))`;

test("poller goes on to the next address of a name if the first one does not answer within two seconds", async (t) => {
  const cable = layCable(t);
  if (typeof cable === "string") return t.skip(cable);
  cable.lose("10.99.7.3");
  const ends = ["--push", "tcp://10.99.7.1:5557", "--pub", "tcp://10.99.7.1:5556"];
  const server = startLab(t, ["poller-srv", "--json", "--insecure", ...ends], { under: cable.near });
  await server.line(/"type":"ready"/);
  const start = performance.now();
  const named = { push: "tcp://server.example:5557", pub: "tcp://server.example:5556" };
  const poller = startPoller(t, named, [], { under: cable.far, nodeArgs: ["--import", names] });
  await connected(poller);
  const took = performance.now() - start;
  assert.ok(took > 1900 && took < 5000, `connected after ${took} ms`);
  assert.equal(await poller.stop(), 0);
});
