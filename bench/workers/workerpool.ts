import workerpool from "workerpool";
import { echo, increment } from "./tasks.js";

workerpool.worker({ echo, increment });
