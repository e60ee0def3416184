/**
 * The reason why an address cannot be bound, with advice where there is any. `isPath`: the address is a path, not a port.
 * An unknown error keeps its own message.
 */
export function whyNotBound({ code = "", message }: NodeJS.ErrnoException, { isPath = false } = {}): string {
  return (isPath ? reasonsOfPath[code] : undefined) ?? reasons[code] ?? message;
}

const noSuchAddress = "this machine has no such address";

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use: choose another, or 0 for any free one, or end the other program",
  EACCES: "not allowed: ports below 1024 belong to the system, choose a higher one",
  EADDRNOTAVAIL: noSuchAddress,
  ENODEV: noSuchAddress, // ZeroMQ, for an unknown interface
};

const notWritable = "not allowed: the folder must be one that you can write to";

const reasonsOfPath: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
};
