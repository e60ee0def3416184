import { seededRandom } from "./seeded-random.js";

const subjects = ["Gophers", "Robots", "Bakers", "Sailors", "Poets", "Cats", "Engineers", "Bees", "Mayors", "Twins"];
const verbs = ["rename", "paint", "chase", "invent", "lose", "find", "praise", "measure", "borrow", "unveil"];
const objects = ["a bridge", "the moon", "an old clock", "seven umbrellas", "the queue", "a lighthouse", "a record"];
const headlines = 12;

/** The front page of an invented newspaper. `site` and `seed` determine its text. */
export function newsPage(site: string, seed: number): string {
  const items = Array.from({ length: headlines }, (_, nth) => {
    const pick = (words: readonly string[], part: string) =>
      words[Math.floor(seededRandom(seed, site, nth, part) * words.length)];
    const title = `${pick(subjects, "s")} ${pick(verbs, "v")} ${pick(objects, "o")}`;
    return `<li><a class="headline" href="/news/${encodeURIComponent(site)}/${nth}">${title}</a></li>`;
  });
  const name = site.replace(/[^A-Za-z0-9 .-]/g, "");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><h1>${name}</h1><ol>${items.join("")}</ol></html>\n`;
}
