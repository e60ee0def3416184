import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { testAtOnce } from "../../support/at-once.js";
import { temporaryFolder } from "../../support/files.js";
import { lab } from "../../support/lab.js";
import { nextOutput, startProgram } from "../../support/program.js";
import { unlessBusy } from "../../support/tries.js";
import { until } from "../../support/until.js";

const test = testAtOnce(3);

type Context = Parameters<typeof unlessBusy>[0];

interface Asked {
  program: ReturnType<typeof startProgram>;
  pid: number;
  /** The folder for the sockets' folder. */
  runtime: string;
  /** Run lab; PID stands for the program. */
  ask(...words: string[]): ReturnType<typeof lab>;
}

/** Start a program in a folder of sockets of its own, call `body`, and kill the program. */
function beside(t: Context, args: string[], body: (asked: Asked) => Promise<void>): Promise<void> {
  return unlessBusy(t, () => besideOnce(t, args, body)); // answers have limits of time
}

async function besideOnce(t: Context, args: string[], body: (asked: Asked) => Promise<void>): Promise<void> {
  const runtime = temporaryFolder(t)("run");
  mkdirSync(runtime, { mode: 0o700 });
  const env = { XDG_RUNTIME_DIR: runtime, SECRET: "s3cr3t-value" };
  const program = startProgram("can-be-asked", args, [], env);
  try {
    assert.equal(await nextOutput(program), "started");
    const pid = program.pid as number;
    const ask = (...words: string[]) =>
      lab(
        words.map((word) => word.replace("PID", `${pid}`)),
        env,
      );
    await body({ program, pid, runtime, ask });
  } finally {
    program.kill("SIGKILL");
    await program;
  }
}

test("lab ps tells a thousand tasks in one line", async (t) => {
  await beside(t, [], async ({ ask }) => {
    const { exitCode, stdout, stderr } = await ask("ps", "PID", "--json");
    assert.equal(exitCode, 0, stderr);
    const { v, snapshot } = JSON.parse(stdout);
    assert.equal(v, 1);
    const [group] = snapshot.tree[0].below;
    const [workers, keeper] = group.below;
    assert.deepEqual([group.what, group.state], ["task group", "1001 tasks"]);
    assert.deepEqual([workers.what, workers.like, workers.below], ["task worker 0", 999, [{ what: "jobs get" }]]);
    const [, left] = /^(\d+) ms left$/.exec(keeper.below[0].state) ?? [];
    assert.ok(Number(left) > 500_000 && Number(left) <= 600_000, left);
    assert.deepEqual(snapshot.queues, [{ name: "jobs", size: 0, max: null, getters: 1000, putters: 0 }]);
    assert.deepEqual([snapshot.circles, snapshot.stack], [[], []]);
    const text = (await ask("tree", "PID")).stdout;
    assert.match(
      text,
      /^can-be-asked\.js {2}\(pid \d+, Node .*, up .*, \d+ MiB\)\n└─ run\n {3}└─ task group {2}1001 tasks/,
    );
    assert.match(text, /├─ task worker 0 {2}→ jobs get {2}\(.*\) {2}and 999 like it\n/);
  });
});

test("lab ps lists the programs that can be asked", async (t) => {
  await beside(t, [], async ({ ask, pid }) => {
    const { programs } = JSON.parse((await ask("ps", "--json")).stdout);
    const row = programs.find((each: { pid: number }) => each.pid === pid);
    assert.deepEqual([row.name, row.tasks, row.error], ["can-be-asked.js", 1001, undefined]);
    assert.match((await ask("ps")).stdout, new RegExp(`^ *${pid} {2}can-be-asked\\.js .* 1001`, "m"));
  });
});

test("lab tree --every asks again until the program ends", async (t) => {
  await beside(t, [], async ({ ask, program }) => {
    const asking = ask("tree", "PID", "--every", "50ms", "--json");
    let count = 0;
    for await (const line of asking.iterable()) {
      assert.equal(JSON.parse(line).v, 1);
      if (++count === 3) program.kill("SIGTERM");
    }
    const { exitCode, stderr } = await asking;
    assert.equal(exitCode, 0);
    assert.match(stderr, /there is no process|is no program of Node|the program ended|does not run under/);
  });
});

for (const kind of [
  "spinForever",
  "backtrack",
  "waitForChild",
  "compressAll",
  "hashAll",
  "parseAll",
  "sortAll",
  "sleepAtomically",
  "storm",
]) {
  test(`lab ps names the function that blocks the loop: ${kind}`, async (t) => {
    await beside(t, [kind, "2500"], async ({ ask, program }) => {
      assert.equal((await ask("ps", "PID")).exitCode, 0); // the thread that answers is there now
      program.kill("SIGUSR2");
      assert.equal(await nextOutput(program), "blocks");
      await pause(200);
      const { stdout, exitCode } = await ask("ps", "PID", "--json");
      assert.equal(exitCode, 0);
      const { lateMs, snapshot } = JSON.parse(stdout);
      assert.ok(lateMs > 100, `${lateMs}`);
      if (kind === "storm") return; // reactions of promises are short, and any of them may be interrupted
      assert.match(snapshot.stack.join("\n"), new RegExp(`at .*${kind} \\(.*can-be-asked\\.js:\\d+:\\d+\\)`));
      assert.equal(snapshot.tree[0].below[0].below[0].like, 999, "and the tree is there");
    });
  });
}

