import { once } from "node:events";
import { median } from "../src/labs/statistics.js";
import { table } from "../src/terminal/table.js";
import { keepAsking } from "../test/support/keep-asking.js";
import { print } from "./support/compare.js";
import { kill, type WebServer, webServers } from "./support/web-servers.js";

const ends = 20;
/** A server that still runs then is killed. */
const patienceMs = 3000;

/** How many requests does a server lose that gets a SIGTERM under 64 clients? */
export default async function webEnd(): Promise<void> {
  const rows: string[][] = [];
  for (const fresh of [false, true]) {
    for (const [name, start] of webServers()) {
      const outcomes: { lost: number; ms: number }[] = [];
      for (let i = 0; i < ends; i++) outcomes.push(await oneEnd(await start(), fresh, 500 + 50 * i));
      const clean = outcomes.filter(({ lost }) => lost === 0).length;
      const lost = outcomes.reduce((sum, each) => sum + each.lost, 0);
      const times = outcomes.map(({ ms }) => ms);
      const kind = fresh ? "a connection for each request" : "kept connections";
      rows.push([name, kind, `${clean}`, `${lost}`, median(times).toFixed(0), Math.max(...times).toFixed(0)]);
    }
  }
  print(`\nSIGTERM under 64 clients, ${ends} times`);
  const head = ["", "clients", "ends without loss", "requests lost", "median ms", "longest ms"];
  for (const line of table([head, ...rows], { right: [2, 3, 4, 5] })) print(`  ${line}`);
}

/** The signal comes after so many answers. A server that does not end loses what is asked at the moment of its kill. */
async function oneEnd(server: WebServer, fresh: boolean, answers: number): Promise<{ lost: number; ms: number }> {
  const { url, child } = server;
  let start = 0;
  let patience: NodeJS.Timeout | undefined;
  const ended = once(child, "exit").then(() => performance.now() - start);
  const onAnswer = (answered: number) => {
    if (answered !== answers) return;
    start = performance.now();
    child.kill("SIGTERM");
    patience = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  };
  try {
    const { failed } = await keepAsking(url, { connections: 64, fresh, onAnswer });
    return { lost: failed.length, ms: await ended };
  } finally {
    clearTimeout(patience);
    await kill(server);
  }
}
