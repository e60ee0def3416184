import { start } from "../../../src/labs/shutdown/programs/start.js";

start(() => Promise.reject(new Error("main broke")));
