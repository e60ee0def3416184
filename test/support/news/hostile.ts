import { gzipSync } from "node:zlib";
import { atom, html, rss, type TestPage } from "./test-page.js";

const lol = Array.from({ length: 9 }, (_, nth) => `<!ENTITY l${nth + 1} "${`&l${nth};`.repeat(10)}">`).join("");
const wide = `<!ENTITY a "${"a".repeat(50_000)}">`;

/** Pages and answers that would harm a careless reader. */
export const hostile: readonly TestPage[] = [
  {
    name: "a billion laughs",
    type: "application/rss+xml",
    body: `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">${lol}]>${rss("<item><title>&l9;</title><link>/1</link></item>").slice(21)}`,
    expected: ["&l9; | /1"],
  },
  {
    name: "a quadratic blowup",
    body: `<!DOCTYPE feed [${wide}]>${atom(`<entry><title>${"&a;".repeat(10_000)}</title><link href="/1"/></entry>`)}`,
    expected: [`${"&a;".repeat(100).slice(0, 299)}… | /1`],
  },
  {
    name: "an entity of a file, and a DTD elsewhere",
    body: `<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/evil.dtd" [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY m "<item><title>No</title></item>">]><rss><channel><item><title>&f;&m;</title><link>/1</link></item></channel></rss>`,
    expected: ["&f;&m; | /1"],
  },
  {
    name: "titles that would be markup",
    body: html(`<h2><a href="/1?&quot;onmouseover=alert(1)">&lt;script>alert(1)&lt;/script></a></h2><h2><a href="/2">"'><img src=x onerror=alert(1)> &amp;lt;b></a></h2>
      <h2><a href="/3">red\u001b[31m \u0000 \u0007bell</a></h2><h2><a href="/4">${"long ".repeat(1000)}</a></h2>`),
    expected: ["/1?%22onmouseover=alert(1)", "/2", "/3", "/4"].map(
      (path, nth) =>
        `${["<script>alert(1)</script>", "\"'> &lt;b>", "red [31m bell", `${"long ".repeat(60).slice(0, 299)}…`][nth]} | ${path}`,
    ),
  },
  {
    name: "a body of 50 MB",
    type: "text/html",
    body(_request, response) {
      const block = Buffer.alloc(2 ** 20, `<h2><a href="/1">One</a></h2>`);
      let sent = 0;
      const more = () => {
        while (sent < 50)
          if (sent++ === 49) return void response.end(block);
          else if (!response.write(block)) return void response.once("drain", more);
      };
      more();
    },
    expected: "too_large",
  },
  {
    name: "a gzip bomb",
    type: "text/html",
    headers: { "content-encoding": "gzip" },
    body: gzipSync(Buffer.alloc(200 * 2 ** 20)),
    expected: "too_large",
  },
  {
    name: "a redirect loop",
    body: (request, response) => void response.writeHead(302, { location: `${request.url}` }).end(),
    expected: "redirect",
  },
  {
    name: "a redirect to a file",
    body: (_request, response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    expected: "redirect",
  },
  { name: "elements without end", body: "<b>".repeat(690_000), expected: [] },
  { name: "closing tags without end", body: `${"<b>".repeat(500)}${"</i>".repeat(500_000)}`, expected: [] },
  {
    name: "attributes without end",
    body: `<p ${Array.from({ length: 250_000 }, (_, n) => `a${n}`).join(" ")}>`,
    expected: [],
  },
  {
    name: "two hundred headlines, and more",
    body: html(Array.from({ length: 20_000 }, (_, n) => `<h2><a href="/${n}">N${n}</a></h2>`).join("")),
    expected: Array.from({ length: 200 }, (_, n) => `N${n} | /${n}`),
  },
];
