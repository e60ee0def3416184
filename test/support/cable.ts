import { execFileSync } from "node:child_process";
import type { TestContext } from "node:test";

const run = (command: string) => execFileSync("/bin/sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });

/**
 * Connect two network namespaces, 10.99.7.1 and 10.99.7.2, by a cable. `lose` makes packets to an address vanish. Returns the
 * reason, if that is not allowed here.
 */
export function layCable(
  t: TestContext,
): { near: string[]; far: string[]; cut(): void; lose(address: string): void } | string {
  const [near, far] = [`lab-near-${process.pid}`, `lab-far-${process.pid}`];
  const cable = `lab${process.pid % 100_000}`;
  t.after(() => {
    for (const name of [near, far]) run(`ip netns del ${name} 2>/dev/null || true`);
  });
  try {
    run(`ip netns add ${near} && ip netns add ${far}`);
    run(`ip -n ${near} link add ${cable}a type veth peer name ${cable}b netns ${far}`);
    run(`ip -n ${near} addr add 10.99.7.1/24 dev ${cable}a && ip -n ${near} link set ${cable}a up`);
    run(`ip -n ${near} link set lo up`);
    run(`ip -n ${far} addr add 10.99.7.2/24 dev ${cable}b && ip -n ${far} link set ${cable}b up`);
  } catch (error) {
    return `no network namespaces here: ${String(error).split("\n")[0]}`;
  }
  const inside = (name: string) => ["ip", "netns", "exec", name];
  const atFar = (command: string) => void run(`ip -n ${far} ${command.replace("CABLE", `${cable}b`)}`);
  return {
    near: inside(near),
    far: inside(far),
    cut: () => atFar("link set CABLE down"),
    lose: (address) => atFar(`neigh add ${address} lladdr 02:00:00:00:00:01 dev CABLE nud permanent`),
  };
}
