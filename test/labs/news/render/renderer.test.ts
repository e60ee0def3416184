import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, type TestContext, test } from "node:test";
import { Connections } from "../../../../src/http/client/connections.js";
import { anySite } from "../../../../src/labs/news/post-process.js";
import { Renderer } from "../../../../src/labs/news/render/renderer.js";
import { readSite, type SiteReport } from "../../../../src/labs/news/site.js";
import { noChromium } from "../../../support/browser.js";
import { descendantsOf } from "../../../support/family.js";
import { computing, disturbed, scripted } from "../../../support/news/rough-pages.js";
import { type Origin, startOrigin } from "../../../support/origin.js";
import { unlessBusy } from "../../../support/tries.js";
import { until } from "../../../support/until.js";

const { signal } = new AbortController();
const skip = noChromium;
let renderer: Renderer;
before(async () => {
  if (!skip) renderer = await Renderer.open(signal);
});
after(() => renderer?.close());

/** Serve pages by path. Other paths are 404. */
function serve(t: TestContext, pages: Record<string, string>): Promise<Origin> {
  return startOrigin(t, ({ url = "" }, response) => {
    const page = pages[url.split("?")[0] ?? ""];
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html" }).end(page);
  });
}

async function read(url: string, awaits?: string): Promise<SiteReport> {
  const connections = new Connections(1);
  try {
    const site = { url: new URL(url), postprocess: anySite(), awaits };
    return (await readSite(site, { connections, signal, renderer })).report;
  } finally {
    await connections.close();
  }
}

function titlesOf({ headlines }: SiteReport): string[] {
  return headlines.map(({ title }) => title);
}

test("Renderer runs the scripts of a page, which is asked once", { skip }, async (t) => {
  const origin = await serve(t, { "/": scripted("setTimeout(() => show('Late'), 300)"), "/plain": disturbed("") });
  const report = await read(`${origin.url}/`);
  assert.deepEqual([titlesOf(report), report.rendered, report.missed], [["Late"], true, 1]);
  assert.equal(origin.requests.length, 1);
  const known = await read(`${origin.url}/plain`);
  assert.deepEqual([titlesOf(known), known.rendered, known.missed], [["Still here"], true, 0]);
});

test("Renderer waits for the selector, though the page rests before", { skip }, async (t) => {
  const origin = await serve(t, { "/": scripted("setTimeout(() => show('Very late'), 1500)") });
  assert.deepEqual(titlesOf(await read(`${origin.url}/`, "h2 a")), ["Very late"]);
  assert.deepEqual(titlesOf(await read(`${origin.url}/`)), []);
});

test("Renderer follows a page that leads elsewhere", { skip }, async (t) => {
  const origin = await serve(t, { "/": scripted("location = '/there'"), "/there": scripted("show('Arrived')") });
  const report = await read(`${origin.url}/`);
  assert.deepEqual(report.headlines, [{ title: "Arrived", url: `${origin.url}/story0` }]);
});

for (const [name, script] of [
  ["endless alerts", "while (true) alert(1)"],
  [
    "endless alerts in a frame",
    "document.body.append(document.createElement('iframe')); while (true) frames[0].alert(1)",
  ],
  ["alerts every millisecond", "setInterval(() => { alert(1); confirm(2); prompt(3) }, 1)"],
  ["fifty windows", "for (let nth = 0; nth < 50; nth++) { const w = open('/window?' + nth); if (w) w.focus() }"],
  ["endless polling", "const poll = () => fetch('/poll').finally(poll); poll()"],
  ["a print and a download", "print(); location = 'data:application/zip,x'"],
] as const) {
  test(`Renderer reads a page with ${name} in time`, { skip }, (t) =>
    unlessBusy(t, async () => {
      const origin = await serve(t, { "/": disturbed(script) });
      const report = await read(`${origin.url}/`);
      assert.deepEqual([titlesOf(report), report.error], [["Still here"], undefined]);
      assert.ok(report.ms < 11_000, `${report.ms} ms`);
      assert.ok(!origin.requests.some(({ url = "" }) => url.startsWith("/window")));
    }),
  );
}

for (const [name, script] of [
  ["an endless loop", "setTimeout(() => { while (true); })"],
  ["an endless loop before it is loaded", "while (true);"],
] as const) {
  test(`Renderer ends a page with ${name}`, { skip }, (t) =>
    unlessBusy(t, async () => {
      const origin = await serve(t, { "/": disturbed(script) });
      const { error, ms } = await read(`${origin.url}/`);
      assert.equal(error?.class, "timeout");
      assert.ok(ms < 13_000, `${ms} ms`);
      await until("its process to end", () => processesLike("renderer").every((pid) => !isBusy(pid)));
    }),
  );
}

test("Renderer takes a page that crashes for an error of its site, and renders the next", { skip }, async (t) => {
  const origin = await serve(t, { "/": disturbed("setInterval(() => fetch('/alive'), 10)"), "/2": disturbed("") });
  const reading = read(`${origin.url}/`, "#never");
  await until("its script", () => origin.requests.some(({ url }) => url === "/alive"));
  for (const pid of processesLike("renderer")) process.kill(pid, "SIGKILL");
  const { error, ms } = await reading;
  assert.deepEqual(error, { class: "error", message: "the page crashed in the browser" });
  assert.ok(ms < 8000, `${ms} ms`);
  assert.deepEqual(titlesOf(await read(`${origin.url}/2`)), ["Still here"]);
});

