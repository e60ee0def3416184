/**
 * `npm run build`, second half: dist/lab.cjs, the whole CLI in one CommonJS file, for bin/lab.js alone.
 *
 * Each ES module costs Node 20 about a millisecond before it runs a line, and the ES loader itself seven: from the
 * separate modules `lab hello` takes 1.65 times as long to start as an empty Node, from one file 1.3 times. Packages
 * stay outside, loaded when their lab is; commander is inside, for every command needs it. See docs/design.md.
 */
import { readFile } from "node:fs/promises";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = fileURLToPath(new URL("../dist/", import.meta.url));

/** In one file `import.meta.url` would be the same for all: give each module back its own, for files found beside it. */
const ownUrls = {
  name: "own-urls",
  setup({ onLoad }) {
    onLoad({ filter: /dist\/src\/.*\.js$/ }, async ({ path }) => {
      const name = JSON.stringify(relative(dist, path).split(sep).join("/"));
      const code = await readFile(path, "utf8");
      return { contents: code.replaceAll("import.meta.url", `new URL(${name}, distUrl).href`) };
    });
  },
};

await build({
  stdin: {
    contents: 'export { lab } from "./src/cli.js"; export { runMain } from "./src/concurrency/run-main.js";',
    resolveDir: dist,
  },
  outfile: `${dist}lab.cjs`,
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20.18",
  format: "cjs",
  external: Object.keys(JSON.parse(await readFile(`${root}package.json`, "utf8")).dependencies).filter(
    (name) => name !== "commander",
  ),
  banner: { js: 'const distUrl = require("node:url").pathToFileURL(__filename);' },
  plugins: [ownUrls],
  logLevel: "warning",
});
