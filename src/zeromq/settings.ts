/**
 * The options of every socket, set before it binds or connects. Times are in milliseconds unless stated otherwise.
 * `immediate` is not one of them. It is for senders that connect: a receiver with it discards arrived but unread messages
 * when its connection ends.
 */
export const settings = {
  /** A connection without a handshake is cut after this time: HTTP, garbage, silence. */
  handshakeInterval: 2000,
  /** An attempt to connect ends after this time. The system's own limit is about two minutes. */
  connectTimeout: 2000,
  /** The pause before the first reconnect. It doubles up to `reconnectMaxInterval`. */
  reconnectInterval: 100,
  reconnectMaxInterval: 500,
  /**
   * TCP keep-alive finds a peer behind a cut cable within 11 s of silence. The two times are in seconds. ZeroMQ's own
   * heartbeats are off: libzmq 4.3.5 aborts the process if one is due while a slow receiver has stopped its input and the
   * peer goes away (libzmq issues 4364 and 4767). The kernel of a suspended peer answers keep-alive: it stays connected.
   */
  tcpKeepalive: 1,
  tcpKeepaliveIdle: 5,
  tcpKeepaliveInterval: 2,
  tcpKeepaliveCount: 3,
  /**
   * TCP does not probe while sent bytes are unacknowledged; this time limit ends the connection then. A suspended peer
   * with full buffers keeps its connection that long: messages on a new one could overtake unread ones on the old one.
   */
  tcpMaxRetransmitTimeout: 15_000,
} as const;
