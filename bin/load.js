/**
 * `load()` is require("../dist/lab.cjs"), without compiling it at every start: beside it the build leaves V8's code cache
 * of the functions that a run needs. V8 refuses one of other flags, or of a source of another length, and compiles as ever.
 * It takes one that another Node has made with the same V8, and crashes: the cache has the name of the Node that made it.
 */
const { existsSync, readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");
const { Script } = require("node:vm");

const bundle = join(__dirname, "../dist/lab.cjs");
const { version, platform, arch } = process;
const cache = join(__dirname, `../dist/lab-${version}-${platform}-${arch}.cache`);

const oldestNode = "20.18.1"; // also in package.json as engines

/** The reason why the bundle cannot be loaded here, as a sentence with advice. undefined if it can be. */
function whyNot() {
  if (isOlder(version.slice(1), oldestNode)) return `Node ${oldestNode} or later is needed, this is ${version}`;
  if (!existsSync(bundle)) return `${bundle} is missing: run npm ci, then npm run build`;
  return undefined;
}

function isOlder(version, oldest) {
  const [a, b] = [version, oldest].map((text) => text.split(".").map((part) => Number.parseInt(part, 10)));
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && a[at] < b[at];
}

/** The bundle, compiled and not yet run. `cachedDataRejected` is false if the cache could be used. */
function compile() {
  const source = readFileSync(bundle, "latin1"); // five times as fast as UTF-8, and the same: but for comments, esbuild writes ASCII
  const wrapped = `(function (module, exports, require, __filename, importPackage) {${source}\n})`;
  return new Script(wrapped, { filename: bundle, cachedData: readCache() });
}

function readCache() {
  try {
    return readFileSync(cache);
  } catch {
    return undefined; // built by another Node, or installed from a package, which has none
  }
}

function load(script = compile()) {
  const module = { exports: {} };
  const importPackage = (name) => import(name); // a vm.Script can do so only by an option that is experimental
  script.runInThisContext()(module, module.exports, createRequire(bundle), bundle, importPackage);
  return module.exports;
}

module.exports = { cache, compile, load, oldestNode, whyNot };
