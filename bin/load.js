/**
 * `load()` is require("../dist/lab.cjs"), without compiling it at every start: beside it the build leaves V8's code cache
 * of the functions that a run needs. V8 refuses one of other flags, or of a source of another length, and compiles as ever.
 * It takes one that another Node has made with the same V8, and crashes: the cache has the name of the Node that made it.
 */
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");
const { Script } = require("node:vm");

const bundle = join(__dirname, "../dist/lab.cjs");
const { version, platform, arch } = process;
const cache = join(__dirname, `../dist/lab-${version}-${platform}-${arch}.cache`);

const oldestNode = "20.18.1"; // also in package.json as engines

function checkNode() {
  const [major, minor, patch] = version.slice(1).split(".").map(Number.parseFloat);
  const [oldMajor, oldMinor, oldPatch] = oldestNode.split(".").map(Number);
  if ((major - oldMajor || minor - oldMinor || patch - oldPatch) < 0) {
    throw cannotStart(`Node ${oldestNode} or later is needed, this is ${version}`);
  }
}

function cannotStart(message) {
  return Object.assign(new Error(message), { code: "CANNOT_START" });
}

/**
 * The bundle, compiled and not yet run. `cachedDataRejected` is false if the cache could be used. Throws an Error with the
 * code CANNOT_START if this Node is too old, or if there is no bundle.
 */
function compile() {
  checkNode();
  const source = readBundle();
  const wrapped = `(function (module, exports, require, __filename, importPackage) {${source}\n})`;
  return new Script(wrapped, { filename: bundle, cachedData: readCache() });
}

function readBundle() {
  try {
    return readFileSync(bundle, "latin1"); // five times as fast as UTF-8, and the same: but for comments, esbuild writes ASCII
  } catch (error) {
    throw error.code === "ENOENT" ? cannotStart(`${bundle} is missing: run npm ci, then npm run build`) : error;
  }
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

module.exports = { cache, compile, load, oldestNode };
