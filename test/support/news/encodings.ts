import { html, rss, type TestPage } from "./test-page.js";

const heading = (title: string) => `<h2><a href="/1">${title}</a></h2>`;
const latin1 = (text: string) => Buffer.from(text, "latin1");

/** Charsets: by byte order mark, Content-Type, XML declaration, `<meta>`, and none. */
export const encodings: readonly TestPage[] = [
  { name: "UTF-8 that nobody declares", body: html(heading("Größe “7”")), expected: ["Größe “7” | /1"] },
  {
    name: "a byte order mark against Content-Type and meta",
    type: "text/html; charset=iso-8859-1",
    body: `\ufeff${html(heading("Größe"), `<meta charset="koi8-r">`)}`,
    expected: ["Größe | /1"],
  },
  {
    name: "UTF-16 with its byte order mark",
    body: Buffer.from(`\ufeff${html(heading("Größe"))}`, "utf16le"),
    expected: ["Größe | /1"],
  },
  {
    name: "Content-Type against meta",
    type: `text/html; Charset="windows-1251"`,
    body: Buffer.concat([
      latin1(`<meta charset="utf-8"><h2><a href="/1">`),
      Buffer.from([0xcc, 0xe8, 0xf0]),
      latin1("</a></h2>"),
    ]),
    expected: ["Мир | /1"],
  },
  {
    name: "windows-1252 by meta, behind one in a comment",
    body: latin1(
      html(
        heading("Gr\xf6\xdfe \x80 \x93x\x94"),
        `<!-- <meta charset="utf-16"> --><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">`,
      ),
    ),
    expected: ["Größe € “x” | /1"],
  },
  {
    name: "Shift_JIS by the XML declaration of a feed",
    type: "text/xml",
    body: Buffer.concat([
      latin1(`<?xml version="1.0" encoding='Shift_JIS'?><rss><channel><item><link>/1</link><title>`),
      Buffer.from([0x93, 0xfa, 0x96, 0x7b]),
      latin1("</title></item></channel></rss>"),
    ]),
    expected: ["日本 | /1"],
  },
  {
    name: "UTF-16 by its XML declaration alone",
    body: Buffer.from(rss(`<item><title>Größe</title><link>/1</link></item>`), "utf16le"),
    expected: ["Größe | /1"],
  },
  {
    name: "an unknown charset, then a meta",
    type: "text/html; charset=klingon",
    body: latin1(html(heading("Gr\xf6\xdfe"), `<meta charset="latin1">`)),
    expected: ["Größe | /1"],
  },
  {
    name: "a meta that claims UTF-16",
    body: html(heading("Größe"), `<meta charset="utf-16le">`),
    expected: ["Größe | /1"],
  },
  {
    name: "wrong bytes and broken surrogates",
    body: Buffer.concat([
      Buffer.from(`<h2><a href="/1">a`),
      Buffer.from([0xff, 0xc3]),
      Buffer.from("b&#xD800;</a></h2>"),
    ]),
    expected: ["a\ufffd\ufffdb\ufffd | /1"],
  },
];
