import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isRedirect, withBasicAuthorization } from "../../../src/http/client/request.js";

test("isRedirect is true for 301, 302, 303, 307 and 308 only", () => {
  const redirects = Array.from({ length: 600 }, (_, status) => status).filter(isRedirect);
  assert.deepEqual(redirects, [301, 302, 303, 307, 308]);
});

test("withBasicAuthorization sends the URL's user and password, unless a header is set", () => {
  const url = new URL("http://m%20e:p%3Aw@a/");
  const { headers } = withBasicAuthorization({ url, headers: { accept: "text/html" } });
  assert.deepEqual(headers, { authorization: `Basic ${btoa("m e:p:w")}`, accept: "text/html" });
  const own = withBasicAuthorization({ url, headers: { authorization: "Bearer x" } });
  assert.deepEqual(own.headers, { authorization: "Bearer x" });
});
