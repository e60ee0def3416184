import "./support/hygiene.js";
import assert from "node:assert/strict";
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { root } from "./support/lab.js";

/** zeromq's own knowledge of endpoints, keys and counts, without the package: for option values and for what is printed. */
const zeromqData = ["zeromq/endpoint.ts", "zeromq/key-file.ts", "zeromq/link-event.ts"];

/** The only door of concurrency. */
const concurrency = "concurrency/index.ts";

/** The files that every lab may use. */
const ofAllLabs = ["labs/lab.ts", "labs/statistics.ts"];

/** Which parts of src may import which; docs/internals/README.md draws them. Types count too. */
const arrows: Record<string, readonly string[]> = {
  "cli.ts": ["commands", "commands/kit", "terminal", "text", concurrency],
  commands: ["commands/kit", "labs", "labs/poller", "labs/apm", "terminal", "text", ...zeromqData, concurrency],
  "commands/kit": ["commands/kit", "labs/lab.ts", "terminal", "text", "net", ...zeromqData, concurrency],
  labs: [...ofAllLabs, "http", "http/client", "http/origin", "http/server", "text", concurrency],
  "labs/poller": ["labs/poller", ...ofAllLabs, "zeromq", concurrency],
  "labs/apm": ["labs/apm", ...ofAllLabs, "http/server", "zeromq", concurrency],
  "labs/apm/page": ["labs/apm/page", "labs/apm/page-protocol.ts"],
  http: ["text", concurrency],
  "http/client": ["http/client", "http", "text", concurrency],
  "http/server": ["http/server", "http", "text", "net", concurrency],
  "http/origin": ["http/origin", "http/server", "http", "text", concurrency],
  zeromq: ["zeromq", "text", "net", concurrency],
  terminal: ["terminal"],
  text: [],
  net: [], // below http, zeromq and the commands: all three decide who can reach an address, or say why it cannot be bound
  concurrency: ["concurrency"],
};

/** Each package is imported by the part that needs it and by no other. */
const packages: Record<string, readonly string[]> = {
  commander: ["commands/kit"],
  chalk: ["terminal"],
  "prom-client": ["labs/apm"],
  undici: ["http/client"],
  "undici/lib/dispatcher/client.js": ["http/client"],
  "undici/lib/core/connect.js": ["http/client"],
  zeromq: ["zeromq"],
  execa: ["labs/apm"],
  pidusage: ["labs/apm"],
};

const mostFiles = 26; // of a folder: its list is a table of contents

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
  test(`src/${file} imports only what its part may`, () => {
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

test("src has no circles of imports, those of types included", () => {
  const circles = files.map((file) => circleOf(file)).filter((circle) => circle !== undefined);
  assert.deepEqual(circles, []);
});

test("concurrency imports its own files one by one, never its index", () => {
  const inside = [...imports].filter(([file]) => file.startsWith("concurrency/") && file !== concurrency);
  const byIndex = inside.filter(([, targets]) => targets.includes(concurrency)).map(([file]) => file);
  assert.deepEqual(byIndex, []);
});

test(`no folder of src has more than ${mostFiles} files`, () => {
  const folders = [src, ...readdirSync(src, { recursive: true, withFileTypes: true }).filter(isFolder).map(pathOf)];
  for (const folder of folders) {
    const { length } = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(length <= mostFiles, `${folder}: ${length} files`);
  }
});

test("no lab, helper or server prints or ends the process", () => {
  const quiet = files.filter((file) => /^(labs|http|zeromq)\//.test(file));
  for (const file of quiet) assert.doesNotMatch(code(file), /process\.(stdout|stderr|argv|exit)|console\./, file);
  const exiting = files.filter((file) => /process\.(exitCode|exit\()/.test(code(file)));
  const workerSide = /^concurrency\/workers\/(process-worker|thread-worker|run-tasks)\.ts$/; // a worker ends its own process or thread
  const ours = exiting.filter((file) => !workerSide.test(file));
  // once the exit code is set and all is written, for a look-up of a name that Node would wait for
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

/** A lab or a command of several files keeps the others in a folder of its name. */
function ownFolder(file: string): string {
  return `${file.replace(/\.ts$/, "").split("/", 2).join("/")}/`;
}

/** The shortest way from `file` back to itself. Imports inside a function count: they are arrows all the same. */
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
  return [...code(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => specifier ?? "");
}

function code(file: string): string {
  return readFileSync(join(src, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
