/** The environment of a lab that runs this code first, but not in the threads and programs that it starts. */
export function preload(code: string): NodeJS.ProcessEnv {
  const once = `delete process.env.NODE_OPTIONS; ${code}`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(once)}` };
}

/** An expression for that code, and for a test: the time of all processes, in milliseconds. */
export const clock = "(performance.timeOrigin + performance.now())";
export const now = (): number => performance.timeOrigin + performance.now();
