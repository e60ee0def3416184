import type { Event } from "zeromq";

/** Why a handshake failed. */
export interface Refusal {
  reason: string;
  /** ZeroMQ gives up: a connecting socket does not try again by itself. */
  final: boolean;
}

/** A connection that ended without a handshake or an error. */
export const noZeromq: Refusal = {
  reason: "it does not speak ZeroMQ, or is another kind of socket (are the addresses swapped?)",
  final: true,
};

/** The reason behind a `handshake:error` event. */
export function explainRefusal(event: Event): Refusal {
  if (event.type === "handshake:error:auth") return { reason: "the client's key is not listed", final: true };
  if (event.type !== "handshake:error:protocol")
    return { reason: "the connection broke in the handshake (another server key, or no ZeroMQ)", final: false };
  const { code } = event.error;
  if (code === "ERR_ZMTP_MECHANISM_MISMATCH") return { reason: "only one side uses CURVE", final: true };
  if (code === "ERR_ZMTP_CRYPTOGRAPHIC") return { reason: "the client has another server's key", final: true };
  return { reason: `no valid ZeroMQ handshake (${code})`, final: true };
}
