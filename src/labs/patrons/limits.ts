/** The limits of the lab, each with its unit. docs/reference/limits.md has the result of reaching each. */
export const limits = {
  /** The time of a query with its wait for a connection, in milliseconds. */
  queryMs: 2000,
  /** Queries that wait for a connection. A further one fails at once. */
  waiting: 1000,
  /** The time between two echoes, in milliseconds. */
  echoMs: 1000,
  /** The longest way of an echo, in milliseconds. */
  echoLateMs: 2000,
  /** The longest time between two attempts to listen, in milliseconds. */
  relistenMs: 1000,
  /** All cached patrons together, in bytes. */
  cacheBytes: 128 * 2 ** 20,
  /** The body of a request, in bytes. */
  bodyBytes: 64 * 2 ** 10,
  /** Connections of clients at a time. */
  connections: 16_384,
};
