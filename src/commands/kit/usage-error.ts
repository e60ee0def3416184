import { ExitError } from "../../concurrency/index.js";

/** A wrong command line: exit code 2. The message is one line with the expected and the actual value. */
export class UsageError extends ExitError {
  static {
    UsageError.prototype.name = "UsageError";
  }

  /** False if stdout itself is wrong: then not even the error of --json may be written there. */
  readonly mayUseStdout: boolean;

  constructor(message: string, { mayUseStdout = true }: { mayUseStdout?: boolean } = {}) {
    super(2, message);
    this.mayUseStdout = mayUseStdout;
  }
}