test("a program that is blocked before anybody asked is told by its state", async (t) => {
  await beside(t, ["spinForever", "6000"], async ({ ask, program }) => {
    program.kill("SIGUSR2");
    assert.equal(await nextOutput(program), "blocks");
    const { exitCode, stderr } = await ask("ps", "PID");
    assert.equal(exitCode, 3);
    assert.match(
      stderr,
      /^lab: process \d+ gives no answer: its event loop is blocked \(state [RSD], \d+ of the last 200 ms on a CPU\)/,
    );
  });
});

test("nothing is left of a question, and nothing listens on a port", async (t) => {
  await beside(t, [], async ({ ask, pid, runtime }) => {
    const threads = () => readdirSync(`/proc/${pid}/task`).length;
    const ports = () =>
      readFileSync(`/proc/${pid}/net/tcp`, "utf8")
        .split("\n")
        .filter((line) => / 0A /.test(line)).length;
    const socket = `${runtime}/asyncio-lab/${pid}.sock`;
    const [before, open] = [threads(), ports()];
    await ask("ps", "PID");
    assert.ok(threads() > before && existsSync(socket));
    assert.ok(ports() <= open + 20, "other tests may listen meanwhile");
    await until("the thread has left", () => !existsSync(socket) && threads() <= before);
  });
});

test("no value, environment or argument is in an answer", async (t) => {
  await beside(t, ["--token=s3cr3t-argument"], async ({ ask }) => {
    const { stdout } = await ask("ps", "PID", "--json");
    assert.ok(!/s3cr3t/.test(stdout), stdout);
    assert.ok(!/s3cr3t/.test((await ask("ps")).stdout));
  });
});

test("a folder of sockets that others could use is refused", async (t) => {
  await beside(t, [], async ({ pid, runtime, ask }) => {
    const folder = `${runtime}/asyncio-lab`;
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const open = await ask("ps", "PID");
    assert.deepEqual(
      [open.exitCode, open.stderr],
      [3, `lab: ${folder} must be a folder of your own, with mode 0700: remove it\n`],
    );
    const other = temporaryFolder(t)("other");
    mkdirSync(`${other}/real`, { recursive: true, mode: 0o700 });
    symlinkSync(`${other}/real`, `${other}/asyncio-lab`);
    const linked = await lab(["ps", `${pid}`], { XDG_RUNTIME_DIR: other });
    assert.match(linked.stderr, /must be a folder of your own/);
  });
});

test("a stranger lives on, and gets one line", async (t) => {
  const stranger = execa("sleep", ["60"], { reject: false });
  t.after(() => stranger.kill());
  const plain = execa(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log('up')"], { reject: false });
  t.after(() => plain.kill());
  await once(plain.stdout, "data");
  for (const [pid, reason] of [
    [stranger.pid, /is no program of Node, or belongs to another user$/],
    [plain.pid, /does not run under run\(\) of asyncio-lab\/concurrency$/],
    [4_000_000, /^lab: there is no process 4000000$/],
  ] as const) {
    const { exitCode, stderr } = await lab(["ps", `${pid}`]);
    assert.equal(exitCode, 3);
    assert.match(stderr.trim(), reason);
  }
  for (const { pid } of [stranger, plain]) process.kill(pid as number, 0);
});

test("another user is refused", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("only root can become another user");
  await beside(t, [], async ({ pid }) => {
    const readable = temporaryFolder(t)("log");
    writeFileSync(readable, "");
    const script = `try { process.kill(${pid}, "SIGURG"); } catch (error) { console.log(error.code); }`;
    const { stdout, failed } = await execa(process.execPath, ["-e", script], {
      uid: 65_534,
      gid: 65_534,
      reject: false,
    });
    if (failed) return t.skip("another user cannot run this Node");
    assert.equal(stdout, "EPERM");
  });
});

test("watch tells each block with function and line", async (t) => {
  const source = `
    import { inspectable } from "asyncio-lab/inspect";
    const stop = inspectable({ watch: true });
    function chew() { for (const end = performance.now() + 400; performance.now() < end; ); }
    setTimeout(chew, 1000);
    setTimeout(stop, 2500);
  `;
  const runtime = temporaryFolder(t)("run");
  mkdirSync(runtime, { mode: 0o700 });
  const env = { XDG_RUNTIME_DIR: runtime };
  const { stderr, exitCode } = await execa(process.execPath, ["--input-type=module", "-e", source], {
    env,
    cwd: import.meta.dirname,
  });
  assert.equal(exitCode, 0);
  assert.match(stderr, /The event loop was blocked for [34]\d\d ms in\n {4}at .*chew/);
});
