import { ExitError, runMain, taskGroup } from "../../../src/concurrency/index.js";

/** The group wraps the errors of its children. With an argument, a second child fails with that message. */
runMain(() =>
  taskGroup((group) => {
    group.spawn(async () => {
      throw new ExitError(23, "asked to leave");
    });
    group.spawn(async () => {
      if (process.argv[2]) throw new Error(process.argv[2]);
    });
  }),
);
