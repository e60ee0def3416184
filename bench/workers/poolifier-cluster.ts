import { ClusterWorker } from "poolifier";
import { echo, increment } from "./tasks.js";

export default new ClusterWorker({ increment: increment as never, echo: echo as never });
