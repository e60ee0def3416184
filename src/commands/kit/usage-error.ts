import { ExitError } from "../../concurrency/index.js";

/** The command line is wrong: one line that says what was expected and what came; exit code 2. */
export class UsageError extends ExitError {
  static {
    UsageError.prototype.name = "UsageError";
  }

  /** False if what is wrong is where stdout goes: then nothing may be written there, not even the error for --json. */
  readonly mayUseStdout: boolean;

  constructor(message: string, { mayUseStdout = true }: { mayUseStdout?: boolean } = {}) {
    super(2, message);
    this.mayUseStdout = mayUseStdout;
  }
}
