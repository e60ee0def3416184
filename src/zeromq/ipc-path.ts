import { lstat } from "node:fs/promises";
import { connect } from "node:net";
import { ExitError } from "../concurrency/index.js";

/**
 * Protect the path of an `ipc://` endpoint: ZeroMQ deletes it before it binds, even a file with content or the socket of a
 * running program. Rejects with ExitError(1) if there is either. The socket of a dead program may be replaced. Other
 * endpoints have no path and pass.
 */
export async function refuseToReplace(address: string): Promise<void> {
  if (!address.startsWith("ipc://")) return;
  const path = address.slice("ipc://".length);
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isSocket()) throw new ExitError(1, `cannot bind ${address}: there is something else than a socket`);
  if (await answers(path)) throw new ExitError(1, `cannot bind ${address}: another program listens there`);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
