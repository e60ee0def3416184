import { ExitError } from "../../concurrency/index.js";

/**
 * Import a lab that needs ZeroMQ's native add-on: inside run(), so that an add-on that cannot be loaded on this machine
 * hurts no other command. Throws ExitError(1) then.
 */
export async function native<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const [line] = (error as Error).message.split("\n");
    throw new ExitError(1, `the package zeromq cannot be loaded: ${line}; npm rebuild zeromq may help`);
  }
}
