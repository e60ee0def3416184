import type { ServerResponse } from "node:http";

/**
 * Cut off a client that does not read. A reset drops what the kernel holds for it; after a mere close the kernel would
 * keep some megabytes for minutes.
 */
export function cutOff(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
  response.destroy();
}
