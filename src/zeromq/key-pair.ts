import { curveKeyPair } from "zeromq";
import type { ClientKeys, KeyPair, ServerKeys } from "./key-file.js";

/** New CURVE keys for a server and a client, each with the public key of the other. */
export function generateKeys(): { server: ServerKeys; client: ClientKeys } {
  const server: KeyPair = curveKeyPair();
  const client: KeyPair = curveKeyPair();
  return {
    server: { role: "server", ...server, clients: [client.publicKey] },
    client: { role: "client", ...client, serverKey: server.publicKey },
  };
}
