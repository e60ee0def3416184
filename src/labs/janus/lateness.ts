const beatMs = 10;

export interface Beats {
  /** How often the event loop came round for the timer. */
  beats: number;
  /** How late it came at worst, in milliseconds. */
  lateMs: number;
}

/** Let a timer of 10 ms tick on the event loop during `work`, and resolve with how late it was. */
export async function measureLateness<T>(work: () => Promise<T>): Promise<Beats & { value: T }> {
  let beats = 0;
  let lateMs = 0;
  let last = performance.now();
  const look = () => {
    const now = performance.now();
    lateMs = Math.max(lateMs, now - last - beatMs);
    last = now;
  };
  const timer = setInterval(() => {
    beats++;
    look();
  }, beatMs);
  try {
    const value = await work();
    look(); // the beat that is due may be late as well
    return { beats, lateMs, value };
  } finally {
    clearInterval(timer);
  }
}
