import "./support/hygiene.js";
import assert from "node:assert/strict";
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { root } from "./support/lab.js";

/** The parts of zeromq that do without its package: endpoints, keys and counts. Option values and output use them. */
const zeromqData = ["zeromq/endpoint.ts", "zeromq/key-file.ts", "zeromq/link-event.ts"];

/** The only entrance of concurrency. */
const concurrency = "concurrency/index.ts";

/** The hooks of concurrency, for those who look at tasks. */
const hooks = ["observer", "named-queues", "nodes", "snapshot", "socket-folder", "door-bell"].map(
  (name) => `concurrency/observing/${name}.ts`,
);

/** The files that every lab may use. */
const ofAllLabs = [
  "labs/lab.ts",
  "labs/items.ts",
  "labs/prometheus.ts",
  "labs/start-node.ts",
  "labs/statistics.ts",
  "labs/write-whole.ts",
];

/** Which part of src may import which; docs/internals/README.md draws them. Imports of types count too. */
const arrows: Record<string, readonly string[]> = {
  "cli.ts": ["commands", "commands/kit", "terminal", "text", concurrency],
  commands: [
    "commands/kit",
    "commands/ps",
    "labs",
    "labs/poller",
    "labs/apm",
    "labs/apm/page/protocol.ts",
    "labs/mq",
    "labs/news",
    "labs/patrons",
    "terminal",
    "text",
    "inspect",
    ...hooks,
    ...zeromqData,
    concurrency,
  ],
  "commands/ps": ["commands/ps", "commands/kit", "inspect", "terminal", "text", ...hooks, concurrency],
  "commands/kit": [
    "commands/kit",
    "labs/lab.ts",
    "terminal",
    "text",
    "net",
    "trace",
    ...zeromqData,
    ...hooks,
    concurrency,
  ],
  inspect: ["inspect", "trace", ...hooks],
  trace: ["trace", "text", ...hooks],
  "labs/news": [
    "labs/news",
    "labs/news/render",
    ...ofAllLabs,
    "http/client",
    "http/origin",
    "http/server",
    "text",
    concurrency,
  ],
  "labs/news/render": ["labs/news/render", "http/client", "net", concurrency],
  "labs/patrons": ["labs/patrons", ...ofAllLabs, "http/server", "text", "net", concurrency],
  labs: [...ofAllLabs, "http", "http/client", "http/origin", "http/server", "text", "net", concurrency],
  "labs/mq": ["labs/mq", ...ofAllLabs, "net", concurrency],
  "labs/poller": ["labs/poller", ...ofAllLabs, "zeromq", "text", concurrency],
  "labs/apm": ["labs/apm", "labs/apm/page/protocol.ts", ...ofAllLabs, "http/server", "zeromq", "text", concurrency],
  "labs/apm/page": ["labs/apm/page", "labs/apm/sample.ts"],
  http: ["text", concurrency],
  "http/client": ["http/client", "http", "text", concurrency],
  "http/server": ["http/server", "http", "text", "net", concurrency],
  "http/origin": ["http/origin", "http/server", "http", "text", "net", concurrency],
  zeromq: ["zeromq", "text", "net", concurrency],
  terminal: ["terminal"],
  text: [],
  net: [], // below http, zeromq and the commands: all three check addresses, and explain failed binds
  concurrency: ["concurrency"],
};

/** Each package may be imported only by the part that needs it. */
const packages: Record<string, readonly string[]> = {
  commander: ["commands/kit"],
  chalk: ["terminal"],
  "prom-client": ["labs", "labs/apm"],
  "string-width": ["terminal"],
  hono: ["labs/patrons"],
  "@hono/node-server": ["labs", "labs/patrons"],
  "@hono/node-server/utils/response": ["labs/patrons"],
  postgres: ["labs/patrons"],
  "lru-cache": ["labs/patrons"],
  "@electric-sql/pglite": ["labs/patrons"],
  undici: ["http/client"],
  "undici/lib/dispatcher/client.js": ["http/client"],
  "undici/lib/core/connect.js": ["http/client"],
  zeromq: ["zeromq"],
  execa: ["labs/apm"],
  htmlparser2: ["labs/news"],
  "css-select": ["labs/news"],
  "playwright-core": ["labs/news/render"],
  pidusage: ["labs/apm"],
};

const mostFiles = 26; // per folder, so that its list stays a table of contents

