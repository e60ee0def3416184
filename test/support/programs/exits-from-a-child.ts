import { ExitError, runMain, taskGroup } from "../../../src/concurrency/index.js";

/** The group wraps what its children throw; with an argument, a real failure comes along. */
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
