/** The kind of a socket, as its peers see it. */
export type SocketKind = "PUSH" | "PULL" | "PUB" | "SUB";

/** The connections of a socket so far. */
export interface LinkCounts {
  /** Peers whose handshake succeeded. */
  connects: number;
  /** Of these, peers that went away or were found dead. */
  disconnects: number;
  /** Failed handshakes: an unlisted key, a wrong key, no key, or no ZeroMQ at all. */
  refused: number;
}

/** A change of a socket's connections. */
export type LinkChange =
  /** No peer has connected within a second. Only from follow(). */
  | { type: "waiting" }
  /** `again` is false for the first peer. `peers` is the number of connected peers now. */
  | { type: "connected"; again: boolean; peers: number }
  | { type: "disconnected"; peers: number }
  /** A handshake failed. Each reason comes once until a peer connects, and at most once a second. */
  | { type: "refused"; reason: string }
  /** The server's name has no known address. Repeated as `refused` is. */
  | { type: "unresolved"; reason: string };

/** A change, and its socket: the address that it is bound to or connects to. */
export type LinkEvent = LinkChange & { via: SocketKind; address: string };
