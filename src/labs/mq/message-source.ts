/** Messages as they go over the wire. */
export interface Page {
  bytes: Buffer;
  messages: number;
}

/** Where the messages of a sender come from. */
export interface MessageSource {
  /** The next messages, undefined at the end. Cancellation: rejects with `signal.reason`, and loses none. */
  next(signal: AbortSignal): Promise<Page | undefined>;
}
