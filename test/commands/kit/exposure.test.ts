import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkExposure } from "../../../src/commands/kit/exposure.js";
import { UsageError } from "../../../src/commands/kit/usage-error.js";
import { bindEndpoint } from "../../../src/zeromq/endpoint.js";

const [local, open] = [bindEndpoint("tcp://127.0.0.1:0"), bindEndpoint("tcp://*:5555")];
const curve = "--curve <keyfile>";

test("checkExposure admits loopback hosts and endpoints without a safeguard", () => {
  checkExposure({ "--host": "127.0.0.1", "--collect": local }, { insecure: undefined });
  checkExposure({ "--push": local }, { safeguards: { [curve]: undefined }, insecure: undefined });
});

test("checkExposure refuses an address that other machines can reach, and names the ways out", () => {
  assert.throws(
    () => checkExposure({ "--push": local, "--pub": open }, { safeguards: { [curve]: undefined }, insecure: false }),
    new UsageError("--pub tcp://*:5555 lets other machines in: add --curve <keyfile>, or --insecure if you mean it"),
  );
  assert.throws(
    () => checkExposure({ "--host": "::" }, { insecure: undefined }),
    new UsageError("--host :: lets other machines in: add --insecure if you mean it"),
  );
});

test("checkExposure admits any address with a safeguard or --insecure", () => {
  checkExposure({ "--pub": open }, { safeguards: { [curve]: {} }, insecure: undefined });
  checkExposure({ "--pub": open }, { safeguards: { [curve]: undefined }, insecure: true });
  checkExposure({ "--host": "0.0.0.0" }, { insecure: true });
});
