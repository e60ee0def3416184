import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { tlsWords } from "../../../src/http/client/tls-words.js";

test("tlsWords says what is wrong without OpenSSL's numbers and paths", () => {
  const of = (reason: string) =>
    tlsWords(new Error(`805BF7:error:0A00010B:SSL routines:ssl3_get_record:${reason}:../deps/openssl/record.c:355:\n`));
  assert.equal(of("wrong version number"), "the server does not speak TLS at this port (wrong version number)");
  assert.equal(of("some other reason"), "some other reason");
  assert.equal(tlsWords(new Error("self-signed certificate")), "self-signed certificate");
});
