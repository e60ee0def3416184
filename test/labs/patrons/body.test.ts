import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { readPatron } from "../../../src/labs/patrons/body.js";
import { whyUnavailable } from "../../../src/labs/patrons/why-unavailable.js";

test("readPatron() rejects with BadRequest if the client leaves, not as if the database were away", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{");
  const [request, response] = (await once(server, "request")) as [IncomingMessage, ServerResponse];
  const read = readPatron(request, response);
  client.destroy();
  const error = await read.catch((error) => error);
  assert.deepEqual([error.status, error.message], [400, "the body has ended early"]);
  assert.equal(whyUnavailable(error), undefined);
});
