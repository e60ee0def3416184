import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { FetchError } from "../../../src/http/client/fetch-error.js";
import { toFetchError } from "../../../src/http/client/to-fetch-error.js";

const coded = (code: string) => Object.assign(new Error("no"), { code });
const noReply = { started: false, status: undefined };

test("toFetchError returns an error unchanged if only a bug can cause it", () => {
  const bugs = [new TypeError("x is not a function"), coded("ERR_INVALID_ARG_TYPE"), coded("ERR_ASSERTION")];
  for (const bug of bugs) assert.equal(toFetchError(bug, noReply), bug);
});

test("toFetchError gives every network error a class, even for an unknown code", () => {
  const classOf = (code: string, progress = noReply) => {
    const error = toFetchError(coded(code), progress);
    return error instanceof FetchError ? error.class : "a bug";
  };
  assert.deepEqual(
    ["ECONNRESET", "ERR_INVALID_IP_ADDRESS", "EWHATEVER", "UND_ERR_NEW"].map((code) => classOf(code)),
    ["reset", "error", "error", "error"],
  );
  const tooLong = Object.assign(coded("EINVAL"), { syscall: "getaddrinfo" }); // a name of more than 255 letters
  assert.equal((toFetchError(tooLong, noReply) as FetchError).class, "dns");
  assert.equal(classOf("ERR_ASSERTION", { ...noReply, started: true }), "protocol", "of undici's parser");
});

test("FetchError has a message of one line, at most 200 characters, without control characters", () => {
  const { message } = new FetchError("error", `  a\nb\u001b[31m\u2028\u007f${"x".repeat(141)}${"😀".repeat(300)}\n`);
  assert.match(message, /^a b\\u\{1b\}\[31m\\u\{2028\}\\u\{7f\}x+(😀)+…$/u);
  assert.ok(message.length <= 200, `${message.length}`);
});
