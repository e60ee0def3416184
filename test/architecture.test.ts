import "./support/hygiene.js";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { root } from "./support/lab.js";

/** What zeromq knows of endpoints, keys and counts without the package, for option values and for what is printed. */
const zeromqData = ["zeromq/endpoint.ts", "zeromq/key-file.ts", "zeromq/monitor.ts"];

/** Which parts of src may import which; docs/design.md draws it. Types count too. */
const arrows: Record<string, readonly string[]> = {
  "cli.ts": ["commands", "commands/kit", "terminal", "text", "concurrency"],
  commands: ["commands/kit", "labs", "labs/poller", "labs/apm", "terminal", "text", ...zeromqData, "concurrency"],
  "commands/kit": ["commands/kit", "labs/lab.ts", "terminal", "text", ...zeromqData, "concurrency"],
  labs: ["labs/lab.ts", "http", "concurrency"],
  "labs/poller": ["labs/poller", "labs/lab.ts", "zeromq", "concurrency"],
  "labs/apm": ["labs/apm", "labs/lab.ts", "http", "zeromq", "concurrency"],
  "labs/apm/page": ["labs/apm/page", "labs/apm/page-protocol.ts"],
  http: ["http", "text", "concurrency"],
  zeromq: ["zeromq", "text", "concurrency"],
  terminal: ["terminal"],
  text: [],
  concurrency: ["concurrency"],
};

/** Each package is imported by the part that needs it and by no other. */
const packages: Record<string, readonly string[]> = {
  commander: ["commands/kit"],
  chalk: ["terminal"],
  "prom-client": ["labs/apm"],
  undici: ["http"],
  "undici/lib/dispatcher/client.js": ["http"],
  "undici/lib/core/connect.js": ["http"],
  zeromq: ["zeromq"],
  execa: ["labs/apm"],
  pidusage: ["labs/apm"],
};

const src = join(root, "src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));

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
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith("node:")) continue;
      if (!specifier.startsWith(".")) {
        assert.ok(packages[specifier]?.includes(part), `${part} must not import the package ${specifier}`);
        continue;
      }
      const target = relative(src, join(src, dirname(file), specifier)).replace(/\.js$/, ".ts");
      const allowed = arrows[part] ?? [];
      if ((part === "labs" || part === "commands") && target.startsWith(ownFolder(file))) continue;
      assert.ok(
        allowed.includes(target) || allowed.includes(partOf(target) ?? ""),
        `${part} must not import ${target}`,
      );
    }
  });
}

test("no lab, helper or server prints or ends the process", () => {
  const quiet = files.filter((file) => /^(labs|http|zeromq)\//.test(file));
  for (const file of quiet) assert.doesNotMatch(code(file), /process\.(stdout|stderr|argv|exit)|console\./, file);
  const exiting = files.filter((file) => /process\.(exitCode|exit\()/.test(code(file)));
  const workerSide = /^concurrency\/(process-wire|thread-wire|worker-harness)\.ts$/; // a worker ends its own process or thread
  const ours = exiting.filter((file) => !workerSide.test(file));
  // leave.ts: once the exit code is set and all is written, for a look-up of a name that Node would wait for
  assert.deepEqual(ours.sort(), ["commands/kit/leave.ts", "concurrency/run-main.ts", "concurrency/run.ts"]);
});

function partOf(file: string): string | undefined {
  return Object.keys(arrows)
    .filter((part) => file === part || file.startsWith(`${part}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** A lab or a command of several files keeps the others in a folder of its name. */
function ownFolder(file: string): string {
  return `${file.replace(/\.ts$/, "").split("/", 2).join("/")}/`;
}

function importsOf(file: string): string[] {
  return [...code(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => specifier ?? "");
}

function code(file: string): string {
  return readFileSync(join(src, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
