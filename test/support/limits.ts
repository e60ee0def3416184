import type { TestContext } from "node:test";
import { limits } from "../../src/labs/apm/server/limits.js";

/** The limits of a server in this very process, other ones until the end of the test: lower, so that it reaches them. */
export function setLimits(t: TestContext, own: Partial<Record<keyof typeof limits, number>>): void {
  const before = { ...limits };
  t.after(() => Object.assign(limits, before));
  Object.assign(limits, own);
}
