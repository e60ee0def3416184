/** The other ends of the connections. */
import { openSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { devNull } from "node:os";
import { serve } from "./serve.js";

export interface PeerOrder {
  port: number;
  /** Connections to open. */
  count: number;
}

export interface Connected {
  connected: number;
  error?: string;
}

const spareFiles = 32; // so that this process, which gets the error, runs out of files before the server does

const sockets: Socket[] = [];
try {
  for (let n = 0; n < spareFiles; n++) openSync(devNull, "r");
} catch {
  // The limit is so low that no connection will stand.
}

serve(async ({ port, count }: PeerOrder): Promise<Connected> => {
  const ends = await Promise.allSettled(Array.from({ length: count }, () => open(port)));
  const failed = ends.find((end) => end.status === "rejected");
  const connected = ends.filter((end) => end.status === "fulfilled").length;
  return { connected, ...(failed && { error: failed.reason.code }) };
});

function open(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" }, resolve).on("error", reject).resume();
    sockets.push(socket);
  });
}
