import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { Connections } from "../../../../src/http/client/connections.js";
import { anySite } from "../../../../src/labs/news/post-process.js";
import { Renderer } from "../../../../src/labs/news/render/renderer.js";
import { readSite } from "../../../../src/labs/news/site.js";
import { launchBrowser, noChromium } from "../../../support/browser.js";
import { scripted } from "../../../support/news/rough-pages.js";
import { startOrigin } from "../../../support/origin.js";
import { until } from "../../../support/until.js";

const { signal } = new AbortController();
const skip = noChromium;

/** Count the packets that a STUN server on loopback gets from a page. The page writes its headline once it has tried. */
async function startStun(t: TestContext) {
  const socket: Socket = createSocket("udp4");
  t.after(() => socket.close());
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const stun = { packets: 0, page: asking(socket.address().port) };
  socket.on("message", () => stun.packets++);
  return stun;
}

function asking(port: number): string {
  return scripted(`
    const peer = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:${port}" }] });
    peer.createDataChannel("x");
    peer.createOffer().then((offer) => peer.setLocalDescription(offer)).then(() => setTimeout(() => show("Tried"), 1500));
  `);
}

test("Renderer lets no UDP of WebRTC go past the proxy", { skip }, async (t) => {
  const stun = await startStun(t);
  const origin = await startOrigin(t, (_, response) => response.end(stun.page));
  const renderer = await Renderer.open(signal);
  t.after(() => renderer.close());
  const connections = new Connections(1);
  t.after(() => connections.close());
  const site = { url: new URL(`${origin.url}/`), postprocess: anySite("h2 a"), awaits: "h2 a" };
  const { report } = await readSite(site, { connections, signal, renderer });
  assert.deepEqual(
    report.headlines.map(({ title }) => title),
    ["Tried"],
  );
  assert.equal(stun.packets, 0);
});

test("The same browser sends UDP without the switches of Renderer", { skip }, async (t) => {
  const stun = await startStun(t);
  const { browser, close } = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent(stun.page);
    await until("a packet", () => stun.packets > 0);
  } finally {
    await close();
  }
});
