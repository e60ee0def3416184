import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { Unavailable } from "./database.js";

export interface SocketOptions {
  host: string;
  port: number;
  /** A socket of the file system, in place of host and port. */
  path: string | undefined;
  /** `require` does not check the certificate, `verify-full` does. `prefer` and `allow` do without TLS if they must. */
  sslMode?: string;
  /** The name in the certificate. Default: `host`. */
  serverName?: string;
}

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Connect to a PostgreSQL server. The driver would wrap TLS around a socket that nobody else reaches; this one can be
 * destroyed. `onSocket` gets each socket as it is made: the caller destroys it, also while it connects, and if this rejects.
 */
export async function openSocket(options: SocketOptions, onSocket: (socket: Socket) => void): Promise<Socket> {
  const { host, port, path, sslMode, serverName = host } = options;
  const socket = path ? connect(path) : connect({ host, port });
  onSocket(socket);
  await once(socket, "connect");
  if (sslMode === undefined || sslMode === "disable" || path) return socket;
  if (!(await speaksTls(socket))) {
    if (sslMode === "prefer" || sslMode === "allow") return socket;
    throw new Unavailable(`the server does not speak TLS, which sslmode=${sslMode} asks for`);
  }
  const secure = connectTls({ socket, ...identity(serverName), rejectUnauthorized: sslMode === "verify-full" });
  onSocket(secure);
  await once(secure, "secureConnect");
  return secure;
}

/** A certificate is checked against this name or address. */
function identity(host: string): ConnectionOptions {
  return isIP(host) === 0 ? { host, servername: host } : { host };
}

/** Ask whether the server speaks TLS. Its answer is one byte; more would be text that somebody slips in before TLS. */
async function speaksTls(socket: Socket): Promise<boolean> {
  socket.write(sslRequest);
  const closed = once(socket, "close").then(() => {
    throw new Unavailable("the server has closed the connection");
  });
  const [answer] = (await Promise.race([once(socket, "data"), closed])) as [Buffer];
  closed.catch(() => {}); // it rejects at the end of the connection
  if (answer.length > 1) throw new Unavailable("the server is no PostgreSQL");
  return answer[0] === 83; // S
}
