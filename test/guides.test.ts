/** The guides name every part of Python that the notes name, and show Twisted's way beside ours. */
import "./support/hygiene.js";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { execa } from "execa";
import { outputOf } from "./support/code-example.js";
import { pages } from "./support/pages.js";

/** Each name in code font in the notes' chapters on threads, the walk-through and the tower. */
const names = [
  // threads
  ...["concurrent.futures", "ThreadPoolExecutor(max_workers=10)", "exe.submit(worker, data)", "ProcessPoolExecutor"],
  ...["Executor.shutdown(wait=True)", "select()", "Thread(target=f)", "t.start()", "t.join()", "os.getpid()"],
  ...["time.sleep()", "self.knives += knives", "with self.lock", "threading.Lock", "await"],
  // the walk-through
  ...["async def", "asyncio.run()", "asyncio.sleep()", "time.ctime()", "asyncio.get_event_loop()"],
  ...["asyncio.get_running_loop()", "loop.create_task(coro)", "asyncio.create_task()", "task.cancel()"],
  ...["loop.run_until_complete(coro)", "asyncio.gather(…, return_exceptions=True)", "loop.stop()", "loop.close()"],
  ...["loop.run_in_executor(None, blocking)", "asyncio.all_tasks()", "loop.run_until_complete(coro)"],
  ...[
    "type(f)",
    "type(gen)",
    "type(coro)",
    "inspect.iscoroutinefunction",
    "inspect.iscoroutine",
    "yield",
    "StopIteration",
  ],
  ...["coro.send(None)", "e.value", "__await__()", "coro.throw()", "asyncio.CancelledError"],
  ...["asyncio.ensure_future()"],
  // the tower
  ...["StreamReader", "StreamWriter", "asyncio.open_connection()", "asyncio.start_server()", "Protocol"],
  ...["BaseTransport", "asyncio.Queue", "run_in_executor()", "asyncio.subprocess", "asyncio.Task", "asyncio.Future"],
  ...[
    "BaseEventLoop",
    "AbstractEventLoop",
    "async with",
    "async for",
    "curio",
    "trio",
    "uvloop",
    "aiohttp",
    "zmq.asyncio",
  ],
];

const noPython3 = spawnSync("python3", ["--version"]).status !== 0 && "needs python3";

const guides = pages.filter(({ name }) => name.startsWith("docs/guides/"));
const guide = (name: string) => guides.find((page) => page.name === `docs/guides/${name}.md`)?.text ?? "";

test("guides have each name of the notes in code font", () => {
  const code = [...guide("asyncio-to-node").matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
  const missing = names.filter((name) => !code.some((text) => hasWord(text, name)));
  assert.deepEqual(missing, []);
});

test("callbacks, generators and async functions of a guide print the same", async () => {
  const [callbacks = "", generators = "", functions = ""] = snippetsOf(guide("callbacks"));
  const outputs = await Promise.all([callbacks, generators, functions].map(outputOf));
  assert.deepEqual(outputs[0], ["Ada of London", "Alan of Manchester", "failed: no 3", "closed"]);
  assert.deepEqual([outputs[1], outputs[2]], [outputs[0], outputs[0]]);
  assert.ok(!/\b(await|async)\b/.test(callbacks + generators), "the first two do without");
});

test("guides are linked from the contents of the docs", () => {
  const contents = pages.find(({ name }) => name === "docs/README.md")?.text ?? "";
  for (const { name } of guides) {
    assert.ok(contents.includes(`(${name.replace("docs/", "")})`), name);
  }
});

/** Code of these languages runs in a test, and the others are no code. */
const kinds = ["js", "python", "text", "console"];

test("guides label each block, and have only code that a test runs", () => {
  for (const { name, text } of guides) {
    const unknown = blocksOf(text).filter((kind) => !kinds.includes(kind));
    assert.deepEqual(unknown, [], name);
  }
});

for (const name of ["coroutine", "queue", "tower", "janus", "shutdown"]) {
  test(`the page of lab ${name} has only code that a test runs`, () => {
    const text = pages.find((page) => page.name === `docs/labs/${name}.md`)?.text ?? "";
    assert.deepEqual(
      blocksOf(text).filter((kind) => !["", ...kinds].includes(kind) || kind === "python"),
      [],
    );
  });
}

for (const { name, text } of guides) {
  for (const [, code = ""] of text.matchAll(/^```python\n([\s\S]*?)^```/gm)) {
    test(`the Python of ${name} prints the lines in its comments`, { skip: noPython3 }, async () => {
      const said = [...code.matchAll(/print\(.*# (.*)$/gm)].map(([, line]) => line);
      const { stdout } = await execa("python3", ["-c", code], { timeout: 30_000 });
      assert.deepEqual(stdout.split("\n"), said);
    });
  }
}

/** Whether `name` stands in `text`, and is no part of a longer word. */
function hasWord(text: string, name: string): boolean {
  const escaped = name.replaceAll(/[.*+?()[\]]/g, "\\$&");
  return new RegExp(`(?<![\\w])${escaped}(?!\\w)`).test(text);
}

/** The language of each block of code. */
function blocksOf(text: string): string[] {
  return [...text.matchAll(/^```(.*)\n[\s\S]*?^```/gm)].map(([, kind = ""]) => kind);
}

function snippetsOf(text: string): string[] {
  return [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code]) => code ?? "");
}
