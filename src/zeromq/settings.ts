/** What every socket here is opened with, all of it before it binds or connects. Milliseconds, unless said otherwise. */
export const settings = {
  /** A connection that has not shaken hands by then is cut: HTTP, garbage, silence. */
  handshakeInterval: 2000,
  heartbeatInterval: 1000,
  /** Pause before the first try to reconnect, doubled up to the longest. */
  reconnectInterval: 100,
  reconnectMaxInterval: 500,
  /** Messages for a peer that is away are not queued up where nobody can count them. */
  immediate: true,
} as const;

/**
 * How long a peer may be silent before it counts as dead. Longer than a person suspends a program for a moment, so that
 * this costs no message; a cut cable shows within eleven seconds.
 */
export const heartbeatTimeout = 10_000;

/** How long a closed sender goes on delivering to a peer that takes what it gets. */
export const lingerMs = 1000;
