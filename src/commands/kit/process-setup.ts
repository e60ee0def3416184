/** What V8 and libuv are told for the commands that fetch. It is for this process alone: no library sets such flags. */
import { setFlagsFromString } from "node:v8";

/** For a command that makes HTTP requests, before anything else is done. */
export function prepareToFetch(): void {
  compileWasmOnce();
  lookUpManyNames();
}

/**
 * Let V8 compile WebAssembly once, quickly, and not a second time for speed. undici's HTTP parser is WebAssembly, and a
 * process does not end before that second time is over: on two cores 0.2 s after a single request, and a fifth of the time
 * of ten thousand.
 */
function compileWasmOnce(): void {
  setFlagsFromString("--liftoff-only");
}

/**
 * Let the heap stay about as large as it has become. V8 doubles the space for young objects for as long as there is garbage,
 * up to 48 MiB, and lets the old ones, with the memory outside the heap that belongs to them, grow fourfold before it looks
 * for garbage there; the millionth request makes no more of it than the thousandth, but each piece of a list grows old.
 */
export function stopHeapGrowth(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=30");
}

/**
 * Look up as many as 32 names at a time: libuv has 4 threads unless told otherwise, and half of them for that, so that two
 * names whose servers do not answer keep all others waiting.
 */
function lookUpManyNames(): void {
  process.env.UV_THREADPOOL_SIZE ??= "64";
}
