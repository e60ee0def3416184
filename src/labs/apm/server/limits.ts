/**
 * Every limit of the server in one place, with its unit and what happens at it. What is dropped, cut or refused is
 * counted and told in /metrics.
 */
export const limits = {
  /** Bytes of a frame; the connection of an app that sends a longer one is cut (peer_disconnects). */
  maxMessageSize: 64 * 1024,
  /** Messages that ZeroMQ holds for each app; an app that finds this full loses what it sends, seen as a gap (lost). */
  receiveHighWaterMark: 1000,
  /** Series at a time. A new one takes the place of the one that ended first, else it is refused (rejected: cardinality). */
  maxSeries: 256,
  /** Milliseconds without a sample after which a series leaves, with its history. */
  idleMs: 10 * 60_000,
  /** Samples lost at one go that are believed: a thousand a second for ten minutes. A longer gap is a wrong number, not a loss. */
  maxGap: 600_000,
  /** Gaps of an app that are remembered, for samples that come late; of older ones they count as come twice. */
  maxGaps: 64,
  /** Milliseconds a sample's timestamp may be off before it counts as skewed; it is kept all the same. */
  skewMs: 60_000,
  /** Milliseconds of taking samples before the event loop gets its turn. */
  busyMs: 5,

  /** Milliseconds between two writes to the live feed: the latest sample of each series, older ones are left out. */
  feedIntervalMs: 100,
  /** Live feeds at a time; one more is answered with 503. */
  maxFeeds: 1200,
  /** Bytes that wait for a browser that reads too slowly, and milliseconds it may take none: then it is cut (evicted). */
  maxFeedBacklog: 256 * 1024,
  feedStallMs: 10_000,
  /** Milliseconds between two comments that show a proxy or a browser that the feed is alive. */
  feedCommentMs: 15_000,
  /** Milliseconds after which a feed is ended and the browser opens it anew: what hides in the kernel's buffers ends with it. */
  feedLifeMs: 10 * 60_000,
  /** Milliseconds a browser waits before it reconnects, each another: between these two. */
  retryMs: [1000, 5000],

  /** Connections at a time; one more is closed. */
  maxConnections: 2000,
  /** Replies of /api/series that are written at a time; one more is answered with 503. */
  maxHistoryReplies: 8,
  /** Milliseconds such a reply may take its reader; then the connection is cut. */
  historyReplyMs: 30_000,
  /** Seconds of history that --history may ask for: 80 bytes each and series, 74 MB for 256 series. */
  maxHistorySeconds: 3600,
  /** Milliseconds that /metrics may be old. */
  metricsAgeMs: 1000,
} as const;
