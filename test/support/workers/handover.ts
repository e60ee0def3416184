export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

export function bytes(view: ArrayBuffer | Uint8Array): number {
  return view.byteLength;
}

export function failDeeply(depth: number): never {
  let error = new Error("the first");
  for (let i = 0; i < depth; i++) error = new Error(`after ${i}`, { cause: error });
  throw error;
}

export function failOddly(): never {
  throw Object.defineProperty(new RangeError("odd"), "trap", {
    enumerable: true,
    get() {
      throw new Error("not to be read");
    },
  });
}

/** What a task might do that takes the channel of its pool for its own. */
export function sendAway(): string {
  process.send?.(null);
  return "still here";
}

export function nothing(): void {}
