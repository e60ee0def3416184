import type { Outcome } from "../lab.js";

/** Tier 1: `async def` and `await`. */
export async function coroutine(f: (log: string[]) => Promise<number> = suspended): Promise<Outcome> {
  const log: string[] = [];
  const running = f(log);
  log.push("its caller goes on");
  const value = await running;
  const expected = "f begins,its caller goes on,f ends";
  return { measured: `${log.join(", ")} with ${value}`, holds: log.join() === expected && value === 123 };
}

async function suspended(log: string[]): Promise<number> {
  log.push("f begins");
  await null;
  log.push("f ends");
  return 123;
}
