/** Why the broker cuts a connection, in words that follow "Cut a connection: ". */
export const cutReasons = {
  http: "it speaks HTTP",
  tls: "it speaks TLS",
  frame: "it announced more than 1 MiB",
  name: "the name of a channel must have 1 to 256 bytes",
  half_frame: "the rest of a frame did not come within 5 s",
  no_channel: "no channel came within 10 s",
  backlog: "it is too slow: 8 MiB were waiting for it",
  stalled: "it took nothing for 5 s",
  memory: "the memory for slow peers is used up",
  gone: "it no longer answers",
} as const;

export type CutReason = keyof typeof cutReasons;

const tlsHandshake = 0x1603; // the type of a record, and the first byte of its version

/** The reason to refuse a first frame with this announced length: the first bytes of HTTP or TLS make a large number. */
export function reasonOfLength(length: number): CutReason {
  if (length >>> 16 === tlsHandshake) return "tls";
  const text = String.fromCharCode(length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff);
  return /^(?:GET |HEAD|POST|PUT |DELE|OPTI|PATC|CONN|TRAC|PRI )$/.test(text) ? "http" : "frame";
}
