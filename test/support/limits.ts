import type { TestContext } from "node:test";
import { limits } from "../../src/labs/apm/server/limits.js";

/** Change the limits of a server in this process until the end of the test. Lower limits are easier to reach. */
export function setLimits(t: TestContext, own: Partial<Record<keyof typeof limits, number>>): void {
  const before = { ...limits };
  t.after(() => Object.assign(limits, before));
  Object.assign(limits, own);
}
