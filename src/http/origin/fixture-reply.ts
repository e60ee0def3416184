/** What a fixture route answers. */
export interface FixtureReply {
  status: number;
  /** Content-Type (default: plain text). */
  type?: string;
  headers?: Readonly<Record<string, string>>;
  body: string | Buffer;
  /** Delay before the reply, in milliseconds, added to the latency of the server. */
  delayMs?: number;
}
