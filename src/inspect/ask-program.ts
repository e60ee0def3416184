import { lstatSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Snapshot } from "../concurrency/observing/snapshot.js";
import { checkSocketFolder, socketOf } from "../concurrency/observing/socket-folder.js";
import { mainThread, seenProcess } from "./processes.js";

const bellMs = 1000; // for the thread that answers to start
const longestBellMs = 5000; // unless the program computes: then it is blocked, and the machine is not just busy
const computesMs = 500;
const replyMs = 5000; // native code, such as a hash of much data, answers when it returns
const largest = 2 ** 20; // bytes of an answer

/** An answer of a program: one line of JSON. */
export interface ProgramAnswer {
  v: 1;
  /** How long the event loop has been blocked, in milliseconds. */
  lateMs: number;
  snapshot?: Snapshot & { stack: string[] };
}

export interface NamedAnswer {
  /** The script that the program runs. */
  name: string;
  answer: ProgramAnswer;
}

/** The program cannot be asked, or does not answer. The message says why. */
export class NoAnswer extends Error {}

/**
 * Ask the program with this pid for its tasks. Cancellation: rejects with `signal.reason`. Rejects with NoAnswer if there
 * is no such process, if it cannot be asked, and if it does not answer.
 */
export async function askProgram(pid: number, signal: AbortSignal): Promise<NamedAnswer> {
  const path = socketOf(pid);
  const seen = seenProcess(pid);
  if (seen === undefined) {
    rmSync(path, { force: true }); // of a dead one
    throw new NoAnswer(whyNotSeen(pid));
  }
  checkFolder();
  const known = await exchange(path, signal);
  if (known !== undefined) return { name: seen.name, answer: known };
  if (!seen.answers) throw new NoAnswer(`process ${pid} does not run under run() of asyncio-lab/concurrency`);
  process.kill(pid, "SIGURG");
  const [start, { cpuMs }] = [performance.now(), mainThread(pid)];
  const waited = () => performance.now() - start;
  const computes = () => mainThread(pid).cpuMs - cpuMs > computesMs;
  while (waited() < bellMs || (waited() < longestBellMs && !computes())) {
    await pause(20, undefined, { signal });
    const answer = await exchange(path, signal);
    if (answer !== undefined) return { name: seen.name, answer };
  }
  throw new NoAnswer(await whySilent(pid));
}

function whyNotSeen(pid: number): string {
  try {
    lstatSync(`/proc/${pid}`);
  } catch {
    return `there is no process ${pid}`;
  }
  return `process ${pid} is no program of Node, or belongs to another user`;
}

function checkFolder(): void {
  try {
    checkSocketFolder();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw new NoAnswer((error as Error).message);
  }
}

async function whySilent(pid: number): Promise<string> {
  const before = mainThread(pid);
  await pause(200);
  const { state, cpuMs } = mainThread(pid);
  const does = `state ${state}, ${cpuMs - before.cpuMs} of the last 200 ms on a CPU`;
  return `process ${pid} gives no answer: its event loop is blocked (${does}), and it was not asked before; start it with inspectable({ watch: true }) to see where`;
}

/** One question. undefined if nobody listens there. */
function exchange(path: string, signal: AbortSignal): Promise<ProgramAnswer | undefined> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(path);
    const abort = () => socket.destroy(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    socket.setTimeout(replyMs, () => socket.destroy(new NoAnswer("the program accepts questions and does not answer")));
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.length > largest) socket.destroy(new NoAnswer("the answer is too large"));
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(undefined);
      else reject(error);
    });
    socket.on("close", () => {
      signal.removeEventListener("abort", abort);
      try {
        resolve(JSON.parse(text));
      } catch {
        reject(new NoAnswer("the program ended, or gave an answer that is none"));
      }
    });
  });
}
