import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FetchError } from "../../../src/http/client/fetch-error.js";
import { textOfBody } from "../../../src/labs/news/charset.js";
import { storyKey } from "../../../src/labs/news/links.js";
import { anySite } from "../../../src/labs/news/post-process.js";
import { encodings } from "../../support/news/encodings.js";
import { feeds } from "../../support/news/feeds.js";
import { hostile } from "../../support/news/hostile.js";
import { pages } from "../../support/news/pages.js";
import { torture } from "../../support/news/torture.js";

const url = new URL("http://news.test/");
const bodies = [...feeds, ...pages, ...encodings].map(({ body }) => Buffer.from(body as string | Buffer));

for (const { name, body, select } of [...hostile, ...torture].filter((page) => typeof page.body === "string")) {
  test(`anySite reads ${name} with less than a second of computing`, () => {
    const before = process.cpuUsage();
    read(Buffer.from(body as string), select);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms`);
  });
}

test("anySite reads any damaged page, or fails with a FetchError", () => {
  const damaged = fc
    .tuple(fc.constantFrom(...bodies), fc.constantFrom(...bodies), fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 8 }))
    .map(([one, other, from, to, noise]) =>
      Buffer.concat([one.subarray(0, from % one.length), noise, other.subarray(to % (other.length + 1))]),
    );
  fc.assert(
    fc.property(damaged, (body) => {
      for (const headline of read(body)) {
        assert.match(headline.url, /^https?:\/\//);
        assert.match(headline.title, /^\S(?:.*\S)?$/u);
        assert.equal(storyKey(storyKey(headline.url)), storyKey(headline.url));
        if (headline.date) assert.equal(new Date(headline.date).toISOString(), headline.date);
      }
    }),
    { numRuns: 2000 },
  );
});

function read(body: Buffer, select?: string) {
  try {
    return [...anySite(select)({ url, text: textOfBody(body) }).headlines];
  } catch (error) {
    assert.ok(error instanceof FetchError && error.class === "bad_body", String(error));
    return [];
  }
}
