import { runMain } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

runMain(
  () => {
    throw new Error("disk full");
  },
  {
    onError(error) {
      say(`sorry: ${(error as Error).message}`);
      return 7;
    },
  },
);
