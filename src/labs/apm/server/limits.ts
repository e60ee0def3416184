/**
 * Every limit of the server in one place, with its unit and its effect. Dropped messages and cut or refused clients are
 * counted in /metrics.
 */
export const limits = {
  /** Bytes of a frame. The connection of an app that sends a longer one is cut (peer_disconnects). */
  maxMessageSize: 64 * 1024,
  /** Messages that ZeroMQ holds for each app. Beyond it, the app drops samples, which shows as a gap (lost). */
  receiveHighWaterMark: 1000,
  /** Series at a time. A new one replaces the one that ended first, or is refused (rejected: cardinality). */
  maxSeries: 256,
  /** Milliseconds without a sample until a series leaves, with its history. */
  idleMs: 10 * 60_000,
  /** Longest gap that counts as a loss: a thousand samples a second for ten minutes. A longer one is a wrong number. */
  maxGap: 600_000,
  /** Gaps remembered for each app, for late samples. A late sample of an older gap counts as a duplicate. */
  maxGaps: 64,
  /** Milliseconds that a timestamp may be off. Beyond it the sample counts as skewed, but is kept. */
  skewMs: 60_000,
  /** Seconds that the wall clock must be ahead of the monotonic one to count as a jump, and jumps remembered. */
  jumpSeconds: 2,
  maxJumps: 64,
  /** Marks remembered. Beyond it, the oldest go. */
  maxMarks: 100,
  /** Marks a second. Beyond it, they are left out. */
  maxMarksPerSecond: 50,
  /** Milliseconds of lag that are worth a mark. */
  blockedMs: 250,
  /** Characters of a rejected value that are shown. */
  maxRejectionText: 60,
  /** Milliseconds of taking samples until the collector yields to the event loop. */
  busyMs: 5,

  /**
   * Milliseconds between two writes to the feed. Each has the latest sample of each series; older ones are left out.
   */
  feedIntervalMs: 100,
  /** Open feeds at a time. One more gets 503. */
  maxFeeds: 1200,
  /** Bytes that may wait for a slow browser, and milliseconds it may be behind. Then it is cut (evicted). */
  maxFeedBacklog: 256 * 1024,
  feedStallMs: 10_000,
  /** Milliseconds between two beats, by which a page knows that its link is alive. */
  feedBeatMs: 5000,
  /** Milliseconds between two comments, which show a proxy or a browser that the feed is alive. */
  feedCommentMs: 15_000,
  /**
   * Age in milliseconds at which a feed ends and the browser opens a new one. This bounds the backlog in the kernel.
   */
  feedLifeMs: 10 * 60_000,
  /** Milliseconds before a browser reconnects: a random value between these two. */
  retryMs: [1000, 5000],

  /** Connections at a time. One more is closed. */
  maxConnections: 2000,
  /** Replies of /api/series at a time. One more gets 503. */
  maxHistoryReplies: 8,
  /** Milliseconds that such a reply may take. Then the connection is cut. */
  historyReplyMs: 30_000,
  /** Longest --history in seconds: 104 bytes a second and series, 96 MB for 256 series. */
  maxHistorySeconds: 3600,
} as const;
