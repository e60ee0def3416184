import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { native } from "../../../src/commands/kit/native.js";
import { ExitError } from "../../../src/concurrency/index.js";

function rejectsWith(code: string, message: string): Promise<unknown> {
  return native(() => Promise.reject(Object.assign(new Error(message), { code }))).catch((error) => error);
}

test("native() says that zeromq cannot be loaded only if nothing else is known", async () => {
  const error = await rejectsWith("ERR_DLOPEN_FAILED", "no such binary\nRequire stack: …");
  assert.ok(error instanceof ExitError);
  assert.equal(error.code, 1);
  assert.equal(error.message, "the package zeromq cannot be loaded: no such binary; npm rebuild zeromq may help");
});

test("native() names too few open files and a missing package instead", async () => {
  const messages = [
    await rejectsWith("EMFILE", "EMFILE: too many open files, open '/draft.js'"),
    await rejectsWith("ERR_WORKER_INIT_FAILED", "Worker initialization failure: EMFILE"),
    await rejectsWith("MODULE_NOT_FOUND", "Cannot find module 'cmake-ts/build/loader'\nRequire stack: …"),
    await rejectsWith("ERR_MODULE_NOT_FOUND", "Cannot find package '@scope/name' imported from /lab/load.js"),
    await rejectsWith("ERR_MODULE_NOT_FOUND", "Cannot find package '/no/node_modules/p/index.js' imported from /x"),
    await rejectsWith("ERR_MODULE_NOT_FOUND", "Cannot find module '/no/dist/src/labs/hello.js' imported from /x"),
  ].map((error) => (error as ExitError).message.replace(/, \d+:/, ":"));
  const missing = (name: string) =>
    `the package ${name} is missing or incomplete: install lab again, or run npm ci in a checkout`;
  const tooFew = "too few files may be open: raise ulimit -n";
  assert.deepEqual(messages, [
    tooFew,
    tooFew,
    missing("cmake-ts"),
    missing("@scope/name"),
    missing("p"),
    missing("/no/dist/src/labs/hello.js").replace("package", "file"),
  ]);
});
