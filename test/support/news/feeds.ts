import { atom, rss, type TestPage } from "./test-page.js";

const rdf = `xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"`;
const dc = `xmlns:dc="http://purl.org/dc/elements/1.1/"`;

/** Every kind of feed. */
export const feeds: readonly TestPage[] = [
  {
    name: "RSS 2.0 with a relative link, dates and a permalink",
    type: "application/rss+xml",
    body: rss(`<item><title>One</title><link>/1</link><pubDate>Mon, 05 Jan 2026 07:30:00 +0100</pubDate></item>
      <item><title>Two</title><guid>http://other.test/2</guid><pubDate>soon 5</pubDate></item>
      <item><title>Three</title><guid isPermaLink="false">3</guid></item><item><title>Four</title><link> \n 4 </link></item>
      <item><title>Five</title><guid>article 5 at example.com</guid></item>
      <item><title>Six</title><guid ispermalink="false">http://other.test/6</guid></item>`),
    expected: ["One | /1 | 2026-01-05T06:30:00.000Z", "Two | http://other.test/2", "Four | /4"],
  },
  {
    name: "RSS 0.91 with a DTD, as text/plain",
    type: "text/plain",
    body: `<?xml version="1.0"?><!-- old --><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
      <rss version="0.91"><channel><title>Old</title><item><title>Old news</title><link>/old</link></item></channel></rss>`,
    expected: ["Old news | /old"],
  },
  {
    name: "RSS 1.0, its items beside the channel",
    type: "text/html",
    body: `<rdf:RDF ${rdf} ${dc} xmlns="http://purl.org/rss/1.0/"><channel><title>Test</title></channel>
      <item rdf:about="/1"><title>Beside</title><link>/1</link><dc:date>2026-01-05T07:30Z</dc:date></item></rdf:RDF>`,
    expected: ["Beside | /1 | 2026-01-05T07:30:00.000Z"],
  },
  {
    name: "RSS 1.0 with a prefix of its own",
    body: `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://purl.org/rss/1.0/"><x:channel><x:title>T</x:title></x:channel>
      <x:item><x:title>Prefixed</x:title><x:link>/1</x:link></x:item></r:RDF>`,
    expected: ["Prefixed | /1"],
  },
  {
    name: "RSS with the link and title of other namespaces first",
    body: rss(
      `<item><media:title>Not this</media:title><atom:link href="/no"/><title>This</title><link>/yes</link></item>`,
      ` xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"`,
    ),
    expected: ["This | /yes"],
  },
  {
    name: "Atom with the alternate link behind others, and a source",
    type: "application/xml",
    body: atom(`<entry><source><title>Elsewhere</title><link href="/no"/></source><title>One</title><link rel="self" href="/self"/>
      <link rel="enclosure" href="/sound"/><link rel="alternate" href="/1"/><updated>2026-01-06</updated><published>2026-01-05T00:00:00-01:00</published></entry>
      <entry><title>Two</title><link href="/2"/></entry><entry><title>Three</title><link rel="related" href="/3"/></entry>`),
    expected: ["One | /1 | 2026-01-05T01:00:00.000Z", "Two | /2", "Three | /3"],
  },
  {
    name: "Atom with xml:base in three places",
    body: atom(
      `<entry xml:base="2026/"><title>Deep</title><link xml:base="01/" href="story"/></entry><entry><title>Flat</title><link href="story"/></entry>`,
      ` xml:base="http://news.test/a/"`,
    ),
    expected: ["Deep | http://news.test/a/2026/01/story", "Flat | http://news.test/a/story"],
  },
  {
    name: "Atom titles as text, html and xhtml",
    body: atom(`<entry><title>AT&amp;amp;T &lt;b></title><link href="/1"/></entry>
      <entry><title type="html">&lt;b>AT&amp;amp;amp;T&lt;/b> &amp;eacute;t&amp;#233;</title><link href="/2"/></entry>
      <entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">AT&amp;T<br/><em>now</em></div></title><link href="/3"/></entry>
      <entry><title type="html"><![CDATA[5 &lt; 6]]></title><link href="/4"/></entry>`),
    expected: ["AT&amp;T <b> | /1", "AT&amp;T été | /2", "AT&T now | /3", "5 < 6 | /4"],
  },
  {
    name: "Atom with a prefix",
    body: `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>Prefixed</a:title><a:link href="/1"/></a:entry></a:feed>`,
    expected: ["Prefixed | /1"],
  },
  {
    name: "JSON Feed as text/plain",
    type: "text/plain",
    body: JSON.stringify({
      version: "https://jsonfeed.org/version/1.1",
      title: "Test",
      items: [
        { id: "1", url: "/1", title: "AT&amp;T <b>", date_published: "2026-01-05T07:30:00+01:00" },
        { id: "2", external_url: "http://other.test/2", title: "Linked" },
        { id: "3", url: "/3" },
        null,
        { id: "4", url: "/4", title: 4 },
      ],
    }),
    expected: ["AT&amp;T <b> | /1 | 2026-01-05T06:30:00.000Z", "Linked | http://other.test/2"],
  },
  {
    name: "JSON that is no feed",
    type: "application/json",
    body: `{"items":[{"title":"x","url":"/"}]}`,
    expected: "bad_body",
  },
  {
    name: "a truncated JSON Feed",
    body: `{"version":"https://jsonfeed.org/version/1","items":[{"ti`,
    expected: "bad_body",
  },
  {
    name: "CDATA with entities, markup and neither",
    body: rss(`<item><title><![CDATA[Fish &amp; chips]]></title><link>/1</link></item>
      <item><title><![CDATA[<b>Bold</b> &#8217; claim]]></title><link><![CDATA[/2?a=1&b=2]]></link></item>
      <item><title><![CDATA[3 < 4 & 5 > 4]]></title><link>/3</link></item>
      <item><title>a <![CDATA[<]]> b</title><link>/4</link></item>`),
    expected: ["Fish & chips | /1", "Bold ’ claim | /2?a=1&b=2", "3 < 4 & 5 > 4 | /3", "a < b | /4"],
  },
  {
    name: "double escapes decoded once",
    body: rss(`<item><title>Fish &amp;amp; chips</title><link>/1?a=1&amp;b=2</link></item>
      <item><title>The &lt;b&gt; tag</title><link>/2</link></item>
      <item><title>&lt;i&gt;Slanted&lt;/i&gt; &amp;amp; html</title><link>/3</link></item>`),
    expected: ["Fish &amp; chips | /1?a=1&b=2", "The <b> tag | /2", "Slanted & html | /3"],
  },
  {
    name: "a truncated feed",
    body: rss(`<item><title>Whole</title><link>/1</link></item><item><title>Cut o`).slice(0, -30),
    expected: ["Whole | /1"],
  },
  {
    name: "a feed behind a warning of PHP",
    body: `<b>Warning</b>: date() in x.php<br>\n<?xml version="1.0"?>${rss(`<item><title>Behind</title><link>/1</link></item>`)}`,
    expected: ["Behind | /1"],
  },
  {
    name: "a feed in capitals",
    body: `<RSS VERSION="0.91"><CHANNEL><TITLE>T</TITLE><ITEM><TITLE>Loud</TITLE><LINK>/1</LINK></ITEM></CHANNEL></RSS>`,
    expected: ["Loud | /1"],
  },
];
