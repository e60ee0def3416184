/**
 * A server that can be killed. It binds a SUB to argv[2] and prints each message. Its buffers are small, so messages
 * soon wait in the app while this process is stopped.
 */
import { Subscriber } from "zeromq";

const socket = new Subscriber({ linger: 0, receiveBufferSize: 4096, receiveHighWaterMark: 10 });
socket.subscribe("");
socket.bindSync(process.argv[2] ?? "");
process.stdout.write("ready\n");
for await (const [frame] of socket) process.stdout.write(`${frame}\n`);
