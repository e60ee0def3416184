import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Publication } from "../../../zeromq/publication.js";
import { settledWithin } from "../../../zeromq/settled-within.js";
import type { Sample } from "../sample.js";
import type { CommandEnd } from "./command.js";
import type { Identity } from "./identity.js";
import type { Reading } from "./probe.js";

/** Milliseconds that the first sample waits for the subscription of a running server. */
const joinMs = 1000;

/** Account of the samples. */
export interface ReporterCounts {
  taken: number;
  /** Of these, handed to ZeroMQ while a server listened. A later loss shows as a gap in `seq`. */
  sent: number;
  /** Of these, not sent because no server listened. */
  unsent: number;
}

/** Turns readings into samples, and publishes them or counts them as unsent. */
export class Reporter {
  readonly id = randomUUID();
  readonly counts: ReporterCounts = { taken: 0, sent: 0, unsent: 0 };
  /** Resolves once a server listens, or after a second. Await it before the first sample. */
  readonly joined: Promise<void>;
  /** The measured process (default: this one). */
  pid = process.pid;
  /** The end of the measured command, for its closing sample. */
  end: CommandEnd | undefined;
  readonly #pub: Publication;
  readonly #identity: Identity;

  constructor(pub: Publication, identity: Identity) {
    this.joined = settledWithin(pub.subscribed, joinMs);
    this.#pub = pub;
    this.#identity = identity;
  }

  /** Send one more sample, and resolve with it; an unsent one has no `seq`. Never waits for a peer. */
  async report(
    { cpu, mem, ...more }: Reading,
    { intervalMs, closing = false }: { intervalMs: number; closing?: boolean },
  ): Promise<Sample> {
    const { counts, pid } = this;
    const { color, name, default_color, command } = this.#identity;
    const sample: Sample = {
      color,
      timestamp: new Date().toISOString(),
      cpu,
      mem,
      id: this.id,
      seq: counts.sent,
      unsent: counts.unsent,
      name,
      pid,
      host: hostname(),
      interval: intervalMs,
      ...more,
      ...(default_color && { default_color }),
      ...(command !== undefined && { command }),
      ...(closing && { ...endOf(this.end), closing }),
    };
    const message = JSON.stringify(sample);
    counts.taken++;
    if (this.#pub.isWanted(message)) {
      counts.sent++;
      await this.#pub.send(message);
      return sample;
    }
    counts.unsent++;
    const { seq: _, ...kept } = sample;
    return { ...kept, unsent: counts.unsent };
  }
}

function endOf(end: CommandEnd | undefined): Pick<Sample, "exit_code" | "exit_signal"> {
  if (!end) return {};
  return { exit_code: end.exitCode, ...(end.signal && { exit_signal: end.signal }) };
}