const src = join(root, "src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
const imports = new Map(files.map((file) => [file, ownImportsOf(file)]));

test("every file of src belongs to a part of the house", () => {
  assert.ok(files.length > 30);
  assert.deepEqual(
    files.filter((file) => partOf(file) === undefined),
    [],
  );
});

for (const file of files) {
  test(`src/${file} imports only the parts that its own part may`, () => {
    const part = partOf(file) ?? "";
    const strangers = specifiersOf(file).filter((specifier) => !/^(?:node:|\.)/.test(specifier));
    for (const name of strangers) assert.ok(packages[name]?.includes(part), `${part} must not import ${name}`);
    for (const target of imports.get(file) ?? []) {
      if ((part === "labs" || part === "commands") && target.startsWith(ownFolder(file))) continue;
      const allowed = arrows[part] ?? [];
      assert.ok(
        allowed.includes(target) || allowed.includes(partOf(target) ?? ""),
        `${part} must not import ${target}`,
      );
    }
  });
}

test("src has no circular imports, of types included", () => {
  const circles = files.map((file) => circleOf(file)).filter((circle) => circle !== undefined);
  assert.deepEqual(circles, []);
});

test("concurrency imports its own files one by one, never its index", () => {
  const inside = [...imports].filter(([file]) => file.startsWith("concurrency/") && file !== concurrency);
  const byIndex = inside.filter(([, targets]) => targets.includes(concurrency)).map(([file]) => file);
  assert.deepEqual(byIndex, []);
});

test("only the observer is a binding that changes", () => {
  const changing = files.filter((file) => /^export (let|var) /m.test(code(file)));
  assert.deepEqual(changing, ["concurrency/observing/observer.ts"]);
});

test(`no folder of src has more than ${mostFiles} files`, () => {
  const folders = [src, ...readdirSync(src, { recursive: true, withFileTypes: true }).filter(isFolder).map(pathOf)];
  for (const folder of folders) {
    const { length } = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(length <= mostFiles, `${folder}: ${length} files`);
  }
});

test("labs, http and zeromq do not print, and only run ends the process", () => {
  const programs = /^labs\/shutdown\/programs\//; // programs of their own, which the lab starts
  const quiet = files.filter((file) => /^(labs|http|zeromq)\//.test(file) && !programs.test(file));
  for (const file of quiet) assert.doesNotMatch(code(file), /process\.(stdout|stderr|argv|exit)|console\./, file);
  const exiting = files.filter((file) => /process\.(exitCode|exit\()/.test(code(file)));
  const workerSide = /^concurrency\/(workers\/(process-worker|thread-worker|run-tasks)|observing\/agent)\.ts$/; // workers end their own process or thread
  const ours = exiting.filter((file) => !workerSide.test(file) && !programs.test(file));
  // process-setup.ts exits once the exit code is set and all output is written, while Node waits for a name
  assert.deepEqual(ours.sort(), ["commands/kit/process-setup.ts", "concurrency/run-main.ts", "concurrency/run.ts"]);
});

function isFolder(entry: Dirent): boolean {
  return entry.isDirectory();
}

function pathOf({ parentPath, name }: Dirent): string {
  return join(parentPath, name);
}

function partOf(file: string): string | undefined {
  return Object.keys(arrows)
    .filter((part) => file === part || file.startsWith(`${part}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** The folder where a lab or a command of several files keeps the others. */
function ownFolder(file: string): string {
  return `${file.replace(/\.ts$/, "").split("/", 2).join("/")}/`;
}

/** The shortest path of imports from `file` back to itself. Imports inside a function count as well. */
function circleOf(file: string): string[] | undefined {
  const ways: string[][] = [[file]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way; way = ways.shift()) {
    for (const next of imports.get(way.at(-1) ?? "") ?? []) {
      if (next === file) return [...way, file];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

/** The files of src that `file` imports. */
function ownImportsOf(file: string): string[] {
  const relatives = specifiersOf(file).filter((specifier) => specifier.startsWith("."));
  return relatives.map((path) => relative(src, join(src, dirname(file), path)).replace(/\.js$/, ".ts"));
}

function specifiersOf(file: string): string[] {
  const imported = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"|\bnew URL\("([^"]+\.js)", import\.meta\.url\)/g;
  return [...code(file).matchAll(imported)].map(([, specifier, worker]) => specifier ?? worker ?? "");
}

function code(file: string): string {
  return readFileSync(join(src, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
