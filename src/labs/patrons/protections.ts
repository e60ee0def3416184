/** The protections of the cache. Each can be taken out, to show its purpose. */
export interface Protections {
  /** A read that is older than an event is not kept. */
  versions: boolean;
  /** While no connection listens, reads go to the database. The cache is cleared before it is used again. */
  bypass: boolean;
  /** A message to itself each second finds a connection that is dead without a sign. */
  echo: boolean;
}

export const allProtections: Protections = { versions: true, bypass: true, echo: true };
