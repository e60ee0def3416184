/** What a fixture route answers. */
export interface FixtureReply {
  status: number;
  /** Content-Type (default: plain text). */
  type?: string;
  headers?: Readonly<Record<string, string>>;
  body: string | Buffer;
  /** Delay before the reply, in milliseconds, added to the latency of the server. With Infinity no reply is sent. */
  delayMs?: number;
  /** Send the body byte by byte, each after so many milliseconds (default: at once). */
  dripMs?: number;
  /** Answer 429 beyond so many requests a second (default: no limit). */
  perSecond?: number;
}
