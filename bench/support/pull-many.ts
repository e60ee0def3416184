/** `node pull-many.js <endpoint> <count>`: the least a receiver in zeromq.js can do. */
import { Pull } from "zeromq";

const pull = new Pull({ linger: 0 });
pull.connect(process.argv[2] ?? "");
const count = Number(process.argv[3]);
for (let received = 0; received < count; received++) await pull.receive();
pull.close();
