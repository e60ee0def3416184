/** The beginning of the names of channels that give each message to one subscriber. */
export const queuePrefix = "/queue";

/**
 * Every limit of the broker and its clients in one place, with its unit and its effect. Cut connections and dropped
 * messages are counted in the status.
 */
export const limits = {
  /** Bytes of a message. A connection that announces more is cut (frame). */
  maxMessage: 2 ** 20,
  /** Bytes of a channel's name, at least 1. Any other length cuts the connection (name). */
  maxName: 256,
  /** Milliseconds for the rest of a frame that has begun. Then the connection is cut (half_frame). */
  frameMs: 5000,
  /** Milliseconds for the channel, the first frame of a connection. Then it is cut (no_channel). */
  channelMs: 10_000,
  /** Bytes of begun frames, all connections together. Beyond it, the connection that needs more is cut (memory). */
  allHalfFrames: 256 * 2 ** 20,
  /** Bytes of publishers that wait for a /queue. Then others stop at the first chunk of a message for a full one. */
  allPausedFrames: 256 * 2 ** 20,

  /** Connections at a time, or the open files of the process less 64. One more is closed (refused). */
  maxConnections: 10_000,
  /** Milliseconds of silence until TCP asks a peer ten times, a second apart. Then it is cut (gone). */
  keepAliveMs: 5000,

  /** Bytes that wait for one subscriber. Beyond it, the subscriber is cut (backlog). */
  sendQueue: 8 * 2 ** 20,
  /** Bytes that wait for all subscribers; data that several share counts once. One more byte cuts its reader (memory). */
  allSendQueues: 512 * 2 ** 20,
  /** Milliseconds in which a subscriber takes none of the data that waits for it. Then it is cut (stalled). */
  stallMs: 5000,

  /** Messages, and bytes, that a /queue holds. Then its publishers are not read until there is room. */
  queueMessages: 10_000,
  queueBytes: 64 * 2 ** 20,
  /** Bytes that all queues hold, and the number of queues that hold messages. Then the same. */
  allQueues: 256 * 2 ** 20,
  queueNames: 1024,

  /** Bytes that are gathered for one write, and channels or workers that gather at a time. Then they are written. */
  pageSize: 64 * 1024,
  gathering: 64,
  /** Bytes from which data is written from where it is, without gathering. */
  direct: 16 * 1024,
  /** Bytes of one write to a subscriber that has fallen behind. */
  catchUp: 2 ** 20,

  /** Milliseconds between two looks at all connections for those that take too long. */
  lookMs: 250,
  /** Milliseconds between two lines about cuts for the same reason. */
  cutNoticeMs: 1000,
  /** Milliseconds that subscribers get at the end to take their queued messages, and that a broker gets to let one go. */
  farewellMs: 1000,
  /** Milliseconds in which a listener that has enough reads nothing, so that the broker of a queue sends no more. */
  lettingGoMs: 100,

  /** Milliseconds of a client's first pause before it connects again, and of the longest one. */
  retryMs: [100, 2000],
  /** Milliseconds that a connection found again must stand before it is told of. */
  standsMs: 300,
  /** Milliseconds of an attempt to connect. */
  connectMs: 2000,
} as const;
