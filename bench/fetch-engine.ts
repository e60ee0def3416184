import { compare } from "./support/compare.js";
import { fetchAll } from "./support/fetch-all.js";
import { withNginx } from "./support/nginx.js";
import { undiciWorkers } from "./support/undici-workers.js";

const [count, concurrency] = [10_000, 64];

/** What does the engine of `lab fetch` cost, against the loop one would write over undici's request()? */
export default function fetchEngine(): Promise<void> {
  return withNginx(measure);
}

async function measure(origin: string): Promise<void> {
  const urls = Array.from({ length: count }, (_, i) => `${origin}/item/${i}`);
  await compare({
    question: `${count} small URLs, ${concurrency} at a time, in one process`,
    rounds: 15,
    contestants: [
      { name: "the engine of lab fetch", run: async () => allOk(await fetchAll(urls, concurrency)) },
      {
        name: "workers over undici.request, body.text()",
        run: async () => allOk(await undiciWorkers(urls, concurrency, (body) => body.text())),
      },
      {
        name: "workers over undici.request, body.dump()",
        run: async () => allOk(await undiciWorkers(urls, concurrency, (body) => body.dump())),
      },
    ],
  });
}

function allOk({ ok }: { ok: number }): void {
  if (ok !== count) throw new Error(`only ${ok} of ${count} were answered`);
}
