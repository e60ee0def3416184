/** A PostgreSQL server and its user. Undefined parts are taken from PGUSER and the like. */
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
const noHost = "no-host.invalid"; // in its place, since a URL with a user or a port must have a host
const sslModes = ["disable", "allow", "prefer", "require", "verify-full"];

/**
 * Read `postgres://user:password@host:5432/database?sslmode=require`. `?host=/run/postgresql` is a socket's folder.
 * Returns a rule that the text breaks, as a string. It never repeats the text, which may hold a password. So text that may
 * be the rest of a password is refused, and never taken for a host or a database.
 */
export function parseDsn(text: string): Dsn | string {
  const [, scheme = "", server = "", rest = ""] = /^(\w+:)\/\/([^/?#]*)(.*)$/s.exec(text) ?? [];
  if (!schemes.includes(scheme)) return "must begin with postgres:// or postgresql://";
  if (/[#@]/.test(rest)) return "must have the characters / ? # @ of a password as %2F %3F %23 %40";
  const host = server.slice(server.lastIndexOf("@") + 1);
  if (host.includes(",")) return "must name one host";
  const [, port] = /:([^:\]]*)$/.exec(host) ?? [];
  if (port && !isPort(port)) return "must have a port from 1 to 65535";
  const user = server.slice(0, server.length - host.length);
  const whole = `${scheme}//${user}${/^(?::|$)/.test(host) ? noHost : ""}${host}${rest}`;
  if (!URL.canParse(whole)) return "must be like postgres://user:password@host:5432/database";
  return readUrl(new URL(whole));
}

function readUrl(url: URL): Dsn | string {
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
  if (host !== noHost) dsn.host = host;
  if (url.port !== "") dsn.port = Number(url.port);
  if (database !== "") dsn.database = database;
  if (url.username !== "") dsn.user = decodeURIComponent(url.username);
  if (url.password !== "") dsn.password = decodeURIComponent(url.password);
  if (sslMode !== undefined) dsn.sslMode = sslMode;
  return dsn;
}

/** The DSN with host, port and sslmode from the environment, where it has none. Returns a rule that one breaks, as a string. */
export function withEnvironment(dsn: Dsn, { PGHOST, PGPORT, PGSSLMODE }: NodeJS.ProcessEnv): Dsn | string {
  const { host = PGHOST || "localhost", port = PGPORT || "5432", sslMode = PGSSLMODE || undefined } = dsn;
  if (host.includes(",")) return "needs one host in PGHOST";
  if (!isPort(`${port}`)) return "needs a port from 1 to 65535 in PGPORT";
  if (sslMode !== undefined && !sslModes.includes(sslMode)) return `needs one of ${sslModes.join(", ")} in PGSSLMODE`;
  return { ...dsn, host, port: Number(port), ...(sslMode !== undefined && { sslMode }) };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
