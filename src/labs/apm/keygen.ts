import { type Keys, writeKeyFiles } from "../../zeromq/key-file.js";
import { generateKeys } from "../../zeromq/key-pair.js";

export interface KeygenReport {
  /** The file for the side that binds. */
  server: string;
  /** The file for the sides that connect. */
  client: string;
}

/**
 * Write new CURVE keys into two files that only their owner can read: `out` for the server, `out` + ".client" for its
 * clients. Rejects with ExitError(1) if one of them exists, and with the error of the system if one cannot be written;
 * then neither is written.
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
