/** The reason why an address cannot be bound, with advice where there is any. An unknown error keeps its own message. */
export function whyNotBound({ code = "", message }: NodeJS.ErrnoException): string {
  return reasons[code] ?? message;
}

const noSuchAddress = "this machine has no such address";

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use: choose another, or 0 for any free one, or end the other program",
  EACCES: "not allowed: ports below 1024 belong to the system, choose a higher one",
  EADDRNOTAVAIL: noSuchAddress,
  ENODEV: noSuchAddress, // ZeroMQ, for an unknown interface
  ENOENT: "there is no such folder", // of an ipc:// path
};
