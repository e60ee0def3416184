import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { whyNotBound } from "../../src/net/bind-errors.js";

test("whyNotBound explains a known code, or repeats the message", () => {
  const error = (code: string) => Object.assign(new Error("bind failed"), { code });
  assert.match(whyNotBound(error("EADDRINUSE")), /^the port is in use: choose another/);
  assert.equal(whyNotBound(error("ENODEV")), whyNotBound(error("EADDRNOTAVAIL")));
  assert.match(whyNotBound(error("EACCES")), /^not allowed: ports below 1024/);
  assert.match(
    whyNotBound(error("EACCES"), { isPath: true }),
    /^not allowed: the folder must be one that you can write to$/,
  );
  assert.equal(whyNotBound(error("EPERM"), { isPath: true }), whyNotBound(error("EACCES"), { isPath: true }));
  assert.equal(whyNotBound(error("EPROTO")), "bind failed");
  assert.equal(whyNotBound(new Error("no code")), "no code");
});
