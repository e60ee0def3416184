import { lstatSync, unlinkSync } from "node:fs";
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

/**
 * The file of the `ipc://` endpoint that was bound last, as a function that removes it: ZeroMQ leaves it behind. It stays
 * if another file has taken its place, or if it cannot be removed. Other endpoints have no file.
 */
export function fileOf(address: string): { remove(): void } {
  const path = address.slice("ipc://".length);
  const inspect = () => lstatSync(path, { throwIfNoEntry: false });
  const own = address.startsWith("ipc://") ? inspect() : undefined;
  return {
    remove() {
      try {
        const there = own && inspect();
        if (there?.isSocket() && there.ino === own?.ino && there.dev === own.dev) unlinkSync(path);
      } catch {
        // its folder has gone, or belongs to others now
      }
    },
  };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
