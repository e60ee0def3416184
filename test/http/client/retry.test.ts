import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ErrorClass, FetchError } from "../../../src/http/client/fetch-error.js";
import { isTransientError, isTransientStatus, retryDelayMs } from "../../../src/http/client/retry.js";

const after = (value: string) => retryDelayMs(0, { header: () => value });

test("retryDelayMs obeys Retry-After in seconds and as a date, up to 30 s", () => {
  assert.equal(after("0"), 0);
  assert.equal(after("2"), 2000);
  assert.equal(after(" 2\t"), 2000, "white space around a value does not belong to it");
  const inTenSeconds = after(new Date(Date.now() + 10_000).toUTCString());
  assert.ok(inTenSeconds > 8_000 && inTenSeconds <= 10_000, `${inTenSeconds}`);
  assert.equal(after(new Date(0).toUTCString()), 0);
});

test("retryDelayMs is Infinity for a Retry-After of more than 30 s", () => {
  const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
  for (const value of ["31", "1000000000", "9".repeat(400), inAnHour]) {
    assert.equal(after(value), Number.POSITIVE_INFINITY, value);
  }
});

test("retryDelayMs backs off with full jitter if Retry-After is absent or invalid", (t) => {
  t.mock.method(Math, "random", () => 0.5, { times: 7 });
  for (const junk of ["soon", "-1", "", "1.5", "2,3", "soon 5", "25 Dec"]) assert.equal(after(junk), 50, junk);
  for (let attempt = 0; attempt < 40; attempt++) {
    const delay = retryDelayMs(attempt, undefined);
    assert.ok(delay >= 0 && delay <= Math.min(5_000, 100 * 2 ** attempt), `${delay}`);
  }
});

test("isTransientStatus is true for 429 and 502 to 504 only", () => {
  const transient = [200, 301, 400, 404, 428, 429, 430, 500, 501, 502, 503, 504, 505].filter(isTransientStatus);
  assert.deepEqual(transient, [429, 502, 503, 504]);
});

test("isTransientError is true for refused, reset, timeout and a silent name server", () => {
  const classes: Record<ErrorClass, boolean> = {
    bad_body: false,
    bad_url: false,
    dns: false,
    error: false,
    headers: false,
    protocol: false,
    redirect: false,
    refused: true,
    reset: true,
    status: false,
    timeout: true,
    tls: false,
    too_large: false,
  };
  for (const [errorClass, isTransient] of Object.entries(classes))
    assert.equal(isTransientError(new FetchError(errorClass as ErrorClass, "")), isTransient, errorClass);
  for (const [code, isTransient] of [
    ["EAI_AGAIN", true],
    ["ENOTFOUND", false],
  ] as const) {
    const cause = Object.assign(new Error("getaddrinfo"), { code });
    assert.equal(isTransientError(new FetchError("dns", "", { cause })), isTransient, code);
  }
});
