/**
 * What every socket here is opened with, all of it before it binds or connects. Milliseconds, unless said otherwise.
 * `immediate` is not among it: a receiver that has it throws away what has arrived but is not read yet when its
 * connection ends. It is for senders that connect.
 */
export const settings = {
  /** A connection that has not shaken hands by then is cut: HTTP, garbage, silence. */
  handshakeInterval: 2000,
  /** Pause before the first try to reconnect, doubled up to the longest. */
  reconnectInterval: 100,
  reconnectMaxInterval: 500,
  /**
   * A peer behind a cut cable is found dead within eleven seconds of silence (here in seconds). By TCP, not by ZeroMQ's
   * heartbeats: libzmq 4.3.5 aborts the process when one is due while a slow receiver has its input stopped and the peer
   * goes away (libzmq issues 4364 and 4767). And a peer that is only suspended stays one, and loses nothing.
   */
  tcpKeepalive: 1,
  tcpKeepaliveIdle: 5,
  tcpKeepaliveInterval: 2,
  tcpKeepaliveCount: 3,
  /**
   * Nothing is probed while sent bytes wait to be taken; then this ends the connection. A peer that is only suspended
   * keeps its own for as long: on a new one messages could overtake those it has still to read from the old one.
   */
  tcpMaxRetransmitTimeout: 15_000,
} as const;
