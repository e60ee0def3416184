import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, Server, type Socket } from "node:net";
import { test } from "node:test";
import { overTcp } from "../../../src/labs/tower/loopback.js";

const { signal } = new AbortController();
const untilClosed = (socket: Socket) => once(socket.resume(), "close");

test("overTcp rejects, without a connection, if aborted while it begins to listen", async (t) => {
  const controller = new AbortController();
  const reason = new Error("enough");
  t.mock.method(Server.prototype, "address", function (this: Server) {
    controller.abort(reason); // the server listens now
    return { port: 1 };
  });
  let connected = 0;
  const talk = {
    serve: () => {},
    use: untilClosed,
    connect() {
      connected++;
      return connect(1);
    },
  };
  await assert.rejects(overTcp(talk, controller.signal), (error) => error === reason);
  assert.equal(connected, 0);
});

for (const [how, serve] of [
  ["rejects", async () => Promise.reject(new Error("no service"))],
  [
    "throws",
    () => {
      throw new Error("no service");
    },
  ],
] as const) {
  test(`overTcp rejects if its server ${how}, and ends the client`, async () => {
    let ended = 0;
    const use = async (client: Socket) => {
      await untilClosed(client);
      ended++;
    };
    const running = overTcp({ serve, connect, use }, signal);
    await assert.rejects(running, ({ errors }) => errors[0].message === "no service");
    assert.equal(ended, 1);
  });
}
