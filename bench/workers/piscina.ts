import { move } from "piscina";

export { echo, increment } from "./tasks.js";
export const echoMoved = (memory: ArrayBuffer): unknown => move(memory);
