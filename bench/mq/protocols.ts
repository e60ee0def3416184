/** How a raw client of each broker subscribes and publishes. */

const size = 100; // bytes of a message
const payload = Buffer.alloc(size, "x");
const channel = "/topic/bench";

export interface Protocol {
  /** Bytes that a subscriber sends first, and the text that ends the answer to it. Default: there is none. */
  subscribe: Buffer;
  answer?: string;
  /** Bytes that a publisher sends first. */
  greet: Buffer;
  /** One message as it is published. */
  publish: Buffer;
  /** Bytes of a message as it arrives. */
  delivered: number;
}

const frame = (bytes: Uint8Array) => {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(bytes.length);
  return Buffer.concat([header, bytes]);
};
const resp = (...words: (string | Buffer)[]) =>
  Buffer.concat([
    Buffer.from(`*${words.length}\r\n`),
    ...words.flatMap((word) => [Buffer.from(`$${word.length}\r\n`), Buffer.from(word), Buffer.from("\r\n")]),
  ]);

export const protocols = {
  mq: {
    subscribe: frame(Buffer.from(channel)),
    greet: frame(Buffer.from("/null")),
    publish: Buffer.concat([frame(Buffer.from(channel)), frame(payload)]),
    delivered: 4 + size,
  },
  redis: {
    subscribe: resp("SUBSCRIBE", channel),
    answer: ":1\r\n",
    greet: Buffer.alloc(0),
    publish: resp("PUBLISH", channel, payload),
    delivered: resp("message", channel, payload).length,
  },
  nats: {
    subscribe: Buffer.from(`CONNECT {"verbose":false}\r\nSUB ${channel} 1\r\nPING\r\n`),
    answer: "PONG\r\n",
    greet: Buffer.from('CONNECT {"verbose":false}\r\n'),
    publish: Buffer.concat([Buffer.from(`PUB ${channel} ${size}\r\n`), payload, Buffer.from("\r\n")]),
    delivered: `MSG ${channel} 1 ${size}\r\n`.length + size + 2,
  },
} satisfies Record<string, Protocol>;

export type ProtocolName = keyof typeof protocols;
