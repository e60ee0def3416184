import { ThreadWorker } from "poolifier";
import { echo, increment } from "./tasks.js";

export default new ThreadWorker({ increment: increment as never, echo: echo as never });
