import "../support/hygiene.js";
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { isForeignAddress } from "../../src/net/foreign-address.js";

const mac = "00:00:00:00:00:00";
const interfaces = {
  eth0: [
    { address: "93.184.216.34", family: "IPv4", netmask: "255.255.255.0", mac, internal: false, cidr: null },
    { address: "2606:4700::7", family: "IPv6", netmask: "ffff::", mac, internal: false, cidr: null, scopeid: 0 },
  ],
} satisfies ReturnType<typeof networkInterfaces>;

test("isForeignAddress refuses the public addresses of this machine in any spelling", () => {
  for (const address of ["93.184.216.34", "::ffff:93.184.216.34", "2606:4700::7", "2606:4700:0::7"])
    assert.equal(isForeignAddress(address, interfaces), false, address);
  for (const address of ["93.184.216.35", "2606:4700::8"]) assert.equal(isForeignAddress(address, interfaces), true);
});

test("isForeignAddress refuses every address that this machine has now", () => {
  for (const { address } of Object.values(networkInterfaces()).flatMap((list = []) => list))
    assert.equal(isForeignAddress(address), false, address);
});
