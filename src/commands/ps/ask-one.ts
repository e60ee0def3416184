import { ExitError, isCancelled, Schedule } from "../../concurrency/index.js";
import { NoAnswer } from "../../inspect/ask-program.js";
import type { CommandContext } from "../kit/command-definition.js";
import { answerLines } from "./tree-lines.js";

export interface AskOptions {
  /** Milliseconds between two questions; undefined: one question. */
  every?: number;
}

/**
 * Print the tasks of one program: once, or again and again until an abort, or the end of that program. Rejects with
 * ExitError(3) if it cannot be asked.
 */
export async function askOne(pid: number, { every }: AskOptions, context: CommandContext): Promise<void> {
  const { signal } = context;
  await print(pid, context);
  if (every === undefined) return;
  const schedule = new Schedule(every, { missed: "left out" });
  try {
    for (;;) {
      await schedule.next(signal);
      context.out.line();
      await print(pid, context);
    }
  } catch (error) {
    const isOver = error instanceof ExitError && error.code === 3;
    if (isOver) context.out.note(error.message);
    else if (!isCancelled(error, signal)) throw error; // an abort is the normal end
  }
}

async function print(pid: number, { out, signal }: CommandContext): Promise<void> {
  const { askProgram } = await import("../../inspect/ask-program.js");
  const { name, answer } = await askProgram(pid, signal).catch((error) => {
    throw error instanceof NoAnswer ? new ExitError(3, error.message) : error;
  });
  await out.item(JSON.stringify(answer));
  for (const line of answerLines(name, answer, out)) await out.line(line);
}
