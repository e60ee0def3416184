import { Agent, request } from "undici";

type Body = Awaited<ReturnType<typeof request>>["body"];

/** The loop one would write over undici's request(): how many were good, and when the last one was. */
export async function undiciWorkers(
  urls: readonly string[],
  concurrency: number,
  read: (body: Body) => Promise<unknown>,
): Promise<{ ok: number; lastOkMs: number }> {
  const dispatcher = new Agent({ connections: concurrency });
  const start = performance.now();
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
  const lastOkMs = performance.now() - start;
  await dispatcher.close();
  return { ok, lastOkMs };
}
