import { ExitError } from "../../concurrency/index.js";
import { outsideCause } from "./outside-cause.js";

/**
 * Import a lab that needs ZeroMQ's native add-on. Call it inside run(): a missing add-on must not break other commands.
 * Rejects with ExitError(1) if the add-on cannot be loaded. Its message names another cause if there is one, such as a
 * missing package.
 */
export async function native<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const [line] = (error as Error).message.split("\n");
    const cannotLoad = `the package zeromq cannot be loaded: ${line}; npm rebuild zeromq may help`;
    throw new ExitError(1, outsideCause(error) ?? cannotLoad);
  }
}
