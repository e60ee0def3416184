/** A PostgreSQL server and its user. Undefined parts are taken from PGHOST, PGUSER and the like. */
export interface Dsn {
  host?: string;
  port?: number;
  database?: string;
  user?: string;
  password?: string;
  /** As in `?sslmode=`: `require` does not check the certificate, `verify-full` does. */
  sslMode?: string;
  /** The name in the certificate, if another host passes the connection on. Default: `host`. */
  serverName?: string;
}

const schemes = ["postgres:", "postgresql:"];
const sslModes = ["disable", "allow", "prefer", "require", "verify-full"];

/**
 * Read `postgres://user:password@host:5432/database?sslmode=require`. `?host=/run/postgresql` is a socket's folder.
 * Returns a rule that the text breaks, as a string. It never repeats the text, which may hold a password.
 */
export function parseDsn(text: string): Dsn | string {
  const whole = text.replace(/^(\w+:\/\/[^/]*@)\//, "$1localhost/"); // a user, but no host
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (!url || !schemes.includes(url.protocol)) return "must begin with postgres:// or postgresql://";
  if (url.host.includes(",")) return "must name one host";
  const unknown = [...url.searchParams.keys()].find((key) => key !== "host" && key !== "sslmode");
  if (unknown !== undefined) return "takes only host and sslmode after the question mark";
  const sslMode = url.searchParams.get("sslmode") ?? undefined;
  if (sslMode !== undefined && !sslModes.includes(sslMode)) return `must have an sslmode of ${sslModes.join(", ")}`;
  try {
    return partsOf(url, sslMode);
  } catch {
    return "must have complete % escapes";
  }
}

function partsOf(url: URL, sslMode: string | undefined): Dsn {
  const dsn: Dsn = {};
  const host = url.searchParams.get("host") ?? decodeURIComponent(url.hostname.replace(/^\[(.*)\]$/, "$1"));
  const database = decodeURIComponent(url.pathname.slice(1));
  if (host !== "") dsn.host = host;
  if (url.port !== "") dsn.port = Number(url.port);
  if (database !== "") dsn.database = database;
  if (url.username !== "") dsn.user = decodeURIComponent(url.username);
  if (url.password !== "") dsn.password = decodeURIComponent(url.password);
  if (sslMode !== undefined && sslMode !== "disable") dsn.sslMode = sslMode;
  return dsn;
}
