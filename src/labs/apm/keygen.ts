import { type Keys, writeKeyFiles } from "../../zeromq/key-file.js";
import { generateKeys } from "../../zeromq/key-pair.js";

export interface KeygenReport {
  /** For the side that binds; keep it there. */
  server: string;
  /** For the sides that connect. */
  client: string;
}

/**
 * New CURVE keys in two files that their owner alone can read: `out` for the server, `out` + ".client" for its clients.
 * Never overwrites: rejects with ExitError(1) if a file is there already or cannot be written.
 */
export async function keygen({ out }: { out: string }): Promise<KeygenReport> {
  const { server, client } = generateKeys();
  const files = { server: out, client: `${out}.client` };
  await writeKeyFiles(
    new Map<string, Keys>([
      [files.server, server],
      [files.client, client],
    ]),
  );
  return files;
}
