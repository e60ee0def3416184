import { setFlagsFromString } from "node:v8";

/**
 * Let V8 compile WebAssembly once, quickly, and not a second time for speed. undici's HTTP parser is WebAssembly, and a
 * process does not end before that second time is over: on two cores 0.2 s after a single request, and a fifth of the time
 * of ten thousand. Call it before the first request of the process.
 */
export function compileWasmOnce(): void {
  setFlagsFromString("--liftoff-only");
}
