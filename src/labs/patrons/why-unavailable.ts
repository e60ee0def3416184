/** Errors of the driver, of sockets and of TLS that say nothing but that the server cannot be reached. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was reset",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its name cannot be looked up now",
  EHOSTUNREACH: "no way leads there",
  ENETUNREACH: "no way leads there",
  ETIMEDOUT: "it does not answer",
  EPROTO: "TLS has failed",
  ENOENT: "there is no such socket",
  EACCES: "the socket may not be opened",
  CONNECTION_CLOSED: "the connection was closed",
  CONNECTION_DESTROYED: "the connection was closed",
  CONNECTION_ENDED: "the connection was closed",
};

/** Classes of SQLSTATE for errors of the server or its state, not of the statement. */
const outside = /^(?:08|0A|25|28|3D|3F|40|42|53|55|57|58|F0|XX)/;

/** The status and one line for a statement that the table refuses: a constraint of others, or a value too long. */
export function whyRefused(error: unknown): { status: 400 | 409; reason: string } | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: string };
  if (typeof code !== "string" || !/^(?:2[23]|44|P0)[0-9A-Z]{3}$/.test(code)) return undefined;
  return { status: code.startsWith("22") ? 400 : 409, reason: `the database refuses it: ${message}` };
}

/**
 * One line that says why the database cannot answer, for a driver's error. It never holds a password. Undefined: the error
 * says something else, and may be a bug of ours.
 */
export function whyUnavailable(error: unknown): string | undefined {
  const { code = "", message = "" } = (error ?? {}) as { code?: unknown; message?: string };
  if (typeof code !== "string") return undefined;
  const reason = reasons[code];
  if (reason !== undefined) return `the database cannot be reached: ${reason}`;
  if (/^[0-9A-Z]{5}$/.test(code) && outside.test(code)) return `the database says: ${message}`;
  if (code.startsWith("ERR_TLS") || code.startsWith("ERR_SSL") || /CERT|SIGNATURE|SASL/.test(code)) {
    return `the database cannot be trusted: ${code}`;
  }
  return undefined;
}
