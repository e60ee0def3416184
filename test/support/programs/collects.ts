/**
 * A server that can be killed: binds a SUB to argv[2] and prints each message it gets. It and its kernel hold little, so
 * that when it is stopped what comes soon waits in the app.
 */
import { Subscriber } from "zeromq";

const socket = new Subscriber({ linger: 0, receiveBufferSize: 4096, receiveHighWaterMark: 10 });
socket.subscribe("");
socket.bindSync(process.argv[2] ?? "");
process.stdout.write("ready\n");
for await (const [frame] of socket) process.stdout.write(`${frame}\n`);
