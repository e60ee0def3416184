import "../support/hygiene.js";
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { isForeignAddress, isPublicAddress } from "../../src/net/public-address.js";

test("isPublicAddress refuses loopback, private, link-local and reserved addresses in any spelling", () => {
  for (const address of [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.168.1.1",
    "198.19.0.1",
    "192.0.2.2",
    "192.88.99.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a00:1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2001::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "100::1",
    "::ffff:0:127.0.0.1",
    "::ffff:0:7f00:1",
    "2002:7f00:1::",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "localhost",
    "127.1",
    "",
  ])
    assert.equal(isPublicAddress(address), false, address);
});

test("isPublicAddress lets addresses of the internet through", () => {
  for (const address of [
    "1.1.1.1",
    "100.63.255.255",
    "172.32.0.1",
    "198.20.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450::1",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
  ])
    assert.equal(isPublicAddress(address), true, address);
});

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
