import type { Jump } from "../page/protocol.js";
import { serverTime } from "./clock.js";
import { limits } from "./limits.js";

/**
 * Notes each time that the wall clock has jumped ahead of the monotonic one: the machine was suspended, or its clock was
 * set. A clock that is set back moves no point, since times must not overlap.
 */
export class WallClock {
  /** Oldest first, at most 64. */
  readonly jumps: Jump[] = [];
  #offset = offsetNow();

  /** Look now. Call it again and again. Returns whether there is a new jump. */
  look(): boolean {
    const offset = offsetNow();
    const by = offset - this.#offset;
    if (Math.abs(by) < limits.jumpSeconds) return false;
    this.#offset = offset;
    if (by < 0) return false;
    this.jumps.push({ at: serverTime(), by });
    if (this.jumps.length > limits.maxJumps) this.jumps.shift();
    return true;
  }
}

function offsetNow(): number {
  return Date.now() / 1000 - serverTime();
}
