/**
 * `npm run build`, second half: dist/lab.cjs, the whole CLI in one CommonJS file, for bin/lab.js alone.
 *
 * Each ES module costs Node 20 about a millisecond before it runs a line, and the ES loader itself seven: from the
 * separate modules `lab hello` takes 3.0 times as long as an empty Node, from one file 2.5 times. Packages
 * stay outside, loaded when their lab is, but for commander, which every command needs, string-width, which status
 * lines need at once, and undici, which takes a third of the start of those that fetch. See docs/internals/build.md.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const inside = ["commander", "string-width", "undici"];
const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
  await readFile(`${root}package.json`, "utf8"),
);
const outside = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).filter(
  (name) => !inside.includes(name),
);
const theirs = ["ansi-regex", "get-east-asian-width", "strip-ansi"]; // packages that string-width imports
const licenses = [...inside, ...theirs].map(async (name) => {
  const folder = `${root}node_modules/${name}/`;
  const file = (await readdir(folder)).find((each) => each.toLowerCase() === "license");
  return `/* ${name}:\n\n${await readFile(`${folder}${file}`, "utf8")} */`;
});

/** Which file of concurrency/ has which name that its index exports. */
const concurrency = join(dist, "src/concurrency");
const homes = new Map();
for (const [, names, file] of (await readFile(join(concurrency, "index.js"), "utf8")).matchAll(
  /^export \{ ([^}]*) \} from "([^"]*)";$/gm,
)) {
  for (const name of names.split(", ")) homes.set(name, join(concurrency, file));
}

/** Imports from that index, file by file: a command that only sleeps does not load the pools with what they stand on. */
function pastTheIndex(code, path) {
  const direct = code.replaceAll(/^import \{ ([^}]*) \} from "[./]+\/concurrency\/index.js";$/gm, (_line, names) => {
    const imports = names.match(/\w[^,]*\w/g).map((name) => {
      const home = relative(dirname(path), homes.get(name.split(" as ")[0]));
      return `import { ${name} } from ${JSON.stringify(home.startsWith(".") ? home : `./${home}`)};`;
    });
    return imports.join(" ");
  });
  if (/"[./]+\/concurrency\/index\.js"/.test(direct))
    throw new Error(`${path} imports the index in a form unknown here`);
  return direct;
}

/** What a module of ours finds no more when it is one of many in a script: its own URL, and the packages outside. */
const ownSurroundings = {
  name: "own-surroundings",
  setup({ onLoad }) {
    onLoad({ filter: /dist\/src\/.*\.js$/ }, async ({ path }) => {
      const name = JSON.stringify(relative(dist, path).split(sep).join("/"));
      const code = await readFile(path, "utf8");
      return {
        contents: pastTheIndex(code, path)
          .replaceAll("import.meta.url", `new URL(${name}, distUrl).href`)
          .replaceAll(/\bimport\((?="[^."])/g, "importPackage("),
      };
    });
  },
};

/** HTTP/2 is not used, takes 5 ms to load, and undici does without it in a Node that has none. */
const withoutHttp2 = {
  name: "without-http2",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:http2$/ }, ({ path }) => ({ path, namespace: "absent" }));
    onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "exports.constants = {};" }));
  },
};

for (const name of await readdir(dist)) {
  if (name.startsWith("lab-")) await rm(`${dist}${name}`); // a code cache: V8 would run what was compiled of the last bundle
}
await build({
  stdin: {
    contents: 'export { lab } from "./src/cli.js"; export { runMain } from "./src/concurrency/run-main.js";',
    resolveDir: dist,
  },
  outfile: `${dist}lab.cjs`,
  absWorkingDir: root,
  bundle: true,
  minifyWhitespace: true, // a quarter less to read at each start
  lineLimit: 160, // so that a place in a stack trace can be found
  platform: "node",
  target: "node20.18",
  format: "cjs",
  external: outside,
  banner: { js: 'const distUrl = require("node:url").pathToFileURL(__filename);' },
  footer: { js: (await Promise.all(licenses)).join("\n") },
  plugins: [ownSurroundings, withoutHttp2],
  logLevel: "warning",
});
