/** Settings of the whole process, for the commands that need them: engine flags, thread pool size, and how the process ends. */
import { setFlagsFromString } from "node:v8";
import type { RunContext } from "../../concurrency/index.js";

const exitCheckMs = 20;

/** Set up the process for HTTP requests. Call it before anything else. */
export function prepareToFetch(): void {
  compileWasmOnce();
  lookUpManyNames();
}

/**
 * Make V8 compile WebAssembly once, without optimizing it later. undici's HTTP parser is WebAssembly, and a process does
 * not exit before the optimizing compilation is over. On two cores this costs 0.2 s after a single request, and a fifth
 * of the time of ten thousand requests.
 */
function compileWasmOnce(): void {
  setFlagsFromString("--liftoff-only");
}

/**
 * Keep the heap near its present size. V8 doubles the space for young objects, up to 48 MiB, as long as there is garbage.
 * It lets old objects and their external memory grow fourfold before it collects them. The millionth request makes no
 * more garbage than the thousandth, but each chunk of a list becomes an old object.
 */
export function stopHeapGrowth(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=30");
}

/**
 * Look up as many as 32 names at a time. libuv has 4 threads by default and uses half of them for look-ups: two name
 * servers that do not answer would hold up all other look-ups.
 */
function lookUpManyNames(): void {
  process.env.UV_THREADPOOL_SIZE ??= "64";
}

/**
 * End the process without waiting for look-ups of names, once the exit code is set and all output is written. A look-up
 * cannot be cancelled, and Node would wait for it: ten seconds and more if the name server does not answer. Only for
 * commands that leave nothing else unfinished.
 */
export function leaveWithoutLookups({ defer }: Pick<RunContext, "defer">): void {
  defer(() => {
    const unwritten = () => process.stdout.writableLength + process.stderr.writableLength;
    const exitIfDone = () => process.exitCode !== undefined && unwritten() === 0 && process.exit();
    setInterval(exitIfDone, exitCheckMs).unref();
  });
}
