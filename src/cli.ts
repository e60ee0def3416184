import { request } from "undici";
import { startQuoteServer } from "./http/quote-server.js";

const categories = ["inspire", "management", "sports", "life", "funny", "love", "art", "students"];

export async function main(argv: readonly string[]): Promise<void> {
  if (argv[0] !== "fetch-quotes") throw new Error("usage: lab fetch-quotes");
  const server = await startQuoteServer({ latencyMs: 300 });
  const start = performance.now();
  const replies = await Promise.all(
    categories.map(async (category) => {
      const { body } = await request(`${server.url}/qod?category=${category}`);
      return (await body.json()) as { contents: { quotes: { quote: string; author: string }[] } };
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(`Downloaded ${replies.length} sites in ${seconds.toFixed(2)} seconds\n`);
  for (const { contents } of replies)
    process.stdout.write(`${contents.quotes[0]?.quote} - ${contents.quotes[0]?.author}\n`);
  server.close();
}
