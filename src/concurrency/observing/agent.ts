/**
 * The thread that answers `lab ps` for the main thread, also while that is blocked: V8 serves its questions from an
 * interrupt. It ends ten seconds after the last question. A client can ask, and cannot tell anything.
 */
import { rmSync } from "node:fs";
import { type Runtime, Session } from "node:inspector";
import { createServer, type Socket } from "node:net";
import { workerData } from "node:worker_threads";
import { makeSocketFolder } from "./socket-folder.js";

export interface AgentData {
  /** The path to listen on. */
  socket: string;
  /** Holds the time of the last turn of the main thread's loop: milliseconds since 1970. */
  beat: ArrayBufferLike;
  beatMs: number;
  /** The name of the function that answers, a global symbol. */
  answerKey: string;
  watch: boolean;
}

const idleMs = 10_000;
const mostNodes = 1000;
const mostClients = 8;
const blockedMs = 50;

const { socket: path, beat, beatMs, answerKey, watch } = workerData as AgentData;
const lastTurn = new Float64Array(beat);

const session = new Session();
session.connectToMainThread();

/** How late the loop of the main thread is. */
function lateMs(): number {
  return Math.max(0, Math.round(performance.timeOrigin + performance.now() - (lastTurn[0] ?? 0) - beatMs));
}

/** The answer of the main thread, as JSON. Purely native code answers when it returns. */
function ask(): Promise<string> {
  const expression = `globalThis[Symbol.for(${JSON.stringify(answerKey)})](${mostNodes})`;
  return new Promise((resolve, reject) => {
    session.post("Runtime.evaluate", { expression, returnByValue: true, timeout: 1000 }, (error, reply) => {
      const { value } = (reply as Runtime.EvaluateReturnType | undefined)?.result ?? {};
      if (typeof value === "string") resolve(value);
      else reject(error ?? new Error("the main thread gave no answer"));
    });
  });
}

async function answer(client: Socket): Promise<void> {
  client.on("error", () => {});
  idle.refresh();
  const late = lateMs();
  const json = await ask().catch(() => undefined);
  const body = json === undefined ? "" : `,"snapshot":${json}`;
  client.end(`{"v":1,"lateMs":${late}${body}}\n`);
}

function leave(): void {
  rmSync(path, { force: true });
  process.exit();
}

const idle = setTimeout(leave, idleMs);
if (watch) idle.unref();

makeSocketFolder();
rmSync(path, { force: true }); // of an earlier process with this pid
const server = createServer((client) => void answer(client));
server.maxConnections = mostClients;
server.listen(path);

if (watch) {
  let stack: string[] | undefined; // of the block that is under way
  let longest = 0;
  setInterval(async () => {
    const late = lateMs();
    longest = Math.max(longest, late);
    if (late > blockedMs) stack ??= JSON.parse(await ask()).stack as string[];
    else if (stack) {
      process.stderr.write(
        `The event loop was blocked for ${longest} ms in\n${stack.map((at) => `    ${at}\n`).join("")}`,
      );
      stack = undefined;
    }
    if (late <= blockedMs) longest = 0;
  }, beatMs);
}
