import type { TestContext } from "node:test";
import type { PollerReport } from "../../src/labs/poller/client.js";
import type { PollerServerReport } from "../../src/labs/poller/server.js";
import { freePort } from "./free-port.js";
import { type RunningLab, type RunningLabOptions, startLab } from "./running-lab.js";

export interface Ports {
  push: string;
  pub: string;
}

const anyPorts: Ports = { push: "tcp://127.0.0.1:0", pub: "tcp://127.0.0.1:0" };

/**
 * Start `lab poller-srv --json`, by default on free ports. Resolves once it is ready, with the endpoints that it has
 * bound.
 */
export async function startServer(
  t: TestContext,
  args: readonly string[],
  at = anyPorts,
  opts: RunningLabOptions = {},
) {
  const server = startLab(t, ["poller-srv", "--json", "--push", at.push, "--pub", at.pub, ...args], opts);
  const { push, pub } = JSON.parse(await server.line(/"type":"ready"/));
  return { server, ports: { push, pub } as Ports };
}

/** Start `lab poller --json` as a client of that server. */
export function startPoller(
  t: TestContext,
  { push, pub }: Ports,
  args: readonly string[] = [],
  opts: RunningLabOptions = {},
): RunningLab {
  return startLab(t, ["poller", "--json", "--pull", push, "--sub", pub, ...args], opts);
}

/** Wait until both sockets have completed their handshake. */
export async function connected(poller: RunningLab): Promise<void> {
  await poller.line(/PULL: connected/);
  await poller.line(/SUB: connected/);
}

/** Wait until the poller has printed `value` as received through `via`. */
export async function reached(poller: RunningLab, via: "PULL" | "SUB", value: number): Promise<void> {
  await poller.line(new RegExp(`"via":"${via}","value":${value},`));
}

/** The summary, which is the last line of a stream. */
export function summary<T = PollerReport>(lab: RunningLab): T {
  return lab.objects.at(-1) as T;
}

export function serverSummary(lab: RunningLab): PollerServerReport {
  return summary<PollerServerReport>(lab);
}

/** The printed messages: the lines without a type. */
export function messages(lab: RunningLab): Record<string, unknown>[] {
  return lab.objects.filter(({ type }) => type === undefined);
}

/** The integers received through one socket. */
export function values(lab: RunningLab, via: "PULL" | "SUB"): number[] {
  return messages(lab)
    .filter((message) => message.via === via)
    .map(({ value }) => value as number);
}

/** Two endpoints on ports that nobody listens on. They stay free over a restart. */
export async function freePorts(): Promise<Ports> {
  return { push: `tcp://127.0.0.1:${await freePort()}`, pub: `tcp://127.0.0.1:${await freePort()}` };
}
