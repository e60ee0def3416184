import { ExitError } from "../../concurrency/errors.js";

/** The command line is wrong: one line that says what was expected and what came; exit code 2. */
export class UsageError extends ExitError {
  static {
    UsageError.prototype.name = "UsageError";
  }

  constructor(message: string) {
    super(2, message);
  }
}
