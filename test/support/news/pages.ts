import { html, rss, type TestPage } from "./test-page.js";

/** HTML pages: bases, titles, links, duplicates. */
export const pages: readonly TestPage[] = [
  {
    name: "links in headings and headings in links",
    type: "text/html",
    body: html(`<a href="/menu">Menu</a><h2><a href="/1">In a heading</a></h2><a href="/2"><h3>Around</h3><p>a heading</p></a>
      <h2>No link</h2><h1><a name="x">No href</a></h1><h2><a href="/3"></a></h2><h2><a href="#top">#</a></h2>`),
    expected: ["In a heading | /1", "Around | /2"],
  },
  {
    name: "a selector for links, their parents and their children",
    select: ".story, .card > a > span",
    body: html(`<p class="story"><b>x</b><a href="1">By its parent</a> more</p><a class="story" href="2">Itself</a>
      <div class="card"><a href="3">no <span>By its child</span></a></div><i class="story">none</i>`),
    expected: ["By its parent | /1", "Itself | /2", "By its child | /3"],
  },
  {
    name: "an absolute base",
    body: html(
      `<h2><a href="1">One</a></h2>`,
      `<base target="_top"><base href="http://base.test/a/b"><base href="http://second.test/">`,
    ),
    expected: ["One | http://base.test/a/1"],
  },
  {
    name: "a relative base",
    body: html(`<h2><a href="1">One</a></h2>`, `<base href="a/b/">`),
    expected: ["One | /a/b/1"],
  },
  {
    name: "a base that is no web address",
    body: html(`<h2><a href="1">One</a></h2>`, `<base href="javascript:alert(1)//">`),
    expected: ["One | /1"],
  },
  {
    name: "markup, line breaks and entities in titles",
    body: html(`<h2><a href="/1">Two<br>lines,\n\t<em>one</em>&nbsp;title<!-- x --></a></h2>
      <h2><a href="/2">3 &lt; 4 &amp;amp; &copy; &#x1F600; &bogus;</a></h2>
      <h2><a href="/3">Seen<script>alert("unseen")</script><style>p{}</style></a></h2>`),
    expected: ["Two lines, one title | /1", "3 < 4 &amp; © 😀 &bogus; | /2", "Seen | /3"],
  },
  {
    name: "links that are not of the web",
    body: html(
      [
        "javascript:alert(1)",
        " JaVa\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "mailto:a@b.test",
        "blob:http://a/b",
        "http://[",
        "ftp://a/b",
      ]
        .map((href) => `<h2><a href="${href}">Dropped</a></h2>`)
        .join("")
        .concat(`<h2><a href="//other.test/1">Kept</a></h2>`),
    ),
    expected: ["Kept | http://other.test/1"],
  },
  {
    name: "duplicates by utm and fragment",
    body: html(`<h2><a href="/1?utm_source=a&id=7&UTM_medium=b#top">First</a></h2><h2><a href="/1?id=7#end">Again</a></h2>
      <h2><a href="/1?id=8">Another</a></h2><h2><a href="/1?id=7&amp;utm_x">Again</a></h2><h2><a href="/1?id=7&b=%20">Space</a></h2>`),
    expected: ["First | /1?utm_source=a&id=7&UTM_medium=b#top", "Another | /1?id=8", "Space | /1?id=7&b=%20"],
  },
  {
    name: "the order of the page, not of the titles",
    body: html(
      ["Zebra", "Ant", "Bee", "10", "9"].map((word, nth) => `<h3><a href="/${9 - nth}">${word}</a></h3>`).join(""),
    ),
    expected: ["Zebra | /9", "Ant | /8", "Bee | /7", "10 | /6", "9 | /5"],
  },
  {
    name: "truncated HTML",
    body: `<title>Cut</title><h2><a href="/1">Whole</a></h2><h2><a href="/2">Open`,
    expected: ["Whole | /1", "Open | /2"],
  },
  {
    name: "a tag that is cut in its attribute",
    body: `<h2><a href="/1">Whole</a></h2><h2><a href="/2`,
    expected: ["Whole | /1"],
  },
  { name: "an empty body", type: "text/html", body: "", expected: [] },
  {
    name: "XHTML with an XML declaration",
    body: `<?xml version="1.0"?>${html(`<h1><a href="/1">One</a></h1>`)}`,
    expected: ["One | /1"],
  },
  {
    name: "a feed of the wrong type beside a comment that names another",
    type: "image/png",
    body: `\n<!-- <html> -->${rss("<item><title>Found</title><link>/1</link></item>").replace(/^<\?.*?\?>/, "")}`,
    expected: ["Found | /1"],
  },
  {
    name: "a page that only speaks of RSS",
    body: `<!doctype html><!-- <rss version="2.0"> --><h1><a href="/1">What is &lt;rss></a></h1>`,
    expected: ["What is <rss> | /1"],
  },
];
