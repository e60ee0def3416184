import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Outcome } from "../lab.js";
import { overTcp } from "./loopback.js";

/** Tier 9: lines over TCP, with a loop on each side. `answer` turns a line into the reply. */
export async function streams(
  signal: AbortSignal,
  answer: (line: string) => string = (line) => line.toUpperCase(),
): Promise<Outcome> {
  async function serve(socket: Socket) {
    for await (const line of linesOf(socket)) socket.write(`${answer(line)}\n`);
    socket.end();
  }
  async function use(client: Socket) {
    client.write("hello\nworld\n");
    const got: string[] = [];
    for await (const line of linesOf(client)) {
      if (got.push(line) === 2) client.end();
    }
    return got;
  }
  const got = await overTcp({ serve, connect, use }, signal);
  return { measured: `sent hello, world; got ${got.join(", ")}`, holds: got.join() === "HELLO,WORLD" };
}

/** readline ends with the `end` of its input. A socket that is destroyed has none, only a `close`. */
function linesOf(input: Socket): AsyncIterable<string> {
  const lines = createInterface({ input });
  input.once("close", () => lines.close());
  return lines;
}
