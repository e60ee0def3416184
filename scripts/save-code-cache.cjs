/** For `node --require`: lets a run of bin/lab.js leave in the code cache what it compiled. */
const { renameSync, writeFileSync } = require("node:fs");
const v8 = require("node:v8");
const bundle = require("../bin/load.js");

v8.setFlagsFromString = () => {}; // a cache is good for the flags of its making alone, and a start has none set yet

const { load } = bundle;
const script = bundle.compile();
bundle.load = () => load(script);

process.on("exit", (code) => {
  if (code !== 0) return;
  const unfinished = `${bundle.cache}.${process.pid}`; // V8 would take half a one, and crash
  writeFileSync(unfinished, script.createCachedData());
  renameSync(unfinished, bundle.cache);
});
