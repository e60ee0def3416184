import { connect, type Socket } from "node:net";
import { ExitError, onAbort, sleep } from "../../concurrency/index.js";
import { authority } from "../../net/authority.js";
import type { LabContext } from "../lab.js";
import { encodeFrame } from "./frame.js";
import { limits } from "./limits.js";

export interface LinkOptions {
  host: string;
  port: number;
  /** The channel to subscribe to. */
  channel: Buffer;
  /** Reject if no broker answers the first attempt (default: wait for one). */
  required?: boolean;
}

export type LinkEvent =
  /** No broker answers. Told once until one does. */
  | { type: "waiting"; address: string; reason: string }
  | { type: "connected"; address: string; again: boolean }
  /** Messages are lost until the next connection. */
  | { type: "disconnected"; address: string };

/**
 * Stay connected to a broker: call `use` with each new connection, until it returns true. It returns false once its
 * connection is lost; then a pause of 100 ms, which doubles up to 2 s, precedes the next attempt.
 *
 * Cancellation: rejects with `signal.reason`, once `use` has ended. Rejects with ExitError(3) without a `required` broker.
 */
export async function stayConnected(
  { host, port, channel, required = false }: LinkOptions,
  { signal, emit }: LabContext<LinkEvent>,
  use: (socket: Socket) => Promise<boolean>,
): Promise<void> {
  const address = authority(host, port);
  const [shortest, longest] = limits.retryMs;
  let pauseMs: number = shortest;
  let [connections, isTold] = [0, false];
  const tellConnected = () => {
    emit?.({ type: "connected", address, again: connections++ > 0 });
    isTold = false;
  };
  for (;;) {
    const socket = await tryConnect(host, port, signal);
    if (socket instanceof Error) {
      const reason = whyNotConnected(socket);
      if (required && connections === 0) {
        throw new ExitError(3, `no broker at ${address}: ${reason}; start one with lab mq server`);
      }
      if (!isTold) emit?.({ type: "waiting", address, reason });
      isTold = true;
    } else {
      const start = performance.now();
      socket.write(encodeFrame(channel));
      const news = new News(tellConnected, connections === 0 ? 0 : limits.standsMs);
      try {
        if (await use(socket)) return news.tell();
      } finally {
        news.cancel();
        socket.destroy();
      }
      if (news.isTold) emit?.({ type: "disconnected", address });
      if (performance.now() - start > longest) pauseMs = shortest; // not for a broker that accepts and cuts
    }
    await sleep(pauseMs, { signal });
    pauseMs = Math.min(pauseMs * 2, longest);
  }
}

/** Tells of a connection once it has stood for a while: not of each one that a broker accepts and cuts. */
class News {
  isTold = false;
  readonly #tell: () => void;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(tell: () => void, afterMs: number) {
    this.#tell = tell;
    if (afterMs === 0) this.tell();
    else this.#timer = setTimeout(() => this.tell(), afterMs);
  }

  tell(): void {
    if (!this.isTold) this.#tell();
    this.isTold = true;
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}

/** A connection, or why there is none. Cancellation: rejects with `signal.reason`. */
async function tryConnect(host: string, port: number, signal: AbortSignal): Promise<Socket | Error> {
  signal.throwIfAborted();
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: limits.keepAliveMs });
  const found = await new Promise<Socket | Error>((resolve) => {
    const tooLong = () => socket.destroy(new Error(`no answer within ${limits.connectMs / 1000} s`));
    const timer = setTimeout(tooLong, limits.connectMs);
    const forget = onAbort(signal, () => socket.destroy(new Error("aborted")));
    const done = (outcome: Socket | Error) => {
      clearTimeout(timer);
      forget();
      resolve(outcome);
    };
    socket.on("error", done).once("connect", () => done(socket)); // later errors end in a close
  });
  if (signal.aborted) socket.destroy();
  signal.throwIfAborted();
  return found;
}

function whyNotConnected({ code = "", message }: NodeJS.ErrnoException): string {
  return reasons[code] ?? message;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no such name",
  EAI_AGAIN: "the name server does not answer",
};

/** Resolves with the next event. Unlike once(), an error does not reject: it is a lost connection, and a close follows. */
export function heard(socket: Socket, event: "drain" | "close", signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      forget();
      resolve();
    };
    const forget = onAbort(signal, () => {
      socket.off(event, done);
      reject(signal.reason);
    });
    socket.once(event, done);
  });
}
