import { Agent, request } from "undici";
import { compare } from "./support/compare.js";
import { fetchAll } from "./support/fetch-all.js";
import { withNginx } from "./support/nginx.js";

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
      { name: "the engine of lab fetch", run: async () => allOk((await fetchAll(urls, concurrency)).ok) },
      { name: "workers over undici.request, body.text()", run: () => loop(urls, (body) => body.text()) },
      { name: "workers over undici.request, body.dump()", run: () => loop(urls, (body) => body.dump()) },
    ],
  });
}

type Body = Awaited<ReturnType<typeof request>>["body"];

async function loop(urls: readonly string[], read: (body: Body) => Promise<unknown>): Promise<void> {
  const dispatcher = new Agent({ connections: concurrency });
  let next = 0;
  let ok = 0;
  const worker = async () => {
    while (next < urls.length) {
      const { statusCode, body } = await request(urls[next++] ?? "", { dispatcher });
      await read(body);
      if (statusCode === 200) ok++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  await dispatcher.close();
  allOk(ok);
}

function allOk(ok: number): void {
  if (ok !== count) throw new Error(`only ${ok} of ${count} were answered`);
}