test("Renderer starts a browser that has ended again", { skip }, async (t) => {
  const origin = await serve(t, { "/": disturbed("setInterval(() => fetch('/alive'), 10)"), "/2": disturbed("") });
  const reading = read(`${origin.url}/`, "#never");
  await until("its script", () => origin.requests.some(({ url }) => url === "/alive"));
  const [browser = 0] = descendantsOf(process.pid).filter((pid) => /remote-debugging-pipe/.test(commandOf(pid)));
  process.kill(browser, "SIGKILL");
  assert.equal((await reading).error?.class, "error");
  assert.deepEqual(titlesOf(await read(`${origin.url}/2`)), ["Still here"]);
});

test("Renderer asks for no image, font, media or frame of another private address", { skip }, async (t) => {
  const inside = await serve(t, { "/frame": "secret", "/to": "secret" });
  const { port } = new URL(inside.url);
  const redirecting = await startOrigin(t, ({ url = "" }, response) => {
    if (url.startsWith("/redirect")) response.writeHead(302, { location: `${inside.url}/to` }).end();
    else response.writeHead(200, { "content-type": "text/html" }).end(page);
  });
  const page = scripted(`
    const tried = [];
    const other = "127.0.0.1:${port}";
    const socket = (url) => new Promise((resolve) => {
      const ws = new WebSocket(url);
      ws.onerror = () => resolve("refused");
      ws.onopen = () => resolve("open");
    });
    const get = (url) => fetch(url, { mode: "no-cors" }).then(() => "open", () => "refused");
    document.body.insertAdjacentHTML("beforeend", '<img src="/a.png"><video src="/a.mp4"></video><iframe src="http://' + other + '/frame"></iframe><style>@font-face { font-family: x; src: url(/a.woff) } body { font-family: x }</style>text');
    navigator.sendBeacon("http://" + other + "/beacon");
    const worker = URL.createObjectURL(new Blob(["fetch('http://" + other + "/worker').then(() => postMessage('open'), () => postMessage('refused'))"]));
    const work = new Promise((resolve) => { new Worker(worker).onmessage = ({ data }) => resolve(data) });
    Promise.all([get("http://" + other), get("http://localhost:${port}"), get("http://[::1]:${port}"), get("http://[::ffff:127.0.0.1]:${port}"), get("http://2130706433:${port}"), get("/redirect"), socket("ws://" + other), socket("ws://localhost:${port}"), work, get("/own")])
      .then((answers) => show(answers.join(" ")));
  `);
  const report = await read(`${redirecting.url}/`, "h2 a");
  assert.deepEqual(titlesOf(report), [`${"refused ".repeat(9)}open`]);
  assert.deepEqual(
    inside.requests.map(({ url }) => url),
    [],
  );
  const asked = redirecting.requests.map(({ url }) => url).sort();
  assert.deepEqual(asked, ["/", "/own", "/redirect"]);
});

test("Renderer renders four pages at once", { skip }, async (t) => {
  const paths = ["/1", "/2", "/3", "/4"];
  const origin = await serve(t, Object.fromEntries(paths.map((path) => [path, computing(1000)])));
  const timed = async (work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  await unlessBusy(t, async () => {
    const atOnce = await timed(() => Promise.all(paths.map((path) => read(origin.url + path))));
    const oneByOne = await timed(async () => {
      for (const path of paths) assert.deepEqual(titlesOf(await read(origin.url + path)), ["Computed"]);
    });
    t.diagnostic(`${Math.round(atOnce)} ms at once, ${Math.round(oneByOne)} ms one after another`);
    assert.ok(atOnce < 0.6 * oneByOne, `${atOnce} ms against ${oneByOne} ms`);
  });
});

test("Renderer runs four pages at a time, in contexts of their own", { skip }, async (t) => {
  const waiting: (() => void)[] = [];
  let most = 0;
  const origin = await startOrigin(t, ({ url = "", headers }, response) => {
    if (!url.startsWith("/hold")) return void response.end(page);
    most = Math.max(
      most,
      waiting.push(() => response.end(headers.cookie ?? "no cookie")),
    );
  });
  const page = scripted(`
    document.cookie = "from=another";
    localStorage.seen = Number(localStorage.seen ?? 0) + 1;
    fetch("/hold").then(() => show("Seen " + localStorage.seen));
  `);
  const reading = Promise.all(Array.from({ length: 6 }, (_, nth) => read(`${origin.url}/${nth}`, "h2 a")));
  await until("four pages", () => waiting.length === 4);
  assert.equal(origin.requests.filter(({ url }) => url === "/hold").length, 4);
  for (const end of waiting.splice(0)) end();
  await until("the other two", () => waiting.length === 2);
  for (const end of waiting.splice(0)) end();
  for (const report of await reading) assert.deepEqual(titlesOf(report), ["Seen 1"]);
  assert.equal(most, 4);
});

test("Renderer rejects with its signal's reason while a page loads", { skip }, async (t) => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const origin = await startOrigin(t, ({ url }, response) => {
    if (url === "/") response.end(disturbed("fetch('/more')"));
    else controller.abort(reason);
  });
  const connections = new Connections(1);
  t.after(() => connections.close());
  const site = { url: new URL(`${origin.url}/`), postprocess: anySite(), awaits: "#never" };
  const reading = readSite(site, { connections, renderer, signal: controller.signal });
  await assert.rejects(reading, (error) => error === reason);
});

function processesLike(type: string): number[] {
  return descendantsOf(process.pid).filter((pid) => commandOf(pid).includes(`--type=${type}`));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** Whether a process is running right now. */
function isBusy(pid: number): boolean {
  try {
    return / R /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
